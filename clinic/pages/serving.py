"""Answers a reader's request for a page: found at once by its full address."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from wagtail import hooks

from clinic.delivery.marks import deliver

from .routing import find_in_site, find_withdrawal


def serve_page(request: HttpRequest, path: str) -> HttpResponse:
    """The live page at `path` ("section/page/"; "" is the home page), as Wagtail's own view
    serves it, hooks included, but in two queries instead of two for each step of the tree.
    A withdrawn page is answered (410) with why, and what to read instead.
    """
    page = find_in_site(request, path)
    if page is None:
        raise Http404
    if not page.live:
        return answer_for_absent(request, page)
    for hook in hooks.get_hooks("before_serve_page"):
        answer = hook(page, request, [], {})
        if isinstance(answer, HttpResponse):
            return answer
    serve = _serve
    for hook in reversed(hooks.get_hooks("on_serve_page")):
        serve = hook(serve)
    response = serve(page, request, [], {})
    if page.is_known_public:
        deliver(response, page=page, parameters=page.query_parameters)
    return response


def _serve(page, request: HttpRequest, args: list, kwargs: dict) -> HttpResponse:
    return page.serve(request, *args, **kwargs)


def answer_for_absent(request: HttpRequest, page) -> HttpResponse:
    """The answer for a page that is not live: 410 where it was withdrawn from everyone's sight,
    with why. Raises Http404 for any other: a draft, or what was private."""
    withdrawal = find_withdrawal(page)
    if withdrawal is None or page.get_view_restrictions():
        raise Http404
    context = {"page": page, "withdrawal": withdrawal}
    return TemplateResponse(request, "410.html", context, status=410)
