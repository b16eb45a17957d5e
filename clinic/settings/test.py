"""For tests: fast, offline, and leaving nothing behind."""

import tempfile

from .dev import *  # noqa: F403
from .dev import DATABASES

DEBUG = False
# Passwords in tests protect nobody; the real hasher would be most of the run time.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = tempfile.mkdtemp(prefix="clinic-test-media-")
WAGTAIL_SITE_NAME = "Clinic website"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Journal files mean nothing to a database in memory.
    DATABASES["default"]["OPTIONS"] = {"timeout": 20}
