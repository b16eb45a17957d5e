"""What is true everywhere, and safe for production.

The environment is read in this folder and nowhere else; README.md has the table of variables.
dev.py and test.py loosen this file, production.py refuses to start without secrets.
"""

from datetime import date
from pathlib import Path

import environ

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))

SECRET_KEY = env("SECRET_KEY", default="")
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# Our rooms, highest first: a room's templates and commands win over those below it.
INSTALLED_APPS = [
    "procedures",
    "physicians",
    "clinic.broken_links",
    "clinic.search",
    "clinic.pages",
    "clinic.delivery",
    "clinic.erasure",
    "clinic.publishing",
    "clinic.jobs",
    "wagtail.api.v2",
    "wagtail.contrib.redirects",
    "wagtail.contrib.search_promotions",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "clinic.broken_links.middleware.MissedAddressMiddleware",
    "clinic.middleware.PublicCompressionMiddleware",
    # Finished pages carry the headers of all that stands below.
    "clinic.delivery.middleware.DeliveryMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "clinic.middleware.SecurityHeadersMiddleware",
    "clinic.middleware.UnreadableRequestMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "clinic.middleware.UnavailableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "clinic.redirects.OpenRedirectMiddleware",
]

ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"

# What patients read is drawn with Jinja2, from jinja2/ folders; the admin and the physicians' own
# screens with Django's templates.
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "clinic" / "jinja2"],
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "clinic.jinja2_environment.environment",
            "extensions": [
                "wagtail.jinja2tags.core",
                "wagtail.images.jinja2tags.images",
                "clinic.publishing.jinja2tags.PublishingExtension",
                "clinic.pages.jinja2tags.PagesExtension",
                "physicians.jinja2tags.PhysiciansExtension",
                "procedures.jinja2tags.ProceduresExtension",
            ],
            "context_processors": [
                "clinic.pages.context_processors.practice",
                "clinic.handouts.offered",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "clinic" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clinic.pages.context_processors.practice",
            ],
        },
    },
]

# Every admin request is one transaction: nothing is ever half published.
# The public views in clinic/urls.py opt out, so a reader never takes the write lock.
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR}/clinic.sqlite3")}
DATABASES["default"]["ATOMIC_REQUESTS"] = True
# Django's own backends, with a word before each commit: see clinic/delivery/backends.
DATABASES["default"]["ENGINE"] = DATABASES["default"]["ENGINE"].replace(
    "django.db.backends", "clinic.delivery.backends"
)
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
    # Opening the file and reading its schema would cost a quarter of a page.
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": env.cache_url("CACHE_URL", default="locmemcache://"),
    # Wagtail keeps the addresses of resized images here: nowhere, unless all processes share it.
    # One that kept its own would go on with a file that another has erased.
    "renditions": env.cache_url("CACHE_URL", default="dummycache://"),
}

# Finished pages: kept in memory and as files below this folder, which every process of the host
# shares. With several hosts, each request asks the database which generation it is.
DELIVERY_DIR = Path(env("DELIVERY_DIR", default=str(VAR_DIR / "delivery")))
DELIVERY_STORE = env.bool("DELIVERY_STORE", default=True)
# Lays finished pages out as files for a web server in front: see deploy/nginx.conf.
DELIVERY_BAKES = env.bool("DELIVERY_BAKES", default=False)
DELIVERY_SEVERAL_HOSTS = env.bool("DELIVERY_SEVERAL_HOSTS", default=False)
DELIVERY_MEMORY = env.int("DELIVERY_MEMORY_MB", default=64) * 1024 * 1024
# For so long a CDN in front may give a page without asking; 0: it asks every time. What is purged
# there when a page changes: the address of its PURGE door, or Wagtail's setting for other CDNs.
CDN_SECONDS = env.int("CDN_SECONDS", default=0)
CDN_PURGE_URL = env("CDN_PURGE_URL", default="")
WAGTAILFRONTENDCACHE = (
    {
        "cdn": {
            "BACKEND": "wagtail.contrib.frontend_cache.backends.HTTPBackend",
            "LOCATION": CDN_PURGE_URL,
        }
    }
    if CDN_PURGE_URL
    else {}
)
# What is written past Django, by hand in the database, is seen after so long.
DELIVERY_BELIEVE_SECONDS = 1

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# TIME_ZONE is the practice's: the record's dates are days on its wall calendar.
LANGUAGE_CODE = "en-us"
TIME_ZONE = env("TIME_ZONE", default="America/New_York")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "clinic" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(VAR_DIR / "media")))
# The pictures and style sheets of pages as they were served: never at an address of their own.
ARCHIVE_ROOT = Path(env("ARCHIVE_ROOT", default=str(VAR_DIR / "archive")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "archive": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": ARCHIVE_ROOT},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Who serves uploaded files: the web server in front, unless this is set.
SERVE_MEDIA = False

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
# A mail server that does not answer must not hold up an editor, or the database.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="website@localhost")

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
# The admin's preview shows pages in a frame of the same site.
X_FRAME_OPTIONS = "SAMEORIGIN"
# Other sites learn nothing of what someone read here, not even on which site.
SECURE_REFERRER_POLICY = "same-origin"
SILENCED_SYSTEM_CHECKS = ["security.W019"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# Closes the public site for a while: every page answers 503, the admin stays open.
MAINTENANCE = env.bool("MAINTENANCE", default=False)

# Who hears of a weakness of the site, in /.well-known/security.txt; nobody while it is empty.
SECURITY_CONTACT = env.list("SECURITY_CONTACT", default=[])
SECURITY_CONTACT_UNTIL = env("SECURITY_CONTACT_UNTIL", cast=date.fromisoformat, default=None)

WAGTAIL_SITE_NAME = env("WAGTAIL_SITE_NAME", default="Clinic website")
WAGTAILADMIN_BASE_URL = env("BASE_URL", default="http://localhost:8000")
# A page that moves, or gets another slug, leaves a redirect at each address it had.
WAGTAILREDIRECTS_AUTO_CREATE = True
# PostgreSQL keeps words as they are written, as SQLite does: clinic.search knows their forms.
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "simple"}
}
# Typing must not call the server at every key; the record copes with any interval.
WAGTAIL_AUTOSAVE_INTERVAL = 3000
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp", "heic"]
WAGTAILIMAGES_IMAGE_FORM_BASE = "clinic.pages.uploads.ImageForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILDOCS_EXTENSIONS = [
    *("csv", "docx", "pdf", "pptx", "rtf", "txt", "xlsx", "zip"),
    # A video and its captions.
    *("mp4", "webm", "vtt"),
]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
# Approval publishes the revision that was approved, not whatever was saved since.
WAGTAIL_FINISH_WORKFLOW_ACTION = "clinic.publishing.workflow.publish_approved_revision"
# Nothing about editors leaves the site.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_I18N_ENABLED = False

# Whatever writes to the log, or reports an error, leaves the secret part of addresses out.
LOGGING_CONFIG = "clinic.logs.configure"
DEFAULT_EXCEPTION_REPORTER = "clinic.logs.DiscreetExceptionReporter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
}
