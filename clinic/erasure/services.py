"""The verb that erases: everything in the database or nothing, then the files."""

from django.core.cache import caches
from django.db import models, transaction

from wagtail.admin.models import FormState
from wagtail.images.models import AbstractImage
from wagtail.models import Page

from .changes import Changes, objects_of
from .cleaning import Cleaner, fields_to_know
from .columns import goes_as_a_whole
from .files import FileMoves
from .findings import Found, fields_to_look_at, look
from .record import (
    follow_with_record,
    index_again,
    indexed_things,
    leave_tombstones,
    pages_that_show,
    prove_whole,
)
from .registry import erasers
from .rows import read_row, write_row
from .streams import GONE
from .targets import Target

NOT_ALLOWED = (
    "{username} may not erase: it takes an active account of the role Administrators, or a "
    "superuser."
)
NO_REASON = "Give the reason for which it has to go. It stays in the record."
REASON_HAS_WORDS = "The reason stays in the record: it must not have the words that have to go."
WRONG_CODE = (
    "That is not the code of what stands there now. Something was changed since, or the words "
    "differ. Nothing was erased. Look again without --confirm."
)
PAGE_NEEDS_IT = "It cannot be taken out of page {keys}, which cannot be without. Change that first."
NOTHING_FOUND = "Nothing was found, so there is nothing to erase."


class ErasureRefused(Exception):
    """An erasure that may not, or cannot, be done; says why, in a sentence. Nothing is changed."""


def erase(target: Target, *, by, reason: str, code: str) -> Changes:
    """Remove `target` from every row, version, copy and file, in the name of the account `by`,
    and leave tombstones with `reason`. `code` is that of the look it was decided upon.

    Raises ErasureRefused; whatever is raised before the commit, everything is as it was. What fails
    after it is logged, and the rest is done: a file that stays is found by left_in_files.
    """
    _refuse_if_not_allowed(target, by, reason)
    moves = FileMoves()
    try:
        with transaction.atomic():
            # Before all else that waits for the commit, some of it Wagtail's, which may fail.
            transaction.on_commit(moves.finish)
            transaction.on_commit(_forget_what_is_kept, robust=True)
            found = look(target)
            if not found:
                raise ErasureRefused(NOTHING_FOUND)
            if not found.is_confirmed_by(code):
                raise ErasureRefused(WRONG_CODE)
            changes = _erase(found, moves, by=by, reason=reason)
    except BaseException:
        moves.undo()
        raise
    return changes


def _refuse_if_not_allowed(target: Target, by, reason: str) -> None:
    if not by.has_perm("publishing.erase"):
        raise ErasureRefused(NOT_ALLOWED.format(username=by.get_username()))
    if not reason.strip():
        raise ErasureRefused(NO_REASON)
    if target.words.stand_in(reason):
        raise ErasureRefused(REASON_HAS_WORDS)


def _erase(found: Found, moves: FileMoves, *, by, reason: str) -> Changes:
    changes = Changes()
    for finding in found.rows:
        changes.rows[finding.model].add(finding.key)
    # Asked now: rows that go no longer say where they belonged.
    pages, versions = changes.pages(), changes.versions()
    indexed, shown = indexed_things(changes), pages_that_show(pages)
    changes.note_digests()
    for model, keys in list(changes.rows.items()):
        if goes_as_a_whole(model):
            _remove(model, keys)
        else:
            for key in keys:
                _clean(model, key, found.target, moves)
    for media in found.target.media:
        media.model.objects.get(pk=media.pk).delete()
    _put_addresses_together(found.target)
    _remove_what_was_typed(pages)
    changes.compare_digests()
    index_again(changes, pages, indexed)
    for eraser in erasers:
        eraser.remove(found.target, changes)
    follow_with_record(changes)
    versions |= changes.versions()
    leave_tombstones(changes, pages=pages, versions=versions, by=by, reason=reason)
    prove_whole(shown)
    return changes


def _clean(model, key, target: Target, moves: FileMoves) -> None:
    fields = fields_to_look_at(model, target)
    row = read_row(model, [*fields, *fields_to_know(model)], key)
    if row is None:
        return
    cleaner, changed = Cleaner(target), {}
    for field in fields:
        value = row[field.name]
        if not cleaner.may_change(model, field, value):
            continue
        cleaned = cleaner.column(model, field, value, row, key)
        if cleaned is GONE:
            return _remove(model, {key})
        if cleaned != value:
            if isinstance(field, models.FileField):
                cleaned = moves.move(field.storage, value, cleaned)
            changed[field.name] = cleaned
    if changed:
        write_row(model, key, changed)
    if any(isinstance(model._meta.get_field(name), models.FileField) for name in changed):
        _remove_renditions(model, key)


def _remove(model, keys) -> None:
    """Through Django, which removes what belongs to the rows, and their files after the commit."""
    if issubclass(model, Page):
        raise ErasureRefused(PAGE_NEEDS_IT.format(keys=", ".join(map(str, sorted(keys)))))
    models.QuerySet(model).filter(pk__in=list(keys)).delete()


def _remove_renditions(model, key) -> None:
    """Files that were made of a file, and have its name in theirs."""
    (thing,) = objects_of(model, [key])
    if isinstance(thing, AbstractImage):
        for rendition in thing.renditions.all():
            rendition.delete()


def _put_addresses_together(target: Target) -> None:
    """Each address is the parent's and the page's own part; those above come first. No redirect
    leads on from the old one: it would keep the words."""
    for page in models.QuerySet(Page).order_by("depth", "pk"):
        if page.depth > 1 and target.words.stand_in(page.url_path):
            parent = page.get_parent(update=True)
            url_path = f"{parent.url_path}{page.slug}/"
            models.QuerySet(Page).filter(pk=page.pk).update(url_path=url_path)


def _remove_what_was_typed(pages: set[int]) -> None:
    """What editors have typed and not saved would bring it back."""
    kinds = Page.objects.filter(pk__in=pages).values("content_type")
    numbers = [str(pk) for pk in pages]
    FormState.objects.filter(content_type__in=kinds, object_id__in=numbers).delete()


def _forget_what_is_kept() -> None:
    for cache in caches.all():
        cache.clear()
