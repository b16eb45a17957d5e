"""Small things that the public templates ask for."""

import re
from collections.abc import Iterable

from jinja2 import Environment, pass_context
from jinja2.ext import Extension
from jinja2.runtime import Context

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from wagtail.images.models import AbstractImage
from wagtail.models import Site
from wagtail.rich_text import RichText, expand_db_html

from clinic.delivery.marks import fresh_until
from clinic.delivery.memo import kept

from .alphabet import by_letter
from .opening import Opening, hours_in_words, next_change_at, opening_now
from .phones import dial
from .pictures import alt_text, picture
from .site_settings import practice_settings
from .sites import surroundings_in
from .templatetags.clinic_tags import phone_purpose, plain_date

LOOKED_UP = re.compile(r"<(?:a|embed)\b")
KNOWN_TO_BLOCKS = ("frame", "is_handout", "request")


def picture_of(image: AbstractImage, use: str, alt: str = "") -> SafeString:
    """A picture as it is shown in one use; decorative where nothing is said of it."""
    return picture(image, use, alt)


def written(value: RichText) -> SafeString:
    """What an editor has written in a block, as HTML. Wagtail's own filter puts it into a template
    that may add to it; ours adds nothing."""
    source = value.source
    # Only links, pictures and videos are looked up.
    return mark_safe(expand_db_html(source) if LOOKED_UP.search(source) else source)


@pass_context
def open_now(context: Context, location) -> Opening | None:
    """Whether an office is open, in words that stay true until its next opening or closing."""
    now = timezone.now()
    if location.hours and "request" in context:
        fresh_until(context["request"], next_change_at(location, now))
    return opening_now(location, now)


@pass_context
def querystring(context: Context, **changes) -> str:
    """The same list at other parameters, as Django's tag of that name writes its address."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        parameters[name] = value
    return f"?{parameters.urlencode()}"


@pass_context
def blocks(context: Context, body: Iterable) -> SafeString:
    """The blocks of a body, each by its own template. They know of the page what they need."""
    known = {name: context.get(name) for name in KNOWN_TO_BLOCKS}
    return mark_safe("".join([block.render(known) for block in body]))


@pass_context
def site_header(context: Context) -> SafeString:
    """The top of every page, the same for all pages of a section."""
    frame, request = context["frame"], context.get("request")
    is_search = request is not None and request.path == reverse("search")
    return _drawn("components/site_header.html", frame.site, *frame.place, is_search)


@pass_context
def site_footer(context: Context) -> SafeString:
    """The foot of every page."""
    return _drawn("components/site_footer.html", context["frame"].site)


@pass_context
def call_us(context: Context) -> SafeString:
    """Where patients call, by day and by night."""
    frame = context.get("frame")
    return _drawn("components/call_us.html", frame.site if frame else None)


@kept
def _drawn(
    template: str,
    site: Site | None,
    section: int | None = None,
    current: str = "",
    is_search: bool = False,
) -> SafeString:
    """What all pages of a site share, drawn once. `section` and `current` as in Frame.place."""
    known = {"frame": surroundings_in(site), "practice": practice_settings()}
    about = {"section": section, "current": current, "is_search": is_search}
    return mark_safe(render_to_string(template, known | about))


class PagesExtension(Extension):
    """What templates of any page may call."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.globals |= {
            "blocks": blocks,
            "call_us": call_us,
            "open_now": open_now,
            "picture_of": picture_of,
            "querystring": querystring,
            "site_footer": site_footer,
            "site_header": site_header,
        }
        environment.filters |= {
            "alt_text": alt_text,
            "by_letter": by_letter,
            "dial": dial,
            "hours_in_words": hours_in_words,
            "phone_purpose": phone_purpose,
            "plain_date": plain_date,
            "written": written,
        }
