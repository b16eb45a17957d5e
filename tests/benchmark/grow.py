"""Makes many procedures at once, within the site's settings: `python -m tests.benchmark.grow 1000`
fills the site up to so many. Rows are written as publishing would leave them, without its work for
each page; the indexes are built afterwards."""

import sys

import django

django.setup()

from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402

from wagtail.models import Page, Revision  # noqa: E402

from clinic.publishing.models import PublishedVersion  # noqa: E402
from clinic.search.models import Word  # noqa: E402
from clinic.search.services import learn_all_words  # noqa: E402
from procedures.models import (  # noqa: E402
    BodyArea,
    ProcedureCondition,
    ProcedurePage,
    ProcedurePhysician,
    ProcedureRelation,
)

BATCH = 500
NAMES = (
    "Ankle Back Cervical Disc Elbow Facet Groin Hip Knee Lumbar Median Nerve Pelvic Rib Spine Wrist"
)


def grow(wanted: int) -> None:
    template = ProcedurePage.objects.get(slug="kyphoplasty")
    section = template.get_parent()
    have = section.get_children().count()
    if have >= wanted:
        return
    for first in range(have, wanted, BATCH):
        with transaction.atomic():
            _add(template, section, range(first, min(first + BATCH, wanted)))
    call_command("update_index", verbosity=0)
    Word.objects.all().delete()
    learn_all_words()
    with connection.cursor() as cursor:
        # What the database would do by itself within a minute.
        cursor.execute("ANALYZE")


def _add(template: ProcedurePage, section: Page, numbers: range) -> None:
    section.refresh_from_db()
    steps = [int(section.numchild) + 1 + place for place in range(len(numbers))]
    pages = [_copy(template, section, *pair) for pair in zip(numbers, steps, strict=True)]
    rows = Page.objects.bulk_create([_as_plain_page(page) for page in pages])
    for page, row in zip(pages, rows, strict=True):
        page.pk = page.page_ptr_id = row.pk
        page.id = row.pk
    own = ProcedurePage._meta.local_concrete_fields
    ProcedurePage.objects.get_queryset()._insert(pages, fields=own, using="default")
    Page.objects.filter(pk=section.pk).update(numchild=F("numchild") + len(pages))
    _relate(template, pages)
    _record(template, pages)


def _copy(template: ProcedurePage, section: Page, number: int, step: int) -> ProcedurePage:
    words = NAMES.split()
    title = f"{words[number % len(words)]} procedure {number}"
    areas = _areas()
    fields = {
        field.attname: getattr(template, field.attname)
        for field in ProcedurePage._meta.concrete_fields
        if not field.primary_key
    }
    fields.pop("id", None)
    page = ProcedurePage(**fields)
    page.translation_key = ProcedurePage._meta.get_field("translation_key").get_default()
    page.title = page.draft_title = title
    page.slug = f"procedure-{number}"
    page.also_called = f"Other name {number}"
    page.body_area_id = areas[number % len(areas)]
    page.url_path = f"{section.url_path}{page.slug}/"
    page.path = Page._get_path(section.path, section.depth + 1, step)
    page.latest_revision = page.live_revision = None
    return page


def _areas() -> list[int]:
    return list(BodyArea.objects.order_by("pk").values_list("pk", flat=True))


def _as_plain_page(page: ProcedurePage) -> Page:
    names = (field.attname for field in Page._meta.concrete_fields if not field.primary_key)
    return Page(**{name: getattr(page, name) for name in names})


def _relate(template: ProcedurePage, pages: list[ProcedurePage]) -> None:
    """Each with the template's conditions and physicians, and related to three neighbors."""
    conditions = template.treated_conditions.values_list("condition_id", flat=True)
    people = template.performing_physicians.values_list("physician_id", flat=True)
    ProcedureCondition.objects.bulk_create(
        ProcedureCondition(procedure=page, condition_id=pk) for page in pages for pk in conditions
    )
    ProcedurePhysician.objects.bulk_create(
        ProcedurePhysician(procedure=page, physician_id=pk) for page in pages for pk in people
    )
    ProcedureRelation.objects.bulk_create(
        ProcedureRelation(procedure=page, related=pages[(place + step) % len(pages)])
        for place, page in enumerate(pages)
        for step in (1, 2, 3)
    )


def _record(template: ProcedurePage, pages: list[ProcedurePage]) -> None:
    """A revision and the first version of each."""
    kind = ContentType.objects.get_for_model(ProcedurePage)
    plain = ContentType.objects.get_for_model(Page)
    now = timezone.now()
    content = template.get_latest_revision().content
    revisions = Revision.objects.bulk_create(
        Revision(
            content_type=kind,
            base_content_type=plain,
            object_id=str(page.pk),
            created_at=now,
            object_str=page.title,
            content=content
            | {"pk": page.pk, "id": page.pk, "title": page.title, "slug": page.slug}
            | {"path": page.path, "url_path": page.url_path, "body_area": page.body_area_id},
        )
        for page in pages
    )
    rows = [
        Page(pk=page.pk, latest_revision=revision, live_revision=revision)
        for page, revision in zip(pages, revisions, strict=True)
    ]
    Page.objects.bulk_update(rows, ["latest_revision", "live_revision"])
    first = template.published_versions.in_order().first()
    PublishedVersion.objects.bulk_create(
        PublishedVersion(
            page_id=page.pk,
            revision=revision,
            kind=PublishedVersion.Kind.FIRST,
            published_at=now,
            digest=first.digest,
            credit=first.credit,
        )
        for page, revision in zip(pages, revisions, strict=True)
    )


if __name__ == "__main__":
    grow(int(sys.argv[1]))
