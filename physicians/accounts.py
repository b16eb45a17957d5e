"""Which account, and which address, belong to which physician.

Not fields of the page: there they would travel in every draft, and break copying.
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from wagtail.admin.panels import FieldPanel, MultiFieldPanel

NOTHING_GIVEN = "Choose the account they log in with, or fill in the address they sign from."


class PhysicianAccount(models.Model):
    """How one physician proves who they are: by an account, by an e-mail address, or by either.

    With an account they also keep their own profile up to date. The address gets private links
    once it has been verified; only administrators change it.
    """

    unseen_by_readers = "Which account signs for whom."

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="physician_account",
        verbose_name="account",
    )
    profile = models.OneToOneField(
        "physicians.PhysicianPage", on_delete=models.CASCADE, related_name="account"
    )
    signing_email = models.EmailField(
        "e-mail address for private links",
        blank=True,
        help_text="A letter asks them to confirm it. When it changes, the old address is told.",
    )
    email_verified_at = models.DateTimeField(null=True, blank=True, editable=False)

    panels = [
        FieldPanel("profile"),
        MultiFieldPanel(
            [FieldPanel("user"), FieldPanel("signing_email")], heading="How they prove who they are"
        ),
    ]

    class Meta:
        verbose_name = "physician's account"
        verbose_name_plural = "physicians' accounts"

    def __str__(self) -> str:
        return f"{self.user or self.signing_email} signs as “{self.profile.title}”"

    def clean(self) -> None:
        super().clean()
        if not self.user and not self.signing_email:
            raise ValidationError({"signing_email": NOTHING_GIVEN})

    @property
    def can_get_links(self) -> bool:
        return bool(self.signing_email and self.email_verified_at)


def owns_profile(user, profile_id: int | None) -> bool:
    """Whether `user` is the physician whose profile it is."""
    account = getattr(user, "physician_account", None)
    return account is not None and profile_id is not None and account.profile_id == profile_id
