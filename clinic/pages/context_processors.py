"""What every template may ask for, fetched only if it does."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .frame import Frame
from .site_settings import practice_settings


def practice(request: HttpRequest) -> dict:
    """`practice`: its name, phones, colors. `frame`: navigation, where no page brings its own."""
    return {
        "practice": SimpleLazyObject(practice_settings),
        "frame": SimpleLazyObject(lambda: Frame(request)),
    }
