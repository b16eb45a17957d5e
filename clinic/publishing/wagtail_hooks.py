"""Registers what the record adds to Wagtail's admin."""

from typing import ClassVar

from django.shortcuts import redirect
from django.urls import path, reverse

from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.admin.menu import MenuItem

from .bulk_actions import DeletePages, PublishPages, WithdrawPages
from .corrections import correct_note_view
from .mixins import RecordedPage
from .models import PublishedVersion
from .reports import PublicationsReport, may_read_reports
from .viewsets import recorded_page_viewset

# Wagtail registers its own views and bulk actions at 0; ours replace them.
AFTER_WAGTAIL = 100

NO_ALIAS = (
    "An alias would show text that has no record of its own. Copy the page without the alias."
)


@hooks.register("register_admin_viewset", order=AFTER_WAGTAIL)
def register_page_views():
    return recorded_page_viewset


for action in (PublishPages, WithdrawPages, DeletePages):
    hooks.register("register_bulk_action", action, order=AFTER_WAGTAIL)


class ReadOnlyPagesAPI(PagesAdminAPIViewSet):
    """The API by which the admin's own screens read pages. Its actions publish, copy and withdraw
    past the forms, so there are none."""

    actions: ClassVar[dict] = {}


@hooks.register("construct_admin_api")
def read_pages_only(router):
    router.register_endpoint("pages", ReadOnlyPagesAPI)


@hooks.register("before_copy_page")
def refuse_aliases(request, page):
    if request.method == "POST" and request.POST.get("alias"):
        messages.error(request, NO_ALIAS)
        return redirect("wagtailadmin_pages:copy", page.pk)


@hooks.register("construct_page_action_menu")
def approve_where_the_submitted_version_is_shown(menu_items, request, context):
    # The form shows the newest draft; approval is for the version that was submitted.
    menu_items[:] = [item for item in menu_items if item.name != "approve"]


@hooks.register("after_publish_page")
def say_what_readers_see(request, page):
    if not isinstance(page, RecordedPage) or page.scheduled_revision:
        return
    if page.live and page.publication:
        sentence = f"Readers now see: {page.publication.in_words}."
        if page.recorded_versions[-1].kind == PublishedVersion.Kind.SAME:
            sentence += " The text is the same as before, so nothing was added to its updates."
        messages.success(request, sentence)


class PublicationsMenuItem(MenuItem):
    """Reports → Publication record, for those who may edit or publish any page."""

    def is_shown(self, request):
        return may_read_reports(request.user)


@hooks.register("register_reports_menu_item")
def register_publications_report_item():
    return PublicationsMenuItem(
        "Publication record", reverse("publications_report"), icon_name="history", order=100
    )


@hooks.register("register_admin_urls")
def register_record_urls():
    return [
        path("record/<int:version_id>/note/", correct_note_view, name="publishing_correct_note"),
        path("reports/publications/", PublicationsReport.as_view(), name="publications_report"),
        path(
            "reports/publications/results/",
            PublicationsReport.as_view(results_only=True),
            name="publications_report_results",
        ),
    ]
