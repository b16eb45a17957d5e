"""The truth about what readers see: one number, raised by every change of it; and what they saw."""

from datetime import datetime

from django.db import models
from django.utils import timezone

from wagtail.models import Page

from clinic.publishing.models import AppendOnlyModel, AppendOnlyQuerySet, PublishedVersion

from .pieces import unpack


class Generation(models.Model):
    """The one row whose number is raised inside every transaction that changes what readers may
    see. The database does it itself (triggers.py), whoever writes: a page finished under this
    number is the page as it is now."""

    ONLY = 1
    unseen_by_readers = "The count of changes is not one itself."

    number = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="there_is_one_generation")
        ]

    def __str__(self) -> str:
        return f"Generation {self.number}"


class Moment(models.Model):
    """When a generation became what readers see, and what had been written: the archive's clock.

    Noted right after the commit, by the writer or by the first renderer that meets the number.
    Numbers of which nobody saw anything may be missing.
    """

    unseen_by_readers = "When changes were made."

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    why = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"Generation {self.number} at {self.at:%Y-%m-%d %H:%M:%S}"


class EdgeCopy(models.Model):
    """What a CDN in front of the site was last seen to give at one address."""

    unseen_by_readers = "What a CDN has been told."

    path = models.CharField(max_length=500, unique=True)
    etag = models.CharField(max_length=80)
    # The generation in which all addresses were last seen to be right.
    number = models.PositiveBigIntegerField(default=0, db_index=True)

    def __str__(self) -> str:
        return self.path


class Piece(AppendOnlyModel):
    """A part of finished pages, kept once however many pages share it: the navigation of a
    thousand pages is one row."""

    unseen_by_readers = "What was served, not what is."

    digest = models.CharField(primary_key=True, max_length=64, help_text="SHA-256 of the text.")
    packed = models.BinaryField(help_text="The text, compressed by Brotli.")
    size = models.PositiveIntegerField(help_text="Bytes of the text as it was sent.")

    objects = AppendOnlyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.digest

    @property
    def text(self) -> str:
        return unpack(self.packed)


class RenditionQuerySet(AppendOnlyQuerySet):
    """Questions asked of what was served. Only how long it was served may still move."""

    MOVING = {"last_number", "confirmed_at", "expires_at", "valid_until", "why_ended"}

    def update(self, **kwargs):
        if not kwargs.keys() <= self.MOVING:
            return super().update(**kwargs)
        return models.QuerySet.update(self, **kwargs)

    def of(self, page):
        """Those of one page, newest first, without their texts."""
        return self.filter(page=page.pk).order_by("-valid_from", "-pk")

    def served_now(self):
        """Those that nothing has taken the place of."""
        return self.filter(valid_until=None)


class Rendition(AppendOnlyModel):
    """What readers of a page were given, byte by byte, and from when until when. One row for each
    distinct body: a page that is finished again and has not changed only moves its row's end.

    The generations from `first_number` to `last_number` are those in which it was seen to be so.
    """

    unseen_by_readers = "What was served, not what is."

    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="renditions")
    version = models.ForeignKey(
        PublishedVersion, null=True, on_delete=models.PROTECT, related_name="renditions"
    )
    digest = models.CharField(
        max_length=64, help_text="SHA-256 of the text and the files it shows; no moving parts."
    )
    head = models.ForeignKey(Piece, on_delete=models.PROTECT, related_name="+")
    header = models.ForeignKey(Piece, on_delete=models.PROTECT, related_name="+")
    main = models.ForeignKey(Piece, on_delete=models.PROTECT, related_name="+")
    footer = models.ForeignKey(Piece, on_delete=models.PROTECT, related_name="+")
    files = models.JSONField(default=dict, help_text="Address → name of the kept file.")
    why = models.TextField(blank=True, help_text="What had changed when it was first served.")
    first_number = models.PositiveBigIntegerField()
    last_number = models.PositiveBigIntegerField()
    valid_from = models.DateTimeField()
    confirmed_at = models.DateTimeField(help_text="When it was last seen to be so.")
    expires_at = models.DateTimeField(help_text="When the clock might have changed it after that.")
    valid_until = models.DateTimeField(null=True, help_text="Empty while nothing has followed.")
    why_ended = models.CharField(max_length=100, blank=True)

    objects = RenditionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["page", "valid_from"])]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.digest[:12]} from {self.valid_from:%Y-%m-%d %H:%M} UTC"

    @property
    def html(self) -> str:
        """The page as it was sent; where something moved with the clock, an empty element."""
        pieces = Piece.objects.in_bulk({self.head_id, self.header_id, self.main_id, self.footer_id})
        order = (self.head_id, self.header_id, self.main_id, self.footer_id)
        return "".join(pieces[digest].text for digest in order)

    @property
    def known_until(self) -> datetime | None:
        """When it ended, or may have: at the first change after it was last seen that nobody has
        looked behind. None while it is what readers get. Aware, in UTC."""
        if self.valid_until is not None:
            return self.valid_until
        later = Moment.objects.filter(number__gt=self.last_number).order_by("number").first()
        end = min(later.at, self.expires_at) if later is not None else self.expires_at
        return end if end <= timezone.now() else None
