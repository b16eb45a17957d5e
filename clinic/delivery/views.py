"""The archive in the admin: what readers of any page saw, at any moment."""

import mimetypes
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import content_disposition_header, urlencode

from wagtail.models import Page

from clinic.publishing.mixins import RecordedPage
from clinic.publishing.models import RecordNote
from clinic.publishing.reports import may_read_reports

from .answers import Answer, State, at_moment, neighbours
from .comparison import compare_pages, differ_around
from .contributions import facts_of
from .forms import FIRST_YEAR, MomentForm
from .pieces import readable
from .reconstruction import reconstruct
from .shown_files import open_kept

# What was served is looked at, and runs nothing.
FRAME_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'; media-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-same-origin"
)
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
FOR_EVER = "private, max-age=31536000, immutable"
# In a frame that may open no window, links lead nowhere: what they led to then is asked for
# under its own name.
LINKS_LEAD_NOWHERE = '<base target="_blank">'


def page_archive(request: HttpRequest, page_id: int) -> HttpResponse:
    """What readers of a page saw at a moment, in a frame, with all that is known about it."""
    page = _page_for(request, page_id)
    form, at = _asked(request, "", timezone.now())
    answer = at_moment(page, at) if at else None
    context = {"page": page, "form": form, "answer": answer}
    if answer is not None:
        before, after = neighbours(answer)
        context |= _facts(answer) | {
            "before_url": _address("page_archive", page, at=before),
            "after_url": _address("page_archive", page, at=after),
            "frame_url": _address("page_archive_frame", page, at=at),
            "source_url": _address("page_archive_source", page, at=at),
            "compare_url": _address("page_archive_compare", page, at=at, other_at=before),
        }
    return render(request, "delivery/page_archive.html", context)


def page_archive_frame(request: HttpRequest, page_id: int) -> HttpResponse:
    """The page itself, with its pictures and styles of then, for the frame."""
    answer = _answer_or_404(request, page_id)
    html = readable(html_of(answer), _file_address, _files_of(answer))
    html = html.replace("<head>", f"<head>{LINKS_LEAD_NOWHERE}", 1)
    return HttpResponse(html, headers={"Content-Security-Policy": FRAME_POLICY})


def page_archive_source(request: HttpRequest, page_id: int) -> HttpResponse:
    """The HTML as it was sent, to take away."""
    answer = _answer_or_404(request, page_id)
    if answer.state != State.SERVED:
        raise Http404
    name = f"{answer.page.slug}-{answer.since:%Y%m%dT%H%M%SZ}.html"
    return HttpResponse(
        html_of(answer),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, name)},
    )


def page_archive_compare(request: HttpRequest, page_id: int) -> HttpResponse:
    """What readers saw at two moments, side by side."""
    page = _page_for(request, page_id)
    now = timezone.now()
    first_form, first_at = _asked(request, "other_", now)
    second_form, second_at = _asked(request, "", now)
    context = {"page": page, "first_form": first_form, "second_form": second_form}
    if first_at and second_at:
        answers = [at_moment(page, at) for at in sorted((first_at, second_at))]
        context["answers"] = answers
        if all(answer.has_text for answer in answers):
            pages = [html_of(answer) for answer in answers]
            rows = compare_pages(*pages)
            # Of a reconstruction, only the text is of its time.
            were_served = all(answer.state == State.SERVED for answer in answers)
            context |= {
                "rows": rows,
                "differences": sum(row.is_changed for row in rows),
                "differ_around": were_served and differ_around(*pages),
                "other_files": were_served and _files_of(answers[0]) != _files_of(answers[1]),
            }
    return render(request, "delivery/compare.html", context)


def kept_file(request: HttpRequest, name: str) -> HttpResponse:
    """A picture or style sheet of a page that was served: named by its content."""
    return send_kept(name, {"Content-Security-Policy": FILE_POLICY, "Cache-Control": FOR_EVER})


def send_kept(name: str, headers: dict[str, str]) -> FileResponse:
    """The kept file called `name`. Raises Http404."""
    try:
        file = open_kept(name)
    except FileNotFoundError:
        raise Http404 from None
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return FileResponse(file, content_type=kind, headers=headers)


def html_of(answer: Answer) -> str:
    """The HTML of an answer that has a text."""
    if answer.rendition is not None:
        return answer.rendition.html
    return reconstruct(answer.version, answer.at)


def _files_of(answer: Answer) -> dict[str, str]:
    return answer.rendition.files if answer.rendition is not None else {}


def _page_for(request: HttpRequest, page_id: int):
    """The specific page, for who may edit it and for who reads reports."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(page, RecordedPage):
        raise Http404
    may_edit = page.permissions_for_user(request.user).can_edit()
    if not (may_edit or may_read_reports(request.user)):
        raise PermissionDenied
    return page


def _answer_or_404(request: HttpRequest, page_id: int) -> Answer:
    page = _page_for(request, page_id)
    at = _moment_in(request.GET.get("at", ""))
    answer = at_moment(page, at) if at else None
    if answer is None or not answer.has_text:
        raise Http404
    return answer


def _asked(request: HttpRequest, prefix: str, default: datetime):
    """The form and the moment that it, or a link, asks for; None where there is no such moment."""
    name = prefix.rstrip("_") or None
    if f"{prefix.replace('_', '-')}date" in request.GET:
        form = MomentForm(request.GET, prefix=name)
        return form, form.moment if form.is_valid() else None
    linked = request.GET.get(f"{prefix}at")
    at = _moment_in(linked) if linked else default
    # A broken link is asked again what it meant: now is not the moment that somebody looked for.
    return (MomentForm.at(at, prefix=name) if at else MomentForm({}, prefix=name)), at


def _moment_in(text: str) -> datetime | None:
    """An aware moment up to now; None for anything else."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None:
        return None
    if moment.year < FIRST_YEAR or moment > timezone.now():
        return None
    return moment


def _facts(answer: Answer) -> dict:
    """What is known about the version that an answer shows."""
    version = answer.version
    if version is None:
        return {}
    versions = answer.page.published_versions
    return {
        "version_number": versions.filter(pk__lte=version.pk).count(),
        "version_count": versions.count(),
        "facts": facts_of(version, answer.at),
        "erasures": version.notes.filter(kind=RecordNote.Kind.ERASED).order_by("pk"),
    }


def _address(name: str, page, **moments: datetime | None) -> str:
    """The address of one of these views at some moments; "" if one of them is None."""
    if None in moments.values():
        return ""
    said = urlencode({key: moment.isoformat() for key, moment in moments.items()})
    return f"{reverse(name, args=[page.pk])}?{said}"


def _file_address(name: str) -> str:
    return reverse("archive_file", args=[name])
