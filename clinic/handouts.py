"""A page on paper: its text, with the version, dates and address that tell one printed sheet from
another. For printing from a browser, and as a PDF where WeasyPrint is installed."""

import functools
import hashlib
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache

from clinic.delivery.marks import deliver
from clinic.pages.routing import find_in_site
from clinic.pages.serving import answer_for_absent

KEEP_SECONDS = 24 * 60 * 60


@functools.cache
def pdf_is_available() -> bool:
    """Whether WeasyPrint is installed, and the system has the libraries it draws with."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):
        return False
    return True


def offered(request: HttpRequest) -> dict[str, Any]:
    """For templates: `pdf_is_available`, found out only where a page offers its handout."""
    return {"pdf_is_available": pdf_is_available}


def handout(request: HttpRequest, path: str) -> HttpResponse:
    """/…/handout/: the page for printing, and for reading aloud at the desk."""
    page = _find(request, path)
    if not page.live:
        return answer_for_absent(request, page)
    response = TemplateResponse(request, page.handout_template, _facts(request, page))
    return deliver(response)


@never_cache
def handout_pdf(request: HttpRequest, path: str) -> HttpResponse:
    """/…/handout.pdf: the same, with the day it was printed on."""
    page = _find(request, path)
    if not page.live:
        return answer_for_absent(request, page)
    if not pdf_is_available():
        raise Http404
    # Only here: it needs what may not be installed.
    from .pdf import make_pdf

    facts = _facts(request, page) | {"printed_at": timezone.now()}
    html = render_to_string(page.handout_template, facts, request)
    # Drawing takes half a second; named by its text, what is kept is never out of date.
    name = f"handout-{hashlib.sha256(html.encode()).hexdigest()}"
    pdf = cache.get(name)
    if pdf is None:
        pdf = make_pdf(html, site_url=request.build_absolute_uri("/"))
        cache.set(name, pdf, KEEP_SECONDS)
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(False, f"{page.slug}.pdf"),
            "Link": f'<{page.get_full_url(request)}>; rel="canonical"',
            "X-Robots-Tag": "noindex",
        },
    )


def _find(request: HttpRequest, path: str):
    """The page at `path`, of a type that has a handout, live or not. Raises Http404 where there
    is none, and for a live page that not everyone may see."""
    page = find_in_site(request, f"{path}/")
    if page is None or not page.handout_template or (page.live and not page.is_known_public):
        raise Http404
    return page


def _facts(request: HttpRequest, page) -> dict[str, Any]:
    """What the page's own template is given, and which version this is."""
    return page.get_context(request) | {
        "is_handout": True,
        "version_number": len(page.recorded_versions),
        "address": page.get_full_url(request),
        "printed_at": None,
    }
