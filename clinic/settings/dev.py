"""For trying and building the site on one's own machine: loosens base.py.

DEBUG stays off unless asked for (DEBUG=1), so that error pages look as readers see them.
"""

from .base import *  # noqa: F403
from .base import STATIC_ROOT, STORAGES, WAGTAILADMIN_BASE_URL, env

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = "for-this-machine-only-" + "0" * 30
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = [WAGTAILADMIN_BASE_URL]

SERVE_MEDIA = True
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# Once collected, as `make run` does, static files are served as in production: compressed, and
# kept by browsers. With DEBUG=1, or not collected, they are read from where they are written.
AS_WRITTEN = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
if DEBUG or not (STATIC_ROOT / "staticfiles.json").exists():
    WHITENOISE_USE_FINDERS = True
    WHITENOISE_AUTOREFRESH = DEBUG
    STORAGES = STORAGES | {"staticfiles": AS_WRITTEN}
