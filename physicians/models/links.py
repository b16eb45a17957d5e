"""Private links, by which physicians sign without an account."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from wagtail.models import Page, Revision

from .profiles import PhysicianPage


class ReviewLinkQuerySet(models.QuerySet):
    """Questions asked of private links, and their end."""

    def open(self):
        """Those by which the physician could still sign."""
        return self.filter(closed_at=None, expires_at__gt=timezone.now())

    def end(self, outcome: str) -> int:
        """Close those that nobody has closed. Returns how many."""
        return self.filter(closed_at=None).update(closed_at=timezone.now(), outcome=outcome)


class ReviewLink(models.Model):
    """An invitation to one physician to read one version and decide: once, within some days.

    The link itself is never stored: only what it takes to recognise it.
    """

    unseen_by_readers = "Who was asked to sign; the signature itself is a Review."

    class Outcome(models.TextChoices):
        """How a link ended; empty while it is open, or if it only expired."""

        SIGNED = "signed", "Signed"
        DECLINED = "declined", "Changes requested"
        REVOKED = "revoked", "Revoked"

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="review_links")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="review_links")
    physician = models.ForeignKey(
        PhysicianPage, on_delete=models.CASCADE, related_name="received_review_links"
    )
    email = models.EmailField(help_text="Where it was sent.")
    secret_hash = models.CharField(max_length=64, unique=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    sent_by_name = models.CharField(max_length=255)
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, blank=True, choices=Outcome.choices)
    code_hash = models.CharField(max_length=128, blank=True)
    code_sent_at = models.DateTimeField(null=True, blank=True)
    codes_sent = models.PositiveSmallIntegerField(default=0)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    pass_hash = models.CharField(max_length=64, blank=True)

    objects = ReviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "private link"

    def __str__(self) -> str:
        return f"Link for {self.physician} to “{self.page}”"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and timezone.now() < self.expires_at
