"""Wagtail's Reports: links, here and elsewhere, that lead readers nowhere."""

from django.core.exceptions import PermissionDenied

from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.contrib.redirects.views import CreateView
from wagtail.models import Site

from .models import MissedAddress

LONGEST_OLD_PATH = 255


def may_add_redirects(user) -> bool:
    """The report is for those who can do something about a broken link."""
    return user.has_perm("wagtailredirects.add_redirect")


class BrokenLinksReport(ReportView):
    """Addresses at which readers found no page, the most wanted first."""

    page_title = "Broken links"
    header_icon = "link"
    results_template_name = "broken_links/broken_links_report.html"
    index_url_name = "broken_links_report"
    index_results_url_name = "broken_links_report_results"
    model = MissedAddress
    is_searchable = False
    export_filename = "broken-links"
    columns = [Column("path")]
    list_export = ["path", "referrer", "times", "first_seen", "last_seen"]
    export_headings = {
        "path": "Address",
        "referrer": "Linked from",
        "times": "Times",
        "first_seen": "First seen (UTC)",
        "last_seen": "Last seen (UTC)",
    }

    def dispatch(self, request, *args, **kwargs):
        if not may_add_redirects(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        site = Site.find_for_request(self.request)
        if site is None:
            return MissedAddress.objects.none()
        missed = MissedAddress.objects.still_missed(site.root_page.url_path)
        return missed.order_by("-times", "-last_seen", "-pk")


class AddRedirectView(CreateView):
    """Wagtail's form for a redirect, with the broken address filled in. It is sent to Wagtail."""

    def get_initial(self):
        return {"old_path": self.request.GET.get("path", "")[:LONGEST_OLD_PATH]}
