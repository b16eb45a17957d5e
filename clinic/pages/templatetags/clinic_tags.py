"""Small things that templates ask for."""

from collections.abc import Iterable
from datetime import date

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from wagtail.images.models import AbstractImage
from wagtail.models import Site
from wagtail.rich_text import RichText, expand_db_html

from clinic.delivery.marks import fresh_until
from clinic.delivery.memo import kept
from clinic.pages.fact_blocks import PHONE_PURPOSES, WEEKDAYS
from clinic.pages.frame import Frame
from clinic.pages.opening import hours_in_words, next_change_at, opening_now
from clinic.pages.phones import dial
from clinic.pages.pictures import alt_text, picture
from clinic.pages.site_settings import practice_settings
from clinic.pages.sites import surroundings_in

register = template.Library()

KNOWN_TO_BLOCKS = ("frame", "is_handout", "request")

register.filter("dial", dial)
register.filter("hours_in_words", hours_in_words)
register.filter("alt_text", alt_text)


@register.simple_tag
def picture_of(image: AbstractImage, use: str, alt: str = "") -> SafeString:
    """A picture as it is shown in one use; decorative where nothing is said of it."""
    return picture(image, use, alt)


@register.filter
def phone_purpose(purpose: str) -> str:
    """ "after_hours" → "After hours"."""
    return PHONE_PURPOSES.get(purpose, "Telephone")


@register.filter
def weekday(day: str) -> str:
    """ "mon" → "Monday"."""
    return WEEKDAYS[day]


@register.filter
def alerts_at(frame: Frame, location) -> list:
    """The alerts of one office, from those that the page has fetched already."""
    return frame.alerts_at(location)


@register.inclusion_tag("components/open_now.html", takes_context=True)
def open_now(context, location) -> dict:
    """Whether an office is open, in words that stay true until its next opening or closing."""
    now = timezone.now()
    if location.hours and "request" in context:
        fresh_until(context["request"], next_change_at(location, now))
    return {"opening": opening_now(location, now)}


@register.filter
def written(value: RichText) -> SafeString:
    """What an editor has written in a block, as HTML. Wagtail's own filter puts it into a template
    that may add to it; ours adds nothing."""
    return mark_safe(expand_db_html(value.source))


@register.simple_tag(takes_context=True)
def blocks(context: Context, body: Iterable) -> SafeString:
    """The blocks of a body, each by its own template. They know of the page what they need."""
    known = {name: context.get(name) for name in KNOWN_TO_BLOCKS}
    return mark_safe("".join([block.render(known) for block in body]))


@register.simple_tag(takes_context=True)
def site_header(context: Context) -> SafeString:
    """The top of every page, the same for all pages of a section."""
    frame, request = context["frame"], context.get("request")
    is_search = request is not None and request.path == reverse("search")
    return _drawn("components/site_header.html", frame.site, *frame.place, is_search)


@register.simple_tag(takes_context=True)
def site_footer(context: Context) -> SafeString:
    """The foot of every page."""
    return _drawn("components/site_footer.html", context["frame"].site)


@register.simple_tag(takes_context=True)
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
    return render_to_string(template, known | about)


@register.filter
def plain_date(value: date | None) -> str:
    """A calendar day as readers write it: "May 22, 2020"."""
    return f"{value:%b} {value.day}, {value.year}" if value else ""
