"""Notices when a reader finds no page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .notebook import note_miss


class MissedAddressMiddleware:
    """Notes the address of a page that was asked for in vain, after redirects were tried."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        wants_a_page = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
        if response.status_code == 404 and wants_a_page:
            note_miss(path=request.path, referrer=request.headers.get("Referer", ""))
        return response
