"""Small things that physicians' templates ask for."""

from datetime import date

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from wagtail.models import Site

from clinic.delivery.memo import kept
from clinic.pages.sites import link_to_page
from physicians.models import PhysicianPage
from physicians.signers import practice_today

register = template.Library()


@register.simple_tag(takes_context=True)
def physician_box(context: Context, physician: PhysicianPage | None) -> SafeString | str:
    """The box of the physician who answers for a page: the same on all their pages that day."""
    return _box(context["frame"].site, physician, practice_today()) if physician else ""


@kept
def _box(site: Site, physician: PhysicianPage, today: date) -> SafeString:
    known = {"physician": physician, "url": link_to_page(site, physician).url}
    return render_to_string("physicians/physician_box.html", known)
