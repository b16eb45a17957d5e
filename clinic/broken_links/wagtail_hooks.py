"""Registers the report on broken links."""

from django.urls import path, reverse

from wagtail import hooks
from wagtail.admin.menu import MenuItem

from .reports import AddRedirectView, BrokenLinksReport, may_add_redirects


class BrokenLinksMenuItem(MenuItem):
    """Reports → Broken links, for those who may add redirects."""

    def is_shown(self, request):
        return may_add_redirects(request.user)


@hooks.register("register_reports_menu_item")
def register_broken_links_item():
    return BrokenLinksMenuItem(
        BrokenLinksReport.page_title,
        reverse("broken_links_report"),
        icon_name=BrokenLinksReport.header_icon,
        order=110,
    )


@hooks.register("register_admin_urls")
def register_broken_links_urls():
    return [
        path("reports/broken-links/", BrokenLinksReport.as_view(), name="broken_links_report"),
        path(
            "reports/broken-links/results/",
            BrokenLinksReport.as_view(results_only=True),
            name="broken_links_report_results",
        ),
        path(
            "reports/broken-links/redirect/",
            AddRedirectView.as_view(),
            name="broken_links_add_redirect",
        ),
    ]
