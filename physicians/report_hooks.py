"""Registers the reports on medical reviews, and the dashboard's word about them."""

from django.urls import path, reverse

from wagtail import hooks
from wagtail.admin.menu import MenuItem

from clinic.publishing.reports import may_read_reports

from .dashboard import review_panels
from .reports import ReviewsDueReport, ReviewsSignedReport, may_read_due_report


class ReviewsDueMenuItem(MenuItem):
    """Reports → Medical reviews due, for editors and physicians."""

    def is_shown(self, request):
        return may_read_due_report(request.user)


class ReviewsSignedMenuItem(MenuItem):
    """Reports → Reviews signed, for those who may edit or publish any page."""

    def is_shown(self, request):
        return may_read_reports(request.user)


@hooks.register("register_reports_menu_item")
def register_reviews_due_item():
    return ReviewsDueMenuItem(
        ReviewsDueReport.page_title,
        reverse("reviews_due_report"),
        icon_name=ReviewsDueReport.header_icon,
        order=80,
    )


@hooks.register("register_reports_menu_item")
def register_reviews_signed_item():
    return ReviewsSignedMenuItem(
        ReviewsSignedReport.page_title,
        reverse("reviews_signed_report"),
        icon_name=ReviewsSignedReport.header_icon,
        order=90,
    )


@hooks.register("register_admin_urls")
def register_review_report_urls():
    return [
        path("reports/reviews-due/", ReviewsDueReport.as_view(), name="reviews_due_report"),
        path(
            "reports/reviews-due/results/",
            ReviewsDueReport.as_view(results_only=True),
            name="reviews_due_report_results",
        ),
        path(
            "reports/reviews-signed/", ReviewsSignedReport.as_view(), name="reviews_signed_report"
        ),
        path(
            "reports/reviews-signed/results/",
            ReviewsSignedReport.as_view(results_only=True),
            name="reviews_signed_report_results",
        ),
    ]


@hooks.register("construct_homepage_panels")
def add_review_panels(request, panels):
    panels += review_panels(request.user)
