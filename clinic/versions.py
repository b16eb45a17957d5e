"""Earlier versions of a page, for readers, where the practice lets them."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.html import escape

from clinic.delivery.marks import deliver
from clinic.delivery.models import Rendition
from clinic.delivery.pieces import readable, with_canonical
from clinic.delivery.reconstruction import reconstruct
from clinic.delivery.views import send_kept
from clinic.pages.site_settings import PracticeSettings
from clinic.publishing.models import PublishedVersion, RecordNote

from .updates import find_public

NOINDEX = "noindex"


@dataclass(frozen=True)
class EarlierVersion:
    """A version that readers were told about, with the small corrections made to it, until the
    next that they were told about. Times are aware, in UTC."""

    since: datetime
    until: datetime
    last: PublishedVersion
    # As it was served last; None from before the archive.
    rendition: Rendition | None


def earlier_version(request: HttpRequest, path: str, number: str) -> HttpResponse:
    """/…/versions/NUMBER/: the page as it was, marked as superseded. The version that is public now
    is read at its own address."""
    page = _find_page(request, path)
    earlier = _find_version(page, int(number))
    if earlier is None:
        return redirect(page.get_url(request))
    response = HttpResponse(_marked_as_superseded(request, page, earlier))
    response.headers["X-Robots-Tag"] = NOINDEX
    return deliver(response)


def file_of_earlier_version(request: HttpRequest, path: str, number: str, name: str):
    """A picture or style sheet of an earlier version, as long as that version may be read."""
    earlier = _find_version(_find_page(request, path), int(number))
    if earlier is None or earlier.rendition is None:
        raise Http404
    if name not in earlier.rendition.files.values():
        raise Http404
    return send_kept(name, {"X-Robots-Tag": NOINDEX, "Cache-Control": "public, max-age=3600"})


def _find_page(request: HttpRequest, path: str):
    """Raises Http404 unless the page is public now and the practice shows earlier versions."""
    page = find_public(request, path)
    if page is None or not PracticeSettings.load(request).show_earlier_versions:
        raise Http404
    return page


def _find_version(page, number: int) -> EarlierVersion | None:
    """The page's version of that number, counted from 1 in its record; None for the one that is
    public now. Raises Http404 for one that readers were not told about."""
    versions = list(page.published_versions.in_order().prefetch_related("notes"))
    if not 1 <= number <= len(versions) or not versions[number - 1].is_counted:
        raise Http404
    with_corrections = [versions[number - 1]]
    for version in versions[number:]:
        if version.is_counted:
            return _earlier(page, with_corrections, until=version.published_at)
        with_corrections.append(version)
    return None


def _earlier(page, versions: list[PublishedVersion], until: datetime) -> EarlierVersion:
    last = versions[-1]
    withdrawals = [
        note.noted_at for note in last.notes.all() if note.kind == RecordNote.Kind.WITHDRAWN
    ]
    served = Rendition.objects.filter(page=page.pk, version__in=versions)
    return EarlierVersion(
        since=versions[0].published_at,
        until=min([*withdrawals, until]),
        last=last,
        rendition=served.order_by("-last_number", "-pk").first(),
    )


def _marked_as_superseded(request: HttpRequest, page, earlier: EarlierVersion) -> str:
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
