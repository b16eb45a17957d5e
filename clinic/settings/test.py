"""For tests: fast, offline, and leaving nothing behind."""

import atexit
import shutil
import tempfile
from pathlib import Path

from .dev import *  # noqa: F403
from .dev import AS_WRITTEN, DATABASES, STORAGES

DEBUG = False
# Passwords in tests protect nobody; the real hasher would be most of the run time.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SCRATCH = tempfile.mkdtemp(prefix="clinic-test-")
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)
VAR_DIR = Path(SCRATCH)
WHITENOISE_USE_FINDERS = True
ARCHIVE_ROOT = VAR_DIR / "archive"
STORAGES = STORAGES | {
    "staticfiles": AS_WRITTEN,
    "archive": STORAGES["default"] | {"OPTIONS": {"location": ARCHIVE_ROOT}},
}
MEDIA_ROOT = VAR_DIR / "media"
DELIVERY_DIR = VAR_DIR / "delivery"
# So that a count of queries does not depend on the second it falls into.
DELIVERY_BELIEVE_SECONDS = 3600
WAGTAIL_SITE_NAME = "Clinic website"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in use: a database in memory cannot serve a browser and a test at once.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(SCRATCH) / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    )
