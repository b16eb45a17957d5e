"""The medical review in the admin: reading and signing, sending the newer text, urgency."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views import View

from wagtail.admin import messages
from wagtail.models import Page

from clinic.publishing.context import name_of
from clinic.publishing.requirements import PublicationRefused

from .mixins import ReviewablePage
from .models import Review
from .review_screen import NOT_ANSWERED, DecisionForm, build_screen, decide, why_look_again
from .services import ReviewRefused, open_review, publish_urgently
from .signers import profile_of, signing_refusal

NOTHING_TO_READ = "“{title}” has no text that waits for a signature, and none that is public."


def get_reviewable_page(page_id: int):
    """The specific page; 404 where there is none, or none that physicians sign."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(page, ReviewablePage):
        raise Http404
    return page


class ReviewView(View):
    """Shows what waits for a signature, or what is public, and takes the physician's decision.

    Editors may look; only a physician who can sign today may decide.
    """

    def dispatch(self, request: HttpRequest, page_id: int) -> HttpResponse:
        self.page = get_reviewable_page(page_id)
        self.signer = profile_of(request.user)
        may_look = self.page.permissions_for_user(request.user).can_edit()
        if self.signer is None and not may_look:
            raise PermissionDenied
        self.revision = self._text_to_read(request)
        if self.revision is None:
            messages.warning(request, NOTHING_TO_READ.format(title=self.page.title))
            if note := request.POST.get("note", "").strip():
                messages.warning(request, f"Nothing was done with your comment: “{note}”")
            return redirect("wagtailadmin_home")
        return super().dispatch(request)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(DecisionForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if refusal := signing_refusal(self.signer):
            return self._show(DecisionForm(request.POST), refusal, status=403)
        if problem := why_look_again(request.POST, self.revision):
            return self._show(DecisionForm.anew(request.POST), problem, status=409)
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self._show(form, NOT_ANSWERED)
        try:
            with transaction.atomic():
                sentence = decide(
                    form,
                    page=self.page,
                    signer=self.signer,
                    method=Review.Method.ACCOUNT,
                    account=request.user,
                    asked_by=self._asked_by(),
                )
        except ReviewRefused as refusal:
            return self._show(form, str(refusal), status=409)
        except PublicationRefused as refusal:
            return self._show(form, " ".join(refusal.messages), status=409)
        messages.success(request, sentence)
        return redirect("wagtailadmin_home")

    def _text_to_read(self, request: HttpRequest):
        state = open_review(self.page)
        latest = self.page.get_latest_revision()
        is_theirs = latest is not None and latest.user == request.user
        if state is not None and request.GET.get("corrected") and is_theirs:
            return latest
        if state is not None and not request.GET.get("public"):
            return state.revision
        return self.page.live_revision if self.page.live else None

    def _asked_by(self) -> str:
        state = open_review(self.page)
        return name_of(state.workflow_state.requested_by) if state else ""

    def _show(self, form, problem: str = "", status: int = 200) -> HttpResponse:
        # After a refusal the text may be another one: it is read anew.
        page = type(self.page).objects.get(pk=self.page.pk)
        screen = build_screen(page=page, revision=self.revision, request=self.request)
        refusal = signing_refusal(self.signer)
        can_edit = page.permissions_for_user(self.request.user).can_edit()
        context = {
            "screen": screen,
            "page": page,
            "form": form,
            "problem": problem,
            "may_decide": not refusal,
            "why_not": refusal,
            "signer": self.signer,
            "edit_url": reverse("wagtailadmin_pages:edit", args=[page.pk]) if can_edit else "",
            "back_url": reverse("wagtailadmin_home"),
        }
        return render(self.request, "physicians/review_screen.html", context, status=status)


class UrgencyForm(forms.Form):
    """Why a text cannot wait for a physician's signature."""

    use_required_attribute = False

    reason = forms.CharField(
        label="Why can it not wait for a signature?",
        help_text="Kept in the record and sent to the physicians. Readers do not see it.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say in one sentence why it cannot wait."},
    )


class PublishUrgentlyView(View):
    """Lets an administrator publish once before a physician has signed: review to follow."""

    def dispatch(self, request: HttpRequest, page_id: int) -> HttpResponse:
        self.page = get_reviewable_page(page_id)
        may_publish = self.page.permissions_for_user(request.user).can_publish()
        if not (may_publish and request.user.has_perm("physicians.publish_urgently")):
            raise PermissionDenied
        return super().dispatch(request)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(UrgencyForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UrgencyForm(request.POST)
        if not form.is_valid():
            return self._show(form)
        try:
            publish_urgently(
                page=self.page, by=request.user, reason=form.cleaned_data["reason"].strip()
            )
        except ValidationError as refusal:
            for sentence in refusal.messages:
                messages.error(request, f"Not published. {sentence}")
            return redirect("wagtailadmin_pages:edit", self.page.pk)
        messages.success(
            request,
            f"“{self.page.title}” is public. It shows no review line until a physician has signed; "
            "the physicians have been told.",
        )
        return redirect("wagtailadmin_pages:edit", self.page.pk)

    def _show(self, form: UrgencyForm) -> HttpResponse:
        context = {"page": self.page, "form": form}
        return render(self.request, "physicians/publish_urgently.html", context)
