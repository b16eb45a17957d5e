"""Registers the archive in Wagtail's admin."""

from django.urls import path, re_path, reverse

from wagtail import hooks
from wagtail.admin.widgets import Button

from clinic.publishing.panels import record_links

from . import views

LABEL = "What readers saw on…"


@hooks.register("register_admin_urls")
def register_archive_urls():
    return [
        path("archive/<int:page_id>/", views.page_archive, name="page_archive"),
        path("archive/<int:page_id>/page/", views.page_archive_frame, name="page_archive_frame"),
        path(
            "archive/<int:page_id>/source/", views.page_archive_source, name="page_archive_source"
        ),
        path(
            "archive/<int:page_id>/compare/",
            views.page_archive_compare,
            name="page_archive_compare",
        ),
        re_path(
            r"^archive/files/(?P<name>[0-9a-f]{64}(?:\.\w{1,8})?)$",
            views.kept_file,
            name="archive_file",
        ),
    ]


def _is_offered(page, user) -> bool:
    has_past = page.first_published_at is not None
    return has_past and page.permissions_for_user(user).can_edit()


def link_to_archive(page) -> tuple[str, str]:
    """What leads to the archive from a page's own record."""
    return LABEL, reverse("page_archive", args=[page.pk])


record_links.append(link_to_archive)


def _button(page, priority: int) -> Button:
    label, address = link_to_archive(page)
    return Button(label, address, icon_name="history", priority=priority)


@hooks.register("register_page_listing_more_buttons")
def offer_in_lists(page, user, next_url=None):
    if _is_offered(page, user):
        yield _button(page, priority=55)


@hooks.register("register_page_header_buttons")
def offer_at_the_page(page, user, view_name, next_url=None):
    if _is_offered(page, user):
        yield _button(page, priority=67)
