"""Answers a reader's request for a page: found at once by its full address."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from wagtail import hooks
from wagtail.models import Site

from .routing import Withdrawal, find_page, find_withdrawal, specific_page


def serve_page(request: HttpRequest, path: str) -> HttpResponse:
    """The live page at `path` ("section/page/"; "" is the home page), as Wagtail's own view
    serves it, hooks included, but in two queries instead of two for each step of the tree.
    A withdrawn page is answered (410) with why, and what to read instead.
    """
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    page = find_page(site.root_page.url_path + path) if path else specific_page(site.root_page)
    if page is None:
        raise Http404
    if not page.live:
        withdrawal = find_withdrawal(page)
        if withdrawal is None or page.get_view_restrictions():
            raise Http404
        return _gone(request, page, withdrawal)
    for hook in hooks.get_hooks("before_serve_page"):
        answer = hook(page, request, [], {})
        if isinstance(answer, HttpResponse):
            return answer
    serve = _serve
    for hook in reversed(hooks.get_hooks("on_serve_page")):
        serve = hook(serve)
    return serve(page, request, [], {})


def _serve(page, request: HttpRequest, args: list, kwargs: dict) -> HttpResponse:
    return page.serve(request, *args, **kwargs)


def _gone(request: HttpRequest, page, withdrawal: Withdrawal) -> HttpResponse:
    context = {"page": page, "withdrawal": withdrawal}
    return TemplateResponse(request, "410.html", context, status=410)
