"""What an erasure touches: which rows, and through them which pages and recorded versions."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Max

from modelcluster.fields import ParentalKey
from wagtail.models import Page, Revision

from clinic.publishing.digest import content_digest
from clinic.publishing.mixins import RecordedPage
from clinic.publishing.models import AppendOnlyModel, PublishedVersion


@dataclass
class Changes:
    """The rows that change, by model; the versions whose text changes, with its new digest."""

    rows: dict[type[models.Model], set] = field(default_factory=lambda: defaultdict(set))
    # Revision id → SHA-256 of the text that is left; only where readers' text changed.
    digests: dict[int, str] = field(default_factory=dict)
    _digests_before: dict[int, str] = field(default_factory=dict)

    @property
    def revisions(self) -> set[int]:
        """The saved versions that change, whether readers saw them or not."""
        return self.rows[Revision]

    def pages(self) -> set[int]:
        """The pages on which, or in whose past, something changes."""
        found = set()
        for model, keys in list(self.rows.items()):
            if issubclass(model, Page):
                found |= keys
            elif model is Revision:
                of_pages = Revision.page_revisions.filter(pk__in=keys)
                found |= {int(pk) for pk in of_pages.values_list("object_id", flat=True)}
            for link in _links_to_page(model):
                found |= set(_rows(model, keys).values_list(link.attname, flat=True))
        return set(Page.objects.filter(pk__in=found - {None}).values_list("pk", flat=True))

    def versions(self) -> set[int]:
        """The recorded versions of which something changes: text, note, byline or signature."""
        revisions, found = set(self.revisions), set(self.rows[PublishedVersion])
        for model, keys in list(self.rows.items()):
            if not issubclass(model, AppendOnlyModel):
                continue
            for link in model._meta.local_concrete_fields:
                linked = _rows(model, keys).values_list(link.attname, flat=True)
                if link.related_model is Revision:
                    revisions |= set(linked)
                elif link.related_model is PublishedVersion:
                    found |= set(linked)
        with_text = PublishedVersion.objects.filter(revision__in=revisions - {None})
        found |= set(with_text.values_list("pk", flat=True))
        found.discard(None)
        return found | self._newest_versions(found)

    def note_digests(self) -> None:
        """Before anything changes: what the versions' texts are now."""
        self._digests_before = self._digests()

    def compare_digests(self) -> None:
        """Once everything is changed: which versions have another text than before."""
        after = self._digests()
        self.digests = {
            pk: digest
            for pk, digest in after.items()
            if digest != self._digests_before.get(pk, digest)
        }

    def _digests(self) -> dict[int, str]:
        found = {}
        for revision in Revision.page_revisions.filter(pk__in=self.revisions):
            # A version may have outlived its page.
            if revision.content_object is None:
                continue
            page = revision.as_object()
            if isinstance(page, RecordedPage):
                found[revision.pk] = content_digest(page)
        return found

    def _newest_versions(self, found: set[int]) -> set[int]:
        """Of pages that changed without any of their versions: the version readers see."""
        known = PublishedVersion.objects.filter(pk__in=found).values("page")
        newest = PublishedVersion.objects.filter(page__in=self.pages()).exclude(page__in=known)
        of_each = newest.order_by().values("page").annotate(newest=Max("pk"))
        return set(of_each.values_list("newest", flat=True))


def objects_of(model, keys: Iterable[Any]) -> list[models.Model]:
    """The rows as objects, past every manager that would leave some out."""
    return list(_rows(model, keys))


def _rows(model, keys: Iterable[Any]) -> models.QuerySet:
    return models.QuerySet(model).filter(pk__in=list(keys))


def _links_to_page(model) -> list[models.Field]:
    """The fields that say to which page a row belongs."""
    return [
        link
        for link in model._meta.local_concrete_fields
        if link.related_model is not None
        and issubclass(link.related_model, Page)
        and (isinstance(link, ParentalKey) or link.name == "page")
    ]
