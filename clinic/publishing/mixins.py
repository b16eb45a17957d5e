"""What every page with a record carries."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.functional import cached_property

from .context import lock_page
from .forms import RecordedCopyForm, RecordedPageForm
from .models import PublishedVersion
from .permissions import RecordedPagePermissionTester
from .publication import Publication
from .requirements import Requirement, refuse_if_incomplete

DRAFT = "draft"


class RecordedPage(models.Model):
    """A page whose publications are recorded: its drafts carry the editor's answer to
    "Do readers need to know this changed?", and its dates come from the record.

    The answer travels inside the revision, so it holds on every route: save, schedule,
    approval, bulk. It counts for one round, the stretch between two recorded versions.
    """

    ANSWERS = (PublishedVersion.Kind.MAJOR, PublishedVersion.Kind.MINOR)

    change_kind = models.CharField(
        "Do readers need to know this changed?",
        max_length=5,
        blank=True,
        choices=[(kind.value, kind.label) for kind in ANSWERS],
    )
    change_note = models.TextField(
        "What should they know?",
        blank=True,
        help_text="One sentence that readers see in the list of updates, such as "
        "“Added when to stop blood thinners.” Needed if you answered Yes.",
    )
    change_round = models.PositiveIntegerField(default=0, editable=False)

    # The editor's answer, blank again in each round; and all that readers never see.
    answer_fields: tuple[str, ...] = ("change_kind", "change_note")
    unread_fields: tuple[str, ...] = ("change_kind", "change_note", "change_round")
    # What changes hands when another person is credited: always news to readers.
    credit_fields: tuple[str, ...] = ()
    base_form_class = RecordedPageForm
    copy_form_class = RecordedCopyForm
    exclude_fields_in_copy = [
        "first_published_at",
        "last_published_at",
        "change_kind",
        "change_note",
        "change_round",
    ]

    class Meta:
        abstract = True

    def save_revision(self, *args, overwrite_revision=None, **kwargs):
        """Autosave may overwrite its own draft, but never a revision that someone relies on:
        one that was published, scheduled, submitted or signed stays as it was."""
        with transaction.atomic():
            if overwrite_revision is not None:
                # Whoever publishes or signs it at this moment goes first.
                lock_page(self.pk)
                if self.is_relied_on(overwrite_revision):
                    overwrite_revision = None
            return super().save_revision(*args, overwrite_revision=overwrite_revision, **kwargs)

    def publish(self, revision, *args, **kwargs):
        """Raises PublicationRefused where the revision lacks what publication requires."""
        with transaction.atomic():
            # An autosave that is overwriting this very draft goes first: what readers see and
            # what the record names is then one text.
            lock_page(self.pk)
            revision.refresh_from_db(fields=["content"])
            refuse_if_incomplete(revision.as_object())
            return super().publish(revision, *args, **kwargs)

    @property
    def copies_start_as_drafts(self) -> bool:
        """Whether a copy of this page may not be public at once: Wagtail shows readers what is
        public of it, but would have the newest draft recorded as what they saw."""
        return not self.live or self.has_unpublished_changes

    def copy(self, *args, keep_live=True, **kwargs):
        keep_live = keep_live and not self.copies_start_as_drafts
        return super().copy(*args, keep_live=keep_live, **kwargs)

    def create_alias(self, *args, **kwargs):
        raise PermissionDenied("An alias would show text that has no record. Make a copy instead.")

    def permissions_for_user(self, user) -> RecordedPagePermissionTester:
        return RecordedPagePermissionTester(user, self)

    def get_publication_requirements(self) -> list[Requirement]:
        """What this type of page must have before readers may see it. Types add, never subtract."""
        return []

    def get_withdrawal_form_class(self):
        """What is asked before this page leaves the public site."""
        from .withdrawal import WithdrawalForm

        return WithdrawalForm

    def after_withdrawal(self, *, by, answers: dict[str, Any]) -> list[str]:
        """What else leaves with this page. Returns sentences for the editor; never raises."""
        return []

    def publication_credit(self) -> str:
        """The byline to print for a version published on `on`, without "by"."""
        return ""

    def changes_who_is_credited(self, before) -> bool:
        return any(getattr(self, name) != getattr(before, name) for name in self.credit_fields)

    def answer(self, kind: str, note: str = "") -> None:
        """Answer the publish question for the round now open."""
        for name in self.answer_fields:
            setattr(self, name, self._meta.get_field(name).get_default())
        self.change_kind, self.change_note = kind, note
        self.change_round = self.rounds

    @property
    def rounds(self) -> int:
        """How many versions have been recorded; the number of the round now open."""
        return self.published_versions.count() if self.pk else 0

    @property
    def status_string(self) -> str:
        """Wagtail's word for editors, and "withdrawn" for what readers once saw."""
        word = super().status_string
        return "withdrawn" if word == DRAFT and self.first_published_at else word

    @property
    def was_published(self) -> bool:
        return self.rounds > 0

    @property
    def current_answer(self) -> tuple[str, str]:
        """The kind and note given in the round now open; empty if the answer is an older one."""
        if self.change_round != self.rounds:
            return "", ""
        return self.change_kind, self.change_note.strip()

    @cached_property
    def publication(self) -> Publication | None:
        """The page's public dates and byline; None while it has never been public."""
        return Publication.from_versions(self.recorded_versions)

    @cached_property
    def recorded_versions(self) -> list[PublishedVersion]:
        """Every version the public saw, oldest first."""
        return self.get_recorded_versions()

    def get_recorded_versions(self) -> list[PublishedVersion]:
        """The same, asked for anew."""
        return self.with_what_is_known(self.read_versions()) if self.pk else []

    def read_versions(self) -> list[PublishedVersion]:
        """Every version, oldest first, with no more than its row tells."""
        return list(self.published_versions.in_order())

    @classmethod
    def with_what_is_known(cls, versions: list[PublishedVersion]) -> list[PublishedVersion]:
        """The same versions. Types may add what they need to know of each."""
        return versions

    def read_as_of(self, version: PublishedVersion, at: datetime) -> None:
        """Give the page its record as it was at `at` (aware), when `version` was its newest."""
        self.recorded_versions = [row for row in self.read_versions() if row.pk <= version.pk]

    @classmethod
    def read_records(cls, pages: list) -> None:
        """Give each of `pages`, all of this type, its recorded versions, at once for all."""
        found = defaultdict(list)
        versions = PublishedVersion.objects.filter(page__in=pages).in_order()
        for version in cls.with_what_is_known(list(versions)):
            found[version.page_id].append(version)
        for page in pages:
            page.recorded_versions = found[page.pk]

    def is_relied_on(self, revision) -> bool:
        """Whether `revision` must stay as it is. Types add reasons, never take one away."""
        is_latest = revision.pk == self.latest_revision_id
        return is_latest and (
            revision.approved_go_live_at is not None
            or revision.published_versions.exists()
            or revision.task_states.exists()
        )
