"""What every template may ask for, fetched only if it does."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .frame import Frame
from .site_settings import PracticeSettings


def practice(request: HttpRequest) -> dict:
    """`practice`: its name, phones, colors. `frame`: navigation, where no page brings its own."""
    return {
        "practice": SimpleLazyObject(lambda: PracticeSettings.load(request)),
        "frame": SimpleLazyObject(lambda: Frame(request)),
    }
