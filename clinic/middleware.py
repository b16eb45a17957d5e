"""Answers for requests that cannot be read or served; headers that keep pages private and quiet."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.datastructures import MultiValueDictKeyError

logger = logging.getLogger(__name__)

LONGEST_PATH = 2000
# Seconds.
RETRY_AFTER = 120
# What Django and Wagtail raise where a form of the admin lacks its own fields, or carries
# nonsense in them. JSON that cannot be read is a ValueError too.
UNREADABLE = (MultiValueDictKeyError, ValueError, OverflowError, MultiPartParserError)

PUBLIC_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "media-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-src": "'self'",
    "frame-ancestors": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
# Wagtail's editor carries inline scripts and styles; nothing else may.
ADMIN_POLICY = PUBLIC_POLICY | {
    "script-src": "'self' 'unsafe-inline'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
}
QUIET = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    # No other site shares a window with ours, or draws our pictures and pages into its own.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class UnreadableRequestMiddleware:
    """Answers "we could not read that request" (400) where malformed input would be a crash.

    Wagtail's forms trust the browser to send their hidden fields. What the view had written is
    undone (ATOMIC_REQUESTS), and the log keeps the traceback: a bug stays visible.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin_path = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # No database stores NUL, and no file system such a long name.
        has_nul = "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")
        if has_nul or len(request.path_info) > LONGEST_PATH:
            return render(request, "400.html", status=400)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        carries_input = request.method == "POST" or bool(request.META.get("QUERY_STRING"))
        in_admin = request.path.startswith(self.admin_path)
        if not (in_admin and carries_input and isinstance(error, UNREADABLE)):
            return None
        logger.error("Unreadable request to %s", request.path, exc_info=error)
        return render(request, "400.html", status=400)


class UnavailableMiddleware:
    """Answers "we will be back soon" (503) while the database does not, and asks to try later."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, OperationalError | InterfaceError):
            return None
        logger.error("The database failed for %s", request.path, exc_info=error)
        # Without the request: what templates are given of it would ask the database again.
        headers = {"Retry-After": str(RETRY_AFTER)}
        return HttpResponse(render_to_string("503.html"), status=503, headers=headers)


def _as_header(policy: dict[str, str]) -> str:
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())


class SecurityHeadersMiddleware:
    """Tells browsers to load nothing from elsewhere: strict for patients, looser for editors."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin_path = reverse("wagtailadmin_home")
        self.public_policy = _as_header(PUBLIC_POLICY)
        self.admin_policy = _as_header(ADMIN_POLICY)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        in_admin = request.path.startswith(self.admin_path)
        policy = self.admin_policy if in_admin else self.public_policy
        response.headers.setdefault("Content-Security-Policy", policy)
        for name, value in QUIET.items():
            response.headers.setdefault(name, value)
        return response
