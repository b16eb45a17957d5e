"""Which release of the site is running: what one release has finished, the next does not serve."""

import functools
import hashlib
from pathlib import Path

from django.apps import apps
from django.conf import settings

# What changes a page, or what is sent with it, without any line of the code.
SETTINGS = (
    *("TIME_ZONE", "WAGTAILADMIN_BASE_URL", "WAGTAIL_SITE_NAME", "DEBUG", "LANGUAGE_CODE"),
    *("CDN_SECONDS", "SECURE_HSTS_SECONDS"),
)


@functools.cache
def release() -> str:
    """Twelve digits made of the code, its templates and styles, the libraries' versions and the
    settings that pages show. Equal on all hosts that run the same."""
    digest = hashlib.sha256()
    for name in SETTINGS:
        digest.update(repr(getattr(settings, name)).encode())
    digest.update((settings.BASE_DIR / "requirements.txt").read_bytes())
    for folder in sorted(_own_folders()):
        for file in sorted(folder.rglob("*")):
            if file.suffix in (".py", ".html", ".css", ".js", ".toml", ".xml", ".txt"):
                digest.update(str(file.relative_to(settings.BASE_DIR)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _own_folders() -> set[Path]:
    """The top folders of the apps that are part of this project."""
    paths = (Path(app.path) for app in apps.get_app_configs())
    # An environment may lie beside the code, under whatever name.
    own = (
        path
        for path in paths
        if path.is_relative_to(settings.BASE_DIR) and "site-packages" not in path.parts
    )
    top = (settings.BASE_DIR / path.relative_to(settings.BASE_DIR).parts[0] for path in own)
    return {path for path in top if not path.name.startswith(".")}
