"""Loads the demonstration practice through the services that editors use: every page gets
real, backdated revisions and a record. Loading it twice changes nothing."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.images import ImageFile
from django.db import transaction

from wagtail.images import get_image_model
from wagtail.models import Page, PageLogEntry, Site

from clinic.pages.models import (
    ContentPage,
    HomePage,
    LocationIndexPage,
    LocationPage,
    NoticePage,
    PracticeSettings,
)
from clinic.publishing.services import publish_version
from physicians.models import PhysicianIndexPage, PhysicianPage, Specialty
from procedures.models import (
    BodyArea,
    ConditionIndexPage,
    ConditionPage,
    ProcedureCondition,
    ProcedureIndexPage,
    ProcedurePage,
    ProcedurePhysician,
    ProcedureRelation,
)

from .blocks import stream
from .notices import filled_notices
from .people import physician_fields
from .places import location_fields
from .reviews import add_reviews
from .search import add_search_words
from .wording import reworded, wall_clock

FOLDER = Path(__file__).parent
OPENED = datetime(2017, 7, 12, 8, 0)
SECTIONS = (
    (ProcedureIndexPage, "procedures", "Procedures"),
    (ConditionIndexPage, "conditions", "Conditions"),
    (PhysicianIndexPage, "physicians", "Our physicians"),
    (LocationIndexPage, "locations", "Locations"),
)


class Demonstration:
    """One loading of the practice. Pages that exist already are left as they are."""

    def __init__(self) -> None:
        self.author = get_user_model().objects.get(username="publisher")
        self.added: list[str] = []
        self.images: dict[str, Any] = {}

    @transaction.atomic
    def load(self) -> list[str]:
        """Returns the titles of the pages that were added."""
        practice = _read("practice.toml")
        people = _read("physicians.toml")
        self._settings(practice)
        home = self._home(practice)
        indexes = {
            slug: self._add(
                home,
                model,
                slug,
                OPENED,
                title=title,
                introduction=practice["introductions"][slug],
                show_in_menus=True,
            )
            for model, slug, title in SECTIONS
        }
        for page in practice["pages"]:
            self._add(
                home,
                ContentPage,
                page["slug"],
                page["published"],
                title=page["title"],
                show_in_menus=page["show_in_menus"],
                body=stream(page["blocks"], self.image),
            )
        for notice in filled_notices(practice):
            slug, published = notice.pop("slug"), notice.pop("published")
            self._add(home, NoticePage, slug, published, **notice)
        for location in _read("locations.toml")["locations"]:
            self._add(
                indexes["locations"],
                LocationPage,
                location["key"],
                location["published"],
                **location_fields(location, self.image),
            )
        self._snippets(people)
        physicians = {
            row["key"]: self._physician(indexes["physicians"], row) for row in people["physicians"]
        }
        for condition in _read("conditions.toml")["conditions"]:
            self._add(
                indexes["conditions"],
                ConditionPage,
                None,
                condition["published"],
                title=condition["title"],
                also_called=", ".join(condition["also_called"]),
                summary=condition["summary"],
                body=stream(condition["blocks"], self.image),
            )
        sources = [_read(f"procedures/{path.name}") for path in _procedure_files()]
        for source in sources:
            self._procedure(indexes["procedures"], source, physicians)
        add_reviews(_read("reviews.toml"))
        add_search_words(_read("search.toml"))
        return self.added

    def image(self, name: str, alt: str):
        """The picture of that file name, uploaded once."""
        if name not in self.images:
            title = f"Demonstration: {alt}"[:255]
            Image = get_image_model()
            image = Image.objects.filter(title=title).first()
            if image is None:
                with (FOLDER / "images" / name).open("rb") as file:
                    image = Image.objects.create(
                        title=title, description=alt[:255], file=ImageFile(file, name=name)
                    )
            self.images[name] = image
        return self.images[name]

    def _settings(self, practice: dict) -> None:
        settings = PracticeSettings.load()
        if settings.name != PracticeSettings._meta.get_field("name").default:
            return
        settings.name = practice["name"]
        settings.tagline = practice["tagline"]
        settings.logo = self.image("logo.png", "A larkspur flower")
        settings.phones = [("phone", phone) for phone in practice["phones"]]
        settings.save()

    def _home(self, practice: dict) -> Page:
        home = HomePage.objects.first()
        if home is not None:
            return home
        root = Page.get_first_root_node()
        for welcome in root.get_children().exact_type(Page):
            welcome.delete()
        home = self._add(
            root,
            HomePage,
            "home",
            OPENED,
            title=practice["name"],
            headline=practice["home_headline"],
            seo_title=practice["home_seo_title"],
            introduction=practice["home_introduction"],
            image=self.image("hero.jpg", "Sunrise over hills"),
        )
        address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
        Site.objects.update_or_create(
            is_default_site=True,
            defaults={
                "hostname": address.hostname,
                "port": address.port or (443 if address.scheme == "https" else 80),
                "root_page": home,
                "site_name": practice["name"],
            },
        )
        return home

    def _snippets(self, people: dict) -> None:
        for row in people["specialties"]:
            Specialty.objects.get_or_create(name=row["name"], defaults=row)
        for row in people["body_areas"]:
            BodyArea.objects.get_or_create(name=row["name"])

    def _physician(self, parent: Page, row: dict) -> PhysicianPage:
        existing = PhysicianPage.objects.filter(last_name=row["last_name"]).first()
        return existing or self._add(
            parent, PhysicianPage, None, row["published"], **physician_fields(row, self.image)
        )

    def _procedure(self, parent: Page, source: dict, physicians: dict) -> None:
        if ProcedurePage.objects.child_of(parent).filter(title=source["title"]).exists():
            return
        page = ProcedurePage(
            title=source["title"],
            also_called=", ".join(source["also_called"]),
            summary=source["summary"],
            **{name: source[name] for name in ("anaesthesia", "setting", "length", "recovery")},
            body_area=BodyArea.objects.get(name=source["body_area"]),
            credited_physician=physicians[source["credited_to"]],
            references=[("reference", _reference(row)) for row in source["references"]],
        )
        page.treated_conditions = [
            ProcedureCondition(condition=condition)
            for condition in ConditionPage.objects.filter(title__in=source["conditions"])
        ]
        page.performing_physicians = [
            ProcedurePhysician(physician=physicians[key]) for key in source["performed_by"]
        ]
        # The relation is kept on the later page and drawn on both.
        page.related_procedures = [
            ProcedureRelation(related=related)
            for related in ProcedurePage.objects.filter(title__in=source["related"])
        ]
        for version in source["versions"]:
            page.sections = stream(_sections_then(source, version), self.image)
            self._publish(parent, page, version["at"], version["kind"], version["note"])
            page = ProcedurePage.objects.get(pk=page.pk)
        self.added.append(page.title)

    def _add(self, parent: Page, model: type, slug: str | None, at: datetime, **fields) -> Page:
        known = {"slug": slug} if slug else {"title": fields.get("title", "")}
        # Of whatever type: an older demonstration may have it as another one.
        if existing := Page.objects.child_of(parent).filter(**known).first():
            return existing.specific
        page = model(**fields, **({"slug": slug} if slug else {}))
        self._publish(parent, page, at)
        self.added.append(page.title)
        return model.objects.get(pk=page.pk)

    def _publish(self, parent: Page, page, at: datetime, kind: str = "", note: str = "") -> None:
        moment = wall_clock(at)
        if page.pk is None:
            page.live = False
            page.owner = self.author
            parent.add_child(instance=page)
            parent.refresh_from_db()
            PageLogEntry.objects.filter(page=page.pk, action="wagtail.create").update(
                timestamp=moment, user=self.author
            )
        publish_version(
            page=page,
            by=self.author,
            at=moment,
            kind="" if kind == "first" else kind,
            note=note,
        )


def _read(name: str) -> dict:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _procedure_files() -> list[Path]:
    return sorted((FOLDER / "procedures").glob("*.toml"))


def _sections_then(source: dict, version: dict) -> list[dict]:
    """The sections as they stood in `version`: some not yet written, some worded otherwise."""
    missing = set(version["without_sections"])
    kept = [section for section in source["sections"] if section["kind"] not in missing]
    return reworded(kept, dict(version.get("wording", [])))


def _reference(row: dict) -> dict:
    return {
        "title": row["title"],
        "publisher": row.get("publisher", ""),
        "year": row.get("year"),
        "link": row.get("link", ""),
        "checked_on": row.get("checked"),
    }
