"""Which account belongs to which physician.

Not a field of the page: there it would travel in every draft, and break copying.
"""

from django.conf import settings
from django.db import models

from wagtail.admin.panels import FieldPanel


class PhysicianAccount(models.Model):
    """Lets one account edit one profile: a physician keeps their own page up to date."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="physician_account"
    )
    profile = models.OneToOneField(
        "physicians.PhysicianPage", on_delete=models.CASCADE, related_name="account"
    )

    panels = [FieldPanel("user"), FieldPanel("profile")]

    class Meta:
        verbose_name = "physician's account"
        verbose_name_plural = "physicians' accounts"

    def __str__(self) -> str:
        return f"{self.user} edits “{self.profile.title}”"


def owns_profile(user, profile_id: int | None) -> bool:
    """Whether `user` is the physician whose profile it is."""
    account = getattr(user, "physician_account", None)
    return account is not None and profile_id is not None and account.profile_id == profile_id
