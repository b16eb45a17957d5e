"""Wagtail's Reports: what the practice said, when, and in whose name."""

import django_filters

from django import forms
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail.permissions import policy_registry

from .models import PublishedVersion


class PublicationsFilterSet(WagtailFilterSet):
    """Narrows the record to what is being asked for."""

    published_at = django_filters.DateFromToRangeFilter(
        label="Published between", widget=DateRangePickerWidget
    )
    kind = django_filters.MultipleChoiceFilter(
        label="Kind of change",
        choices=PublishedVersion.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    answered = django_filters.ChoiceFilter(
        label="Publish question",
        choices=[("false", "Nobody answered it")],
        empty_label="All",
        widget=forms.RadioSelect,
        method="filter_answered",
    )

    def filter_answered(self, queryset, name, value):
        return queryset.filter(answered=False) if value == "false" else queryset

    class Meta:
        model = PublishedVersion
        fields = ["published_at", "kind", "answered"]


def may_read_reports(user) -> bool:
    """Reports are for those who may edit or publish pages, not for a single profile's owner."""
    return policy_registry.get_by_type(Page).user_has_any_permission(user, ["change", "publish"])


class PublicationsReport(ReportView):
    """Every version the public ever saw, newest first, for a board or an auditor."""

    page_title = "Publication record"
    header_icon = "history"
    results_template_name = "publishing/publications_report.html"
    index_url_name = "publications_report"
    index_results_url_name = "publications_report_results"
    model = PublishedVersion
    filterset_class = PublicationsFilterSet
    is_searchable = False
    export_filename = "publication-record"
    columns = [Column("page")]
    list_export = [
        "page.title",
        "published_at",
        "get_kind_display",
        "change_note",
        "answered",
        "credit",
        "published_by_name",
        "revision_id",
        "digest",
        "recorded_at",
    ]
    export_headings = {
        "page.title": "Page",
        "published_at": "Published at (UTC)",
        "get_kind_display": "Kind of change",
        "change_note": "Note to readers",
        "answered": "Question answered",
        "credit": "Credited to",
        "published_by_name": "Published by",
        "revision_id": "Version",
        "digest": "SHA-256 of the text",
        "recorded_at": "Recorded at (UTC)",
    }

    def dispatch(self, request, *args, **kwargs):
        if not may_read_reports(request.user):
            raise PermissionDenied
        # The days that are asked for are the practice's own, wherever the reader is.
        with timezone.override(timezone.get_default_timezone()):
            return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        pages = policy_registry.get_by_type(Page).instances_user_has_any_permission_for(
            self.request.user, ["change", "publish"]
        )
        versions = PublishedVersion.objects.filter(page__in=pages)
        return versions.select_related("page").order_by("-published_at", "-pk")
