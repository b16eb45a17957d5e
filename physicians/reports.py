"""Wagtail's Reports: which reviews are due, and which were signed."""

import django_filters

from django import forms
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail.permissions import policy_registry

from clinic.publishing.reports import may_read_reports

from .due import DuePage, Reason, due_pages
from .kinds import reviewable_kinds
from .models import PhysicianPage, Review, Specialty
from .signers import profile_of


def may_read_due_report(user) -> bool:
    """For whoever may read reports, and for physicians: they are asked to sign."""
    return may_read_reports(user) or profile_of(user) is not None


def pages_for(user, *actions: str):
    """The pages, as a queryset, that `user` may do one of `actions` to: "change", "publish"."""
    policy = policy_registry.get_by_type(Page)
    return policy.instances_user_has_any_permission_for(user, actions)


def physicians_by_name(request=None):
    return PhysicianPage.objects.order_by("last_name", "first_name")


def signers_by_name(request=None):
    """Those whose signature stands under anything, whether or not they still work here."""
    return physicians_by_name().filter(pk__in=Review.objects.order_by().values("signer"))


def checklist_in_words(checklist: list) -> str:
    """A line for each question, with its answer."""
    return "\n".join(f"{question} {answer}" for question, answer in checklist)


class ReviewsDueFilterSet(WagtailFilterSet):
    """Narrows what is due to what one person wants to look at."""

    state = django_filters.MultipleChoiceFilter(
        label="Why", choices=Reason.choices, widget=forms.CheckboxSelectMultiple
    )
    physician = django_filters.ModelChoiceFilter(label="Physician", queryset=physicians_by_name)
    specialty = django_filters.ModelChoiceFilter(
        label="Specialty", queryset=lambda request: Specialty.objects.all()
    )
    kind = django_filters.ChoiceFilter(
        label="Kind of page",
        choices=reviewable_kinds,
        empty_label="All",
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Page
        fields: list[str] = []

    def filter_queryset(self, queryset: list[DuePage]) -> list[DuePage]:
        # A status is derived from the record, so rows are filtered here, not by the database.
        asked = self.form.cleaned_data
        rows = queryset
        if states := set(asked["state"]):
            rows = [row for row in rows if states.intersection(row.reasons)]
        if physician := asked["physician"]:
            rows = [row for row in rows if row.reviewer == physician]
        if specialty := asked["specialty"]:
            rows = [row for row in rows if row.reviewer and row.reviewer.specialty == specialty]
        if kind := asked["kind"]:
            rows = [row for row in rows if row.page._meta.label_lower == kind]
        return rows


class ReviewsDueReport(ReportView):
    """Which public pages ask for a physician's signature, the most pressing first."""

    page_title = "Medical reviews due"
    header_icon = "clipboard-list"
    results_template_name = "physicians/reports/reviews_due.html"
    index_url_name = "reviews_due_report"
    index_results_url_name = "reviews_due_report_results"
    filterset_class = ReviewsDueFilterSet
    is_searchable = False
    export_filename = "medical-reviews-due"
    columns = [Column("page")]
    list_export = [
        "page.title",
        "kind",
        "in_words",
        "status.urgent",
        "reviewer.title",
        "reviewer.specialty.name",
        "last_review.signer_name",
        "last_review.signed_at",
        "status.next_due",
        "status.large_edits",
    ]
    export_headings = {
        "page.title": "Page",
        "kind": "Kind of page",
        "in_words": "Why",
        "status.urgent": "Reason for urgency",
        "reviewer.title": "Physician",
        "reviewer.specialty.name": "Specialty",
        "last_review.signer_name": "Signed last by",
        "last_review.signed_at": "Signed last at (UTC)",
        "status.next_due": "Due on",
        "status.large_edits": "Small changes with many words",
    }

    def dispatch(self, request, *args, **kwargs):
        if not may_read_due_report(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> list[DuePage]:
        user = self.request.user
        # Physicians may sign any page, and see them all.
        if profile_of(user) is not None:
            return due_pages()
        return due_pages(among=pages_for(user, "change", "publish"))

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        # A physician who is nothing else mends a text from the review screen only.
        context["may_edit"] = may_read_reports(self.request.user)
        return context

    def to_row_dict(self, item: DuePage) -> dict:
        return {field: _value(item, field) for field in self.list_export}


def _value(row: DuePage, path: str):
    """The value at a dotted path; empty where nobody is named, or nobody has signed."""
    value = row
    for name in path.split("."):
        value = getattr(value, name) if value is not None else None
    return "" if value is None else value


class ReviewsSignedFilterSet(WagtailFilterSet):
    """Narrows the signatures to a time, or to one physician."""

    signed_at = django_filters.DateFromToRangeFilter(
        label="Signed between", widget=DateRangePickerWidget
    )
    signer = django_filters.ModelChoiceFilter(label="Physician", queryset=signers_by_name)

    class Meta:
        model = Review
        fields = ["signed_at", "signer"]


class ReviewsSignedReport(ReportView):
    """Every signature, newest first: evidence for an accreditation."""

    page_title = "Reviews signed"
    header_icon = "check"
    results_template_name = "physicians/reports/reviews_signed.html"
    index_url_name = "reviews_signed_report"
    index_results_url_name = "reviews_signed_report_results"
    model = Review
    filterset_class = ReviewsSignedFilterSet
    is_searchable = False
    export_filename = "reviews-signed"
    columns = [Column("page")]
    list_export = [
        "page.title",
        "signer_name",
        "signer_degrees",
        "signer_licence",
        "signed_at",
        "get_method_display",
        "revision_id",
        "digest",
        "erased_at",
        "note",
        "checklist",
        "asked_by_name",
    ]
    export_headings = {
        "page.title": "Page",
        "signer_name": "Signed by",
        "signer_degrees": "Degree then",
        "signer_licence": "License then",
        "signed_at": "Signed at (UTC)",
        "get_method_display": "How",
        "revision_id": "Version",
        "digest": "SHA-256 of the text",
        "erased_at": "Erased from (UTC)",
        "note": "Comment",
        "checklist": "Checklist",
        "asked_by_name": "Asked by",
    }
    custom_field_preprocess = {
        "checklist": {"csv": checklist_in_words, "xlsx": checklist_in_words},
    }

    def dispatch(self, request, *args, **kwargs):
        if not may_read_reports(request.user):
            raise PermissionDenied
        # The days that are asked for are the practice's own, wherever the reader is.
        with timezone.override(timezone.get_default_timezone()):
            return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        pages = pages_for(self.request.user, "change", "publish")
        reviews = Review.objects.filter(page__in=pages.order_by().values("pk"))
        return reviews.select_related("page").order_by("-signed_at", "-pk")
