"""The record after an erasure: evidence follows the text that is left, and a tombstone says who,
when and why; never what."""

from datetime import datetime

from django.core.handlers.wsgi import WSGIRequest
from django.db import models
from django.template.response import SimpleTemplateResponse
from django.utils import timezone

from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Page, PageLogEntry, ReferenceIndex, Site
from wagtail.search.index import Indexed, insert_or_update_object
from wagtail.search.models import IndexEntry

from clinic.publishing.context import name_of
from clinic.publishing.models import AppendOnlyModel, PublishedVersion, RecordNote

from .changes import Changes, objects_of
from .columns import goes_as_a_whole
from .registry import erasers
from .rows import write_row

LOG_ACTION = "erasure.erase"
BROKEN = "“{title}” ({pk}) could not be shown any more. Everything was left as it was."


class NoLongerWhole(Exception):
    """A page that could not be shown after the erasure; says which, in a sentence."""


def follow_with_record(changes: Changes) -> None:
    """The digests of recorded versions, and what other rooms keep as evidence, become those of the
    text that is left. The old ones must not stay: with them, a guessed name could be proved."""
    versions = PublishedVersion.objects.filter(revision__in=changes.digests)
    for pk, revision_id in versions.values_list("pk", "revision_id"):
        write_row(PublishedVersion, pk, {"digest": changes.digests[revision_id]})
    erasers.tell(changes)


def leave_tombstones(
    changes: Changes, *, pages: set[int], versions: set[int], by, reason: str
) -> None:
    """On every version that was changed, and in the log of every page and thing."""
    name, now = name_of(by), timezone.now()
    for version_id in sorted(versions):
        RecordNote.objects.create(
            version_id=version_id,
            kind=RecordNote.Kind.ERASED,
            text=reason,
            noted_at=now,
            noted_by=by,
            noted_by_name=name,
        )
    things = [*Page.objects.filter(pk__in=pages).specific(), *_things(changes)]
    for thing in things:
        log(thing, LOG_ACTION, user=by, data={"reason": reason})


def erased_since(moment: datetime) -> bool:
    """Whether something was erased after `moment` (aware)."""
    entries = {"action": LOG_ACTION, "timestamp__gte": moment}
    return any(model.objects.filter(**entries).exists() for model in (PageLogEntry, ModelLogEntry))


def indexed_things(changes: Changes) -> list:
    """What search had the words from: a page may print what stands elsewhere."""
    entries = IndexEntry.objects.filter(pk__in=changes.rows[IndexEntry])
    return [entry.content_type.get_object_for_this_type(pk=entry.object_id) for entry in entries]


def index_again(changes: Changes, pages: set[int], indexed: list) -> None:
    """Search, and Wagtail's index of what refers to what, read what is left."""
    things = [*Page.objects.filter(pk__in=pages).specific(), *_things(changes)]
    for thing in things:
        if ReferenceIndex.model_is_indexable(type(thing)):
            ReferenceIndex.create_or_update_for_object(thing)
    for thing in [*things, *indexed]:
        # Read anew: it is no longer what it was when it was found.
        now = models.QuerySet(type(thing)).filter(pk=thing.pk).first()
        if isinstance(now, Indexed):
            insert_or_update_object(now)


def pages_that_show(pages: set[int]) -> set[int]:
    """Those of `pages`, and of the sites' home pages, that are public and can be shown as they are
    now."""
    homes = Site.objects.values_list("root_page", flat=True)
    live = Page.objects.filter(pk__in=pages.union(homes), live=True).specific()
    return {page.pk for page in live if _why_not_shown(page) is None}


def prove_whole(pages: set[int]) -> None:
    """Show each of `pages` once. Raises NoLongerWhole where that fails: nothing is erased then."""
    for page in Page.objects.filter(pk__in=pages).specific():
        if (error := _why_not_shown(page)) is not None:
            raise NoLongerWhole(BROKEN.format(title=page.title, pk=page.pk)) from error


def _why_not_shown(page) -> Exception | None:
    try:
        response = page.serve(WSGIRequest(page._get_dummy_headers()))
        if isinstance(response, SimpleTemplateResponse):
            response.render()
    except Exception as error:
        return error
    return None


def _things(changes: Changes) -> list:
    """What was changed besides pages and what happened to them: settings, images, locations' alerts
    and the like."""
    return [
        thing
        for model, keys in changes.rows.items()
        if not issubclass(model, Page | AppendOnlyModel)
        and model._meta.app_label != "wagtailcore"
        and not goes_as_a_whole(model)
        for thing in objects_of(model, keys)
    ]
