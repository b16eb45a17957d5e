"""What was published or changed last, in the words of its editors."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse

from wagtail.models import Page

from clinic.delivery.memo import kept
from clinic.publishing.history import sentence_of, with_wording
from clinic.publishing.models import PublishedVersion

from .contributions import Section
from .querysets import visible_to_public
from .sites import find_site

ON_HOME = 3


@dataclass(frozen=True)
class PageUpdate:
    """One change of one page that readers needed to know about. `at` is aware, in UTC."""

    page: Page
    at: datetime
    sentence: str


@kept
def newest_versions(below: Page, count: int) -> list[PublishedVersion]:
    """The newest versions that readers were told about, of `below` and the public pages under
    it, each with its page and its wording."""
    pages = visible_to_public(Page.objects.descendant_of(below, inclusive=True))
    versions = PublishedVersion.objects.counted().filter(page__in=pages.values("pk"))
    versions = versions.order_by("-published_at", "-pk")
    # The newest first, then what is told of them: not of all that ever was.
    newest = versions.filter(pk__in=list(versions.values_list("pk", flat=True)[:count]))
    return list(with_wording(newest).select_related("page"))


def newest_updates(below: Page, count: int) -> list[PageUpdate]:
    return [
        PageUpdate(version.page, version.published_at, sentence_of(version))
        for version in newest_versions(below, count)
    ]


def updates_for_home(request: HttpRequest) -> Section | None:
    site = find_site(request)
    if site is None:
        return None
    return Section(
        title="Latest updates",
        template="components/update_row.html",
        items=newest_updates(site.root_page, ON_HOME),
        more_url=reverse("site_updates"),
        more_text="All updates",
    )
