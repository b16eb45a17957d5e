"""The front door: what is finished is handed out before Django is woken."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

from . import baked, generation
from .baked import delivers
from .copies import Answer
from .store import store

STATUS = {200: "200 OK", 304: "304 Not Modified"}


class FrontDoor:
    """A WSGI application before the site's own. It answers from this process's memory alone: only
    whole, public pages asked for without a query, whose generation is the current one. Everyone
    else goes in."""

    def __init__(self, application: Callable) -> None:
        self.application = application
        self.is_open = delivers() and not settings.DELIVERY_SEVERAL_HOSTS
        self.pages = store.pages.copies
        self.session_cookie = settings.SESSION_COOKIE_NAME
        self.proxy_header, self.proxy_value = settings.SECURE_PROXY_SSL_HEADER or ("", "")

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        answer = self._answer(environ) if self.is_open else None
        if answer is None:
            return self.application(environ, start_response)
        status, headers, body = answer
        start_response(STATUS[status], headers)
        # A list: granian sends one whole, and anything else piece by piece.
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _answer(self, environ: dict[str, Any]) -> Answer | None:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("QUERY_STRING"):
            return None
        if self.session_cookie in environ.get("HTTP_COOKIE", ""):
            return None
        if self.proxy_header:
            is_secure = environ.get(self.proxy_header) == self.proxy_value
        else:
            is_secure = environ["wsgi.url_scheme"] == "https"
        scheme = "https" if is_secure else "http"
        # As Address.key writes it. A name written in another way is sorted out inside.
        copy = self.pages.get(f"{scheme}://{environ.get('HTTP_HOST')}{environ['PATH_INFO']}")
        if copy is None:
            return None
        number, now = generation.shared().believed() or generation.current_if_known(), time.time()
        if copy.number != number:
            return None
        if now >= copy.expires:
            return None
        if settings.DELIVERY_BAKES and copy.baked != int(now) // baked.PERIOD_SECONDS:
            return None
        return copy.answer(
            environ.get("HTTP_ACCEPT_ENCODING", ""),
            environ.get("HTTP_IF_NONE_MATCH", ""),
            environ.get("HTTP_IF_MODIFIED_SINCE", ""),
        )
