"""The record's tables. Rows are added and never changed: the record is evidence."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property

from wagtail.models import AbstractGroupApprovalTask, Page, Revision


class RecordIsAppendOnly(Exception):
    """Someone tried to change or delete a row of the record, which is evidence."""


class AppendOnlyQuerySet(models.QuerySet):
    """Reads and adds; refuses to change what was recorded."""

    def update(self, **kwargs):
        raise RecordIsAppendOnly("Rows of the record are never changed: add a note instead.")

    def delete(self):
        raise RecordIsAppendOnly("Rows of the record are never deleted.")


class AppendOnlyModel(models.Model):
    """A row of evidence: written once, then only read.

    Database constraints may still empty a link to a deleted account; the name stays as text.
    """

    # Pages' own usage counts are about content; the record is not content.
    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise RecordIsAppendOnly("Rows of the record are never changed: add a note instead.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise RecordIsAppendOnly("Rows of the record are never deleted.")


class PublishedVersionQuerySet(AppendOnlyQuerySet):
    """Questions asked of the versions the public saw."""

    def counted(self):
        """Those that readers are told about: the first, and every major one."""
        return self.filter(kind__in=PublishedVersion.COUNTED)

    def in_order(self):
        """As they were recorded; backdated rows may disagree with the clock."""
        return self.order_by("pk")


class PublishedVersion(AppendOnlyModel):
    """One row each time a page went live: the clinic's proof of what readers saw, and when."""

    class Kind(models.TextChoices):
        FIRST = "first", "First publication"
        MAJOR = "major", "Readers need to know"
        MINOR = "minor", "Typo, link or style"
        SAME = "same", "Text unchanged"

    COUNTED = (Kind.FIRST, Kind.MAJOR)

    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="published_versions")
    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="published_versions"
    )
    kind = models.CharField(max_length=5, choices=Kind.choices)
    published_at = models.DateTimeField(help_text="When readers could first see it.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the text, as evidence.")
    change_note = models.TextField(blank=True)
    answered = models.BooleanField(
        default=True, help_text="False where nobody said whether readers need to know."
    )
    credit = models.CharField(max_length=500, help_text="The byline as it was printed then.")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    published_by_name = models.CharField(max_length=255, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PublishedVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "published version"
        indexes = [models.Index(fields=["page", "published_at"])]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.kind} of {self.published_at:%Y-%m-%d %H:%M} UTC"

    @property
    def is_counted(self) -> bool:
        return self.kind in self.COUNTED

    @cached_property
    def restored(self) -> Page:
        """The page as this version has it, for whoever compares with it: nobody changes it."""
        return self.revision.as_object()


class RecordNote(AppendOnlyModel):
    """What happened to a version after it went live: withdrawn, restored, corrected, erased."""

    class Kind(models.TextChoices):
        WITHDRAWN = "withdrawn", "Withdrawn"
        RESTORED = "restored", "Restored"
        NOTE_CORRECTED = "note_corrected", "Change note corrected"
        CREDIT_CORRECTED = "credit_corrected", "Credit corrected"
        ERASED = "erased", "Erased"
        URGENT = "urgent", "Published as urgent"

    version = models.ForeignKey(PublishedVersion, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    text = models.TextField(blank=True, help_text="The reason, or the corrected wording.")
    replacement = models.ForeignKey(
        Page, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    noted_at = models.DateTimeField(default=timezone.now)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    noted_by_name = models.CharField(max_length=255, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "note on a published version"
        permissions = [
            ("correct_note", "Can correct the note of a published version"),
            ("erase", "Can erase what should never have been published"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.noted_at:%Y-%m-%d}"


class KeepsText(models.Model):
    """A step of a workflow that is about the text which the step before it approved, whatever
    was saved since. After changes were asked for, it is about the newest text."""

    class Meta:
        abstract = True

    def start(self, workflow_state, user=None):
        task_state = super().start(workflow_state, user=user)
        earlier = workflow_state.task_states.exclude(pk=task_state.pk)
        before = earlier.exclude(status=task_state.STATUS_SKIPPED).order_by("-pk").first()
        if before is not None and before.status == task_state.STATUS_APPROVED:
            task_state.revision = before.revision
            task_state.save(update_fields=["revision"])
        return task_state


class PublisherApprovalTask(KeepsText, AbstractGroupApprovalTask):
    """The step in which a publisher reads a submitted version and lets exactly that one go live."""

    unseen_by_readers = "How drafts are approved."

    class Meta:
        verbose_name = "Publisher approval task"
        verbose_name_plural = "Publisher approval tasks"

    def locked_for_user(self, obj, user) -> bool:
        # Writers keep drafting: what was submitted is kept as it was (RecordedPage.save_revision).
        return False

    def on_action(self, task_state, user, action_name, **kwargs):
        """Acts on a decision. An approval that cannot be published changes nothing and
        leads to the page's form, which says what is missing."""
        from .requirements import missing_for_approval

        if action_name == "approve" and missing_for_approval(task_state):
            from django.urls import reverse

            return reverse("wagtailadmin_pages:edit", args=[task_state.revision.object_id])
        return super().on_action(task_state, user, action_name, **kwargs)

    @classmethod
    def get_description(cls) -> str:
        return "Members of the chosen groups publish exactly the version that was submitted"
