"""Gives readers finished pages, before Django looks at anything else."""

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.module_loading import import_string

from . import generation
from .address import Address
from .baked import delivers
from .copies import Copy
from .debts import debts
from .memo import rendering_under
from .rendering import GetResponse, finish
from .store import store


class DeliveryMiddleware:
    """Answers readers from finished pages; lets through who is signed in, what is not read but
    sent, and every address that is not for everyone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.admin_path = reverse("wagtailadmin_home")
        self.sessions: type[SessionBase] = import_string(f"{settings.SESSION_ENGINE}.SessionStore")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self._is_read(request):
            return self.get_response(request)
        number = generation.current_if_known()
        if number is None:
            return self.get_response(request)
        address = Address.of(request) if delivers() else None
        if address is None or self._is_signed_in(request):
            return self._answer_anew(request, number)
        debts.settle()
        if query := request.META.get("QUERY_STRING", ""):
            bare = self._find(address, number)
            # What the query means, the page itself says; where there is none, it means nothing.
            address = address.with_query(query, bare.parameters) if isinstance(bare, Copy) else None
            if address is None:
                return self.get_response(request)
        answer = self._find(address, number)
        if isinstance(answer, Copy):
            return answer.response_to(request)
        # Asked by nobody, it is not for everyone; who sent cookies may be somebody.
        return self.get_response(request) if request.COOKIES else answer

    def _answer_anew(self, request: HttpRequest, number: int) -> HttpResponse:
        """As of one generation, unless it is the admin's: there a request for a page
        may write, too."""
        if request.path_info.startswith(self.admin_path):
            return self.get_response(request)
        with rendering_under(number):
            return self.get_response(request)

    def _is_read(self, request: HttpRequest) -> bool:
        """Whether somebody reads: a preview, for which Wagtail makes a request of its own, is drawn
        amid a transaction of the admin's, which may write."""
        is_real = not getattr(request, "is_dummy", False)
        return is_real and request.method in ("GET", "HEAD")

    def _find(self, address: Address, number: int) -> Copy | HttpResponse:
        return store.find(address, number) or finish(address, self.get_response)

    def _is_signed_in(self, request: HttpRequest) -> bool:
        """Whether the session cookie is that of someone who has logged in: to send a made-up one
        gains nothing."""
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if not key:
            return False
        try:
            return SESSION_KEY in self.sessions(key)
        except Error:
            return False
