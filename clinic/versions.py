"""Earlier versions of a page, for readers, where the practice lets them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.html import escape

from clinic.delivery.answers import first_outside, private_times
from clinic.delivery.marks import deliver
from clinic.delivery.models import Rendition
from clinic.delivery.pieces import readable, with_canonical
from clinic.delivery.reconstruction import reconstruct
from clinic.delivery.views import send_kept
from clinic.pages.routing import find_public
from clinic.pages.site_settings import practice_settings
from clinic.publishing.models import PublishedVersion, RecordNote

NOINDEX = "noindex"
WITHDRAWN = RecordNote.Kind.WITHDRAWN


@dataclass(frozen=True)
class ReadableVersion:
    """A version that readers were told about, with the small corrections made to it, until the
    next that they were told about. Times are aware, in UTC: `since` is when the public could first
    read it, and `until` is None for the one that is public now."""

    since: datetime
    until: datetime | None
    corrected: list[PublishedVersion]

    @property
    def last(self) -> PublishedVersion:
        return self.corrected[-1]

    @cached_property
    def rendition(self) -> Rendition | None:
        """As it was served last; None from before the archive."""
        served = Rendition.objects.filter(version__in=self.corrected)
        return served.order_by("-last_number", "-pk").first()


def readable_versions(page) -> dict[int, ReadableVersion]:
    """By number, counted from 1 in the page's record: the versions that readers were told about,
    without those of a time when the page was private. `page` is public now."""
    versions = list(page.published_versions.in_order().prefetch_related("notes"))
    told = [index for index, version in enumerate(versions) if version.is_counted]
    private, found = private_times(page), {}
    served = set(Rendition.objects.of(page).values_list("version", flat=True))
    for index, following in zip(told, [*told[1:], None], strict=True):
        corrected = versions[index:following]
        until = versions[following].published_at if following else None
        ends = [until] if until else []
        ends += [n.noted_at for n in corrected[-1].notes.all() if until and n.kind == WITHDRAWN]
        since = first_outside(private, corrected[0].published_at)
        if until and (since is None or since >= until):
            # The log may not have all; what was served was public.
            if not served.intersection(version.pk for version in corrected):
                continue
            since = corrected[0].published_at
        found[index + 1] = ReadableVersion(since, min(ends, default=None), corrected)
    return found


def earlier_version(request: HttpRequest, path: str, number: str) -> HttpResponse:
    """/…/versions/NUMBER/: the page as it was, marked as superseded. The version that is public now
    is read at its own address."""
    page, version = _find(request, path, number)
    if version.until is None:
        return redirect(page.get_url(request))
    response = HttpResponse(_marked_as_superseded(request, page, version))
    response.headers["X-Robots-Tag"] = NOINDEX
    return deliver(response)


def file_of_earlier_version(request: HttpRequest, path: str, number: str, name: str):
    """A picture or style sheet of an earlier version, as long as that version may be read."""
    _, version = _find(request, path, number)
    rendition = version.rendition if version.until else None
    if rendition is None or name not in rendition.files.values():
        raise Http404
    return send_kept(name, {"X-Robots-Tag": NOINDEX, "Cache-Control": "public, max-age=3600"})


def _find(request: HttpRequest, path: str, number: str) -> tuple[Any, ReadableVersion]:
    """The page and its version of that number. Raises Http404 unless the page is public now, the
    practice shows earlier versions, and the public could read this one."""
    page = find_public(request, path)
    if page is None or not practice_settings().show_earlier_versions:
        raise Http404
    version = readable_versions(page).get(int(number))
    if version is None:
        raise Http404
    return page, version


def _marked_as_superseded(request: HttpRequest, page, earlier: ReadableVersion) -> str:
    if earlier.rendition is not None:
        html = readable(earlier.rendition.html, "files/{}".format, earlier.rendition.files)
    else:
        html = readable(reconstruct(earlier.last, earlier.until), "files/{}".format, {})
    context = {"page": page, "earlier": earlier}
    head = render_to_string("superseded_head.html", context, request)
    banner = render_to_string("superseded.html", context, request)
    html = with_canonical(html, page.get_full_url(request))
    html = html.replace("<title>", f"<title>{escape('Earlier version: ')}", 1)
    html = html.replace("</head>", f"{head}</head>", 1)
    opening, tag, rest = html.partition("<main")
    attributes, _, text = rest.partition(">")
    return f"{opening}{tag}{attributes}>{banner}{text}"
