"""`wagtail start`'s settings for a public server; with CACHED=1, Django's cache middleware too."""

import os

from .base import *  # noqa: F403
from .base import MIDDLEWARE

DEBUG = False
SECRET_KEY = "stock-" + "0" * 50
ALLOWED_HOSTS = ["*"]

if os.environ.get("CACHED"):
    MIDDLEWARE = [
        "django.middleware.cache.UpdateCacheMiddleware",
        *MIDDLEWARE,
        "django.middleware.cache.FetchFromCacheMiddleware",
    ]
