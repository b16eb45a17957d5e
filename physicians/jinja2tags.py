"""Small things that physicians' templates ask for."""

from datetime import date

from jinja2 import Environment, pass_context
from jinja2.ext import Extension
from jinja2.runtime import Context

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from wagtail.models import Site

from clinic.delivery.memo import kept
from clinic.pages.sites import link_to_page

from .models import PhysicianPage
from .signers import practice_today


@pass_context
def physician_box(context: Context, physician: PhysicianPage | None) -> SafeString | str:
    """The box of the physician who answers for a page: the same on all their pages that day."""
    return _box(context["frame"].site, physician, practice_today()) if physician else ""


@kept
def _box(site: Site, physician: PhysicianPage, today: date) -> SafeString:
    known = {"physician": physician, "url": link_to_page(site, physician).url}
    return mark_safe(render_to_string("physicians/physician_box.html", known))


class PhysiciansExtension(Extension):
    """What templates of pages that a physician answers for may call."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.globals["physician_box"] = physician_box
