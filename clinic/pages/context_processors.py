"""What every template may ask for, fetched only if it does."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .frame import Frame
from .site_settings import practice_settings


def practice(request: HttpRequest) -> dict:
    """`practice`: its name, phones, colors. `frame`: navigation, and what else stands around the
    answer: that of the page or list which has put it on the request, else a new one. (In Jinja2
    what is given here wins over what a view gives.)"""
    return {
        "practice": SimpleLazyObject(practice_settings),
        "frame": getattr(request, "frame", None) or SimpleLazyObject(lambda: Frame(request)),
    }
