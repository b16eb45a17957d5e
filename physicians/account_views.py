"""Physicians' accounts in the admin: who logs in as whom, and where private links go."""

from django import forms

from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import CopyView, CreateView, EditView, SnippetViewSet

from clinic.publishing.templatetags.publishing_tags import practice_date

from .accounts import PhysicianAccount
from .signing_email import keep_address

ADDRESS_TAKEN = (
    "{name} signs from this address already. Each physician needs an address of their own, since "
    "whoever reads the mail signs."
)
LETTER_ASKS = "No links go to {address} before it is confirmed. A letter asks for that."
LETTER_FAILED = (
    "The letter to {address} could not be sent. Try again in a few minutes: open the account, and "
    "tick “send the letter of confirmation again”, or tell the physician yourself."
)


def confirmation_in_words(account: PhysicianAccount) -> str:
    """Whether links can go to the account's address, for the list."""
    if not account.signing_email:
        return "No address"
    if account.email_verified_at is None:
        return "Waits for confirmation"
    return f"Confirmed on {practice_date(account.email_verified_at)}"


class PhysicianAccountForm(WagtailAdminModelForm):
    """An account, its address, and whether to ask for a confirmation once more."""

    send_again = forms.BooleanField(
        label="Send the letter of confirmation again",
        required=False,
        help_text="If it got lost or is more than seven days old. Not needed after a change.",
    )

    def clean_signing_email(self) -> str:
        address = self.cleaned_data["signing_email"]
        others = PhysicianAccount.objects.exclude(pk=self.instance.pk)
        other = others.filter(signing_email__iexact=address).first() if address else None
        if other is not None:
            raise forms.ValidationError(ADDRESS_TAKEN.format(name=other.profile.title))
        return address


class KeepsAddress:
    """A screen on which an administrator may set the address that private links go to."""

    def save_instance(self):
        before = PhysicianAccount.objects.filter(pk=self.form.instance.pk).first()
        account = super().save_instance()
        asked = keep_address(
            before=before,
            account=account,
            by=self.request.user,
            again=self.form.cleaned_data.get("send_again", False),
            on_failure=self._say_that_it_failed,
        )
        if asked:
            messages.info(self.request, LETTER_ASKS.format(address=asked))
        return account

    def _say_that_it_failed(self, address: str) -> None:
        messages.error(self.request, LETTER_FAILED.format(address=address))


class AddAccountView(KeepsAddress, CreateView):
    """Adding a physician's account."""


class CopyAccountView(KeepsAddress, CopyView):
    """Adding one that starts as a copy."""


class EditAccountView(KeepsAddress, EditView):
    """Changing a physician's account."""


class PhysicianAccountViewSet(SnippetViewSet):
    """Settings → Physicians’ accounts: who may edit which profile, and from where they sign."""

    model = PhysicianAccount
    icon = "user"
    menu_label = "Physicians’ accounts"
    add_to_settings_menu = True
    list_display = [
        "profile",
        "user",
        "signing_email",
        Column("confirmed", label="Confirmation", accessor=confirmation_in_words),
    ]
    edit_handler = ObjectList(
        [*PhysicianAccount.panels, FieldPanel("send_again")], base_form_class=PhysicianAccountForm
    )
    add_view_class = AddAccountView
    copy_view_class = CopyAccountView
    edit_view_class = EditAccountView
