"""Answers for requests that cannot be read or served now, and headers that keep pages private
and quiet."""

import logging
from collections.abc import Callable

import brotli

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.datastructures import MultiValueDictKeyError

from clinic.delivery.copies import BROTLI_QUALITY, choose_encoding

logger = logging.getLogger(__name__)

LONGEST_PATH = 2000
# What Django and Wagtail raise where a form of the admin lacks its own fields, or carries
# nonsense in them. JSON that cannot be read is a ValueError too.
UNREADABLE = (MultiValueDictKeyError, ValueError, OverflowError, MultiPartParserError)
TRY_AGAIN_SECONDS = 600

PUBLIC_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "media-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-src": "'self'",
    "frame-ancestors": "'self'",
    "base-uri": "'none'",
}
# No script of a public page may turn text into elements; Wagtail's editor does so everywhere.
READERS_POLICY = PUBLIC_POLICY | {"require-trusted-types-for": "'script'"}
# Wagtail's editor carries inline scripts and styles; nothing else may.
ADMIN_POLICY = PUBLIC_POLICY | {
    "script-src": "'self' 'unsafe-inline'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
}
# Neither is a document: what a page may load and use is not theirs to say.
PARTS_OF_PAGES = ("text/css", "text/javascript")
NOT_ELSEWHERE = {
    # No other site draws our pictures and pages into its own.
    "Cross-Origin-Resource-Policy": "same-origin",
}
QUIET = NOT_ELSEWHERE | {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    # Nor does it share a window with ours.
    "Cross-Origin-Opener-Policy": "same-origin",
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
    """Answers "please try again later" (503) while the site is closed for maintenance, and to
    readers while the database does not answer. Editors' admin and /health/ are never closed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin_path = reverse("wagtailadmin_home")
        self.always_open = (self.admin_path, reverse("health"))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.MAINTENANCE and not request.path.startswith(self.always_open):
            return self._later(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        reads = request.method in ("GET", "HEAD") and not request.path.startswith(self.admin_path)
        if not (reads and isinstance(error, OperationalError | InterfaceError)):
            return None
        logger.error("The database did not answer %s", request.path, exc_info=error)
        return self._later(request)

    def _later(self, request: HttpRequest) -> HttpResponse:
        response = render(request, "503.html", status=503)
        response.headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
        response.headers["Cache-Control"] = "no-store"
        return response


class PublicCompressionMiddleware(GZipMiddleware):
    """Sends what is not kept finished, and what programs read, compressed: by Brotli where
    browsers know it.

    Not the admin and not the review screens: where an answer holds a secret beside words that a
    stranger may choose, its compressed length gives the secret away bit by bit (BREACH).
    """

    TYPES = ("text/", "application/json", "application/xml", "application/atom+xml")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)
        self.secret_paths = (reverse("wagtailadmin_home"), "/review/")

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        is_text = response.get("Content-Type", "").startswith(self.TYPES)
        if response.streaming or not is_text or request.path.startswith(self.secret_paths):
            return response
        encoding = choose_encoding(request.headers.get("Accept-Encoding", ""))
        if response.has_header("Content-Encoding") or encoding == "":
            patch_vary_headers(response, ["Accept-Encoding"])
            return response
        if encoding == "gzip":
            return super().process_response(request, response)
        packed = brotli.compress(response.content, quality=BROTLI_QUALITY)
        patch_vary_headers(response, ["Accept-Encoding"])
        if len(packed) < len(response.content):
            response.content = packed
            response.headers["Content-Length"] = str(len(packed))
            response.headers["Content-Encoding"] = "br"
            # Other bytes of the same text: an ETag of the text is a weak one (RFC 9110).
            if (etag := response.get("ETag", "")).startswith('"'):
                response.headers["ETag"] = f"W/{etag}"
        return response


def _as_header(policy: dict[str, str]) -> str:
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())


class SecurityHeadersMiddleware:
    """Tells browsers to load nothing from elsewhere: strict for patients, looser for editors."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin_path = reverse("wagtailadmin_home")
        self.public_policy = _as_header(READERS_POLICY)
        self.admin_policy = _as_header(ADMIN_POLICY)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self._headers_of(request, response).items():
            response.headers.setdefault(name, value)
        return response

    def _headers_of(self, request: HttpRequest, response: HttpResponse) -> dict[str, str]:
        if response.get("Content-Type", "").startswith(PARTS_OF_PAGES):
            return NOT_ELSEWHERE
        in_admin = request.path.startswith(self.admin_path)
        policy = self.admin_policy if in_admin else self.public_policy
        return QUIET | {"Content-Security-Policy": policy}
