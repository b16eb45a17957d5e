"""The editor's side of private links: to whom one can go, who has one, taking one back."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View

from wagtail.admin import messages

from clinic.publishing.templatetags.publishing_tags import practice_date

from .links import link_refusal, revoke_link, send_link
from .mail import masked
from .models import PhysicianPage, ReviewSettings
from .review_views import get_reviewable_page
from .services import ReviewRefused

SENT = (
    "A private link is on its way to {name} ({email}). It works until {until}; the text waits "
    "in the medical review."
)
NOT_TAKEN = (
    "Nothing was sent: the mail server did not take the letter to {name}. Try again in a few "
    "minutes; if that does not help, tell whoever looks after the site. The text waits in the "
    "medical review."
)
REVOKED = "The link that was sent to {name} does not work any more."
ENDED = "That link had ended already."


@dataclass(frozen=True)
class Recipients:
    """Who can be sent a link today, and why not everybody."""

    can: list
    refusals: list[str]

    @classmethod
    def today(cls) -> "Recipients":
        physicians = PhysicianPage.objects.live().select_related("account").order_by("title")
        can, refusals = [], []
        for physician in physicians:
            refusal = link_refusal(physician)
            if refusal:
                refusals.append(refusal)
            else:
                can.append(physician)
        return cls(can, refusals)


class RecipientForm(forms.Form):
    """Which physician should read the text."""

    use_required_attribute = False

    physician = forms.ChoiceField(
        help_text="The letter goes to the address that they have confirmed.",
        error_messages={
            "required": "Choose a physician.",
            "invalid_choice": "That physician cannot be sent a link now. Choose another one.",
        },
    )

    def __init__(self, *args, recipients: Recipients, **kwargs):
        super().__init__(*args, **kwargs)
        self.physicians = {str(physician.pk): physician for physician in recipients.can}
        self.fields["physician"].choices = [
            (key, f"{physician.title} ({masked(physician.account.signing_email)})")
            for key, physician in self.physicians.items()
        ]

    def clean_physician(self) -> PhysicianPage:
        return self.physicians[self.cleaned_data["physician"]]


# Not in one transaction: the letter leaves, or fails to, before the editor is answered.
@method_decorator(transaction.non_atomic_requests, name="dispatch")
class SendLinkView(View):
    """Lets an editor of a page send a physician a link to its newest text, or take one back."""

    def dispatch(self, request: HttpRequest, page_id: int) -> HttpResponse:
        self.page = get_reviewable_page(page_id)
        if not self.page.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        self.recipients = Recipients.today()
        return super().dispatch(request)

    def get(self, request: HttpRequest) -> HttpResponse:
        reviewer = self.page.get_reviewer()
        initial = {"physician": reviewer.pk if reviewer is not None else ""}
        return self._show(RecipientForm(recipients=self.recipients, initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        if "revoke" in request.POST:
            return self._revoke(request.POST["revoke"])
        form = RecipientForm(request.POST, recipients=self.recipients)
        if not form.is_valid():
            return self._show(form)
        physician = form.cleaned_data["physician"]
        try:
            link = send_link(page=self.page, physician=physician, by=request.user)
        except ReviewRefused as refusal:
            messages.error(request, str(refusal))
            return self._show(form, status=409)
        except OSError:
            messages.error(request, NOT_TAKEN.format(name=physician.title))
        else:
            until = practice_date(link.expires_at, "F j, Y, g:i A")
            sentence = SENT.format(name=physician.title, email=masked(link.email), until=until)
            messages.success(request, sentence)
        return redirect("physicians_send_link", self.page.pk)

    def _open_links(self):
        return self.page.review_links.open().select_related("physician").order_by("-sent_at")

    def _revoke(self, number: str) -> HttpResponse:
        links = {str(link.pk): link for link in self._open_links()}
        link = links.get(number)
        if link is not None and revoke_link(link):
            messages.success(self.request, REVOKED.format(name=link.physician.title))
        else:
            messages.warning(self.request, ENDED)
        return redirect("physicians_send_link", self.page.pk)

    def _show(self, form: RecipientForm, status: int = 200) -> HttpResponse:
        context = {
            "page": self.page,
            "form": form,
            "recipients": self.recipients,
            "links": [(link, masked(link.email)) for link in self._open_links()],
            "days": ReviewSettings.load().link_days,
        }
        return render(self.request, "physicians/send_link.html", context, status=status)
