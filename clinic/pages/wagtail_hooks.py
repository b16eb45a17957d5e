"""Registers what the shared pages add to Wagtail."""

from django.templatetags.static import static
from django.utils.html import format_html

from wagtail import hooks

from .links import PublicPageLinkHandler
from .viewsets import alert_viewset


@hooks.register("register_rich_text_features", order=100)
def link_only_to_public_pages(features):
    features.register_link_type(PublicPageLinkHandler)


@hooks.register("insert_global_admin_css")
def admin_css():
    return format_html('<link rel="stylesheet" href="{}">', static("clinic/admin.css"))


@hooks.register("register_admin_viewset")
def register_alerts():
    return alert_viewset
