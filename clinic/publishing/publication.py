"""The public dates of a page, read from its record: the only source of every date printed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from .models import PublishedVersion
from .services import classify
from .templatetags.publishing_tags import practice_date


@dataclass(frozen=True)
class Publication:
    """What a page may claim about itself: published when, modified when, in whose name.

    Times are aware, in UTC; templates print them in the practice's zone.
    """

    published_at: datetime
    modified_at: datetime | None
    credit: str

    @property
    def updated_at(self) -> datetime:
        """The day of the newest change that readers were told about."""
        return self.modified_at or self.published_at

    @property
    def in_words(self) -> str:
        """“published on Jul 20, 2017, modified on May 22, 2020”."""
        words = f"published on {practice_date(self.published_at)}"
        if self.modified_at:
            words += f", modified on {practice_date(self.modified_at)}"
        return words

    @classmethod
    def from_versions(cls, versions: Iterable[PublishedVersion]) -> "Publication | None":
        """Read `versions`, all of one page in the order recorded. None if there are none."""
        counted = [version for version in versions if version.is_counted]
        if not counted:
            return None
        first, newest = counted[0], counted[-1]
        return cls(
            published_at=first.published_at,
            modified_at=None if newest is first else newest.published_at,
            credit=newest.credit,
        )

    @classmethod
    def if_published_now(cls, page) -> "Publication":
        """What readers would see if `page`, as it stands unsaved, went live this minute."""
        now = timezone.now()
        versions = list(page.published_versions.in_order()) if page.pk else []
        kind, note, _ = classify(page, versions[-1] if versions else None)
        if kind in PublishedVersion.COUNTED:
            credit = page.publication_credit()
            versions.append(
                PublishedVersion(kind=kind, published_at=now, credit=credit, change_note=note)
            )
        return cls.from_versions(versions)
