"""Signatures, and the step of a workflow in which they are given."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from wagtail.models import Page, Revision, Task

from clinic.publishing.models import AppendOnlyModel, AppendOnlyQuerySet, KeepsText
from physicians.signers import may_sign

from .profiles import PhysicianPage


class Review(AppendOnlyModel):
    """A physician's signature under one version of a page: who, as what, when, how, which text."""

    class Method(models.TextChoices):
        """How the physician proved who they are."""

        ACCOUNT = "account", "Logged in"
        LINK = "link", "Private link"
        IMPORT = "import", "Brought in from elsewhere"

    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="reviews")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="reviews")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the text that was signed.")
    signer = models.ForeignKey(PhysicianPage, on_delete=models.PROTECT, related_name="signatures")
    signer_name = models.CharField(max_length=255, help_text="As it was then, with degree.")
    signer_degrees = models.CharField(max_length=60)
    signer_licence = models.CharField("license then", max_length=200)
    signed_at = models.DateTimeField(default=timezone.now)
    method = models.CharField(max_length=7, choices=Method.choices)
    note = models.TextField(blank=True)
    checklist = models.JSONField(default=list, help_text="[question, answer] pairs as asked then.")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_by_name = models.CharField(
        max_length=255, blank=True, help_text="Who submitted the text or sent the link."
    )
    erased_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When something was erased from the signed text: the digest is of what is left.",
    )

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "review"
        ordering = ["signed_at", "pk"]
        permissions = [("publish_urgently", "Can publish before a physician has signed")]

    def __str__(self) -> str:
        return f"{self.signer_name} on {self.signed_at:%Y-%m-%d}"


class MedicalReviewTask(KeepsText, Task):
    """The step in which a physician signs a submitted version, on the review screen only."""

    unseen_by_readers = "How drafts are approved."

    # Signing is the authority to publish: physicians hold no other right to.
    approval_publishes = True

    def user_can_access_editor(self, obj, user) -> bool:
        # Correct and sign: a physician may mend what waits for a signature.
        return may_sign(user)

    def get_actions(self, obj, user) -> list:
        # None in Wagtail's own menus: they do not show the text that is being signed.
        return []

    @classmethod
    def get_description(cls) -> str:
        return "A physician reads the submitted version, side by side with the last one, and signs"

    class Meta:
        verbose_name = "Medical review"
        verbose_name_plural = "Medical reviews"


class ReviewDigest(models.Model):
    """That a person was sent this week's list: nobody gets it twice. A row without an address
    says that this week's round is done, so that the weekly letter is not sent all week long."""

    unseen_by_readers = "Which letters were sent."

    email = models.EmailField()
    week = models.CharField(max_length=8, help_text="Year and ISO week: 2026-W07.")
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["email", "week"], name="one_digest_a_week")]

    def __str__(self) -> str:
        return f"{self.email}, {self.week}"
