"""What a private link opens: a code by mail, the review screen, and a word of thanks.

Nothing here needs an account, a session or a script. GET never changes anything.
"""

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import transaction
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from wagtail.models import Page

from clinic.publishing.requirements import PublicationRefused

from . import link_limits, signing_email
from .link_secrets import PASS_LASTS, read_token
from .links import (
    CODES_PER_LINK,
    CodeRefused,
    LinkEnded,
    check_code,
    decide_by_link,
    find_link,
    has_open_code,
    has_pass,
    send_code,
    text_of,
)
from .mail import masked
from .review_screen import NOT_ANSWERED, DecisionForm, build_screen, why_look_again
from .services import ReviewRefused

# Django's error reports leave out cookies with such a name.
COOKIE = "review_pass"
HEADERS = {
    "Cache-Control": "no-store, private",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}
UNREADABLE = (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError)
NOT_SENT = "The e-mail could not be sent just now. Please try again in a minute."
COOKIE_ENDED = "Nothing is signed: a code holds for two hours. Please ask for another one."
NOT_WAITING = "This text does not wait for a decision any more."


# No CSRF token, and so no second cookie: the address itself is a secret that another site does
# not know, and the cookie is Strict, so that it would not come along from there.
# No transaction around the request: what is counted stays counted, whatever happens afterwards,
# and who only reads waits for nobody. What writes is atomic by itself.
@method_decorator(
    [csrf_exempt, transaction.non_atomic_requests, sensitive_post_parameters("code", "note")],
    name="dispatch",
)
class PrivateView(View):
    """An address that only its receiver knows: never cached, indexed or passed on, and the same
    plain answer to everything that does not work (any more)."""

    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, token: str) -> HttpResponse:
        response = self._answer(request, token)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    def find(self, token: str) -> bool:
        """Whether `token` works now; keeps what it leads to."""
        raise NotImplementedError

    def is_genuine(self, token: str) -> bool:
        """Whether we sent `token` at some time."""
        return False

    def dead(self) -> HttpResponse:
        """The one answer to wrong, expired, used, revoked and tampered links."""
        return render(self.request, "physicians/link_dead.html", status=404)

    def _answer(self, request: HttpRequest, token: str) -> HttpResponse:
        if link_limits.is_shut_out(request):
            return self.dead()
        if not self.find(token):
            if not self.is_genuine(token):
                link_limits.count_wrong_address(request)
            return self.dead()
        try:
            request.POST  # noqa: B018 – where a form cannot be read, it is said here.
        except UNREADABLE:
            return render(request, "400.html", status=400)
        return super().dispatch(request)


class LinkView(PrivateView):
    """Leads a physician from the link in a letter to their decision."""

    def find(self, token: str) -> bool:
        self.link = find_link(token)
        self.address = reverse("physicians_link", args=[token]) if self.link else ""
        return self.link is not None

    def is_genuine(self, token: str) -> bool:
        return read_token(token) is not None

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show_text(DecisionForm()) if self._is_known() else self._ask_for_code()

    def post(self, request: HttpRequest) -> HttpResponse:
        step = request.POST.get("step")
        if step == "send":
            return self._send_code()
        if step == "code":
            return self._check_code(request.POST.get("code", ""))
        if not self._is_known():
            return self._ask_for_code(COOKIE_ENDED, status=403)
        return self._decide()

    def _is_known(self) -> bool:
        return has_pass(self.link, self.request.COOKIES.get(COOKIE, ""))

    def _ask_for_code(self, problem: str = "", status: int = 200) -> HttpResponse:
        self.link.refresh_from_db()
        context = {
            "link": self.link,
            "masked_email": masked(self.link.email),
            "code_is_open": has_open_code(self.link),
            "more_codes": self.link.codes_sent < CODES_PER_LINK,
            "form_action": self.address,
            "problem": problem,
        }
        return render(self.request, "physicians/link_code.html", context, status=status)

    def _send_code(self) -> HttpResponse:
        try:
            send_code(self.link)
        except CodeRefused as refusal:
            return self._ask_for_code(str(refusal), status=429)
        except OSError:
            return self._ask_for_code(NOT_SENT, status=503)
        return redirect(self.address)

    def _check_code(self, code: str) -> HttpResponse:
        try:
            value = check_code(self.link, code)
        except CodeRefused as refusal:
            return self._ask_for_code(str(refusal), status=403)
        response = redirect(self.address)
        response.set_cookie(
            COOKIE,
            value,
            max_age=PASS_LASTS,
            path=self._cookie_path,
            secure=self.request.is_secure() or settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )
        return response

    @property
    def _cookie_path(self) -> str:
        # Without the slash, so that it also holds where a mail program dropped that.
        return self.address.rstrip("/")

    def _decide(self) -> HttpResponse:
        if problem := why_look_again(self.request.POST, text_of(self.link)):
            return self._show_fresh_text(problem)
        form = DecisionForm(self.request.POST)
        if not form.is_valid():
            return self._show_text(form, NOT_ANSWERED)
        try:
            sentence = decide_by_link(self.link, form)
        except LinkEnded:
            return self.dead()
        except ReviewRefused as refusal:
            return self._show_fresh_text(str(refusal))
        except PublicationRefused as refusal:
            return self._show_text(form, " ".join(["Nothing is signed.", *refusal.messages]), 409)
        response = render(self.request, "physicians/link_done.html", {"sentence": sentence})
        response.delete_cookie(COOKIE, path=self._cookie_path, samesite="Strict")
        return response

    def _show_fresh_text(self, problem: str) -> HttpResponse:
        return self._show_text(DecisionForm.anew(self.request.POST), problem, status=409)

    def _show_text(self, form, problem: str = "", status: int = 200) -> HttpResponse:
        screen = self._screen()
        context = {
            "screen": screen,
            "page": screen.page,
            "form": form,
            "problem": problem,
            "may_decide": screen.waits or screen.is_rereview,
            "why_not": NOT_WAITING,
            "signer": self.link.physician,
            "edit_url": "",
            "back_url": "",
            "link": self.link,
            "form_action": self.address,
        }
        return render(self.request, "physicians/review_screen.html", context, status=status)

    def _screen(self):
        page = Page.objects.get(pk=self.link.page_id).specific
        return build_screen(page=page, revision=text_of(self.link), request=self.request)


class ConfirmAddressView(PrivateView):
    """Lets whoever reads mail at a signing address say so; opening it alone confirms nothing."""

    def find(self, token: str) -> bool:
        self.account = signing_email.find_unconfirmed(token)
        self.address = reverse("physicians_confirm_email", args=[token]) if self.account else ""
        return self.account is not None

    def is_genuine(self, token: str) -> bool:
        return signing_email.is_genuine(token)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(done=False)

    def post(self, request: HttpRequest) -> HttpResponse:
        return self._show(done=True) if signing_email.confirm(self.account) else self.dead()

    def _show(self, *, done: bool) -> HttpResponse:
        context = {
            "done": done,
            "physician": self.account.profile.formal_name,
            "masked_email": masked(self.account.signing_email),
            "form_action": self.address,
        }
        return render(self.request, "physicians/confirm_address.html", context)
