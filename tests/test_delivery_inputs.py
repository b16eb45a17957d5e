"""Whatever a page shows, changed alone and by any road, changes the page that is served next; what
readers do not see changes nothing."""

import pytest

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from wagtail.contrib.redirects.models import Redirect
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, PageViewRestriction, Site

from clinic.delivery import generation
from clinic.delivery.exempt import is_unseen, seen_models
from clinic.jobs.services import run_due_jobs
from clinic.pages.models import Alert, PracticeSettings
from clinic.publishing.services import correct_note, publish_version, withdraw
from clinic.search.models import SynonymGroup
from physicians.models import PhysicianLocation, Specialty
from procedures.models import BodyArea, ProcedurePhysician
from tests.admin import autosave, edit, errors, procedure_data
from tests.conftest import fresh
from tests.factories import LocationFactory, ProcedureFactory

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

NEEDLE = "/procedures/needle/"
PHYSICIAN = "/physicians/ida-quillfeather-md/"


class House:
    """A practice with one of everything that can change."""

    def __init__(self, practice) -> None:
        self.practice = practice
        self.settings = PracticeSettings.load()
        self.image = get_image_model().objects.create(title="Logo", file=get_test_image_file())
        self.area = BodyArea.objects.create(name="Spine")
        self.physician = practice.physician
        self.office = LocationFactory(parent=practice.locations, live=False, title="Elm")
        publish_version(page=self.office)
        self.page = practice.procedure(
            title="Needle", slug="needle", body_area=self.area, summary="A thin one."
        )
        self.alert = Alert.objects.create(text="Closed for snow.")

    def publish(self, page, **changes) -> None:
        for name, value in changes.items():
            setattr(page, name, value)
        publish_version(page=page, kind="major", note="News.")


def _sql(house) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pages_practicesettings SET name = %s", ["Raw Clinic"])


def _bulk(house) -> None:
    house.settings.tagline = "In bulk."
    PracticeSettings.objects.bulk_update([house.settings], ["tagline"])


def _set(obj, **changes) -> None:
    for name, value in changes.items():
        setattr(obj, name, value)
    obj.save()


def _replace_file(house) -> None:
    drawn = get_test_image_file(colour="red").file.getvalue()
    response = house.practice.client("publishers").post(
        reverse("wagtailimages:edit", args=[house.image.pk]),
        {"title": "Logo", "file": SimpleUploadedFile("other.png", drawn), "tags": ""},
    )
    assert response.status_code == 302, errors(response)


def _perform(house) -> None:
    house.page.performing_physicians.add(ProcedurePhysician(physician=house.physician))
    house.page.performing_physicians.commit()


def _see_patients(house) -> None:
    PhysicianLocation.objects.create(physician=house.physician, location=house.office)


def _new_page(house) -> None:
    publish_version(
        page=ProcedureFactory(
            parent=house.practice.procedures,
            live=False,
            title="Zygote",
            slug="zygote",
            credited_physician=house.physician,
        )
    )


def _move(house) -> None:
    house.page.move(house.practice.home, pos="last-child")


INPUTS = {
    "its own text": (NEEDLE, lambda h: h.publish(h.page, summary="A thick one.")),
    "its title, by update()": (
        NEEDLE,
        lambda h: Page.objects.filter(pk=h.page.pk).update(title="Pin"),
    ),
    "a description for search engines": (
        NEEDLE,
        lambda h: _set(fresh(h.page), search_description="Thin."),
    ),
    "its withdrawal": (NEEDLE, lambda h: withdraw(page=h.page, by=None, reason="Wrong.")),
    "its physician's name": (NEEDLE, lambda h: h.publish(h.physician, last_name="Quill")),
    "its physician's withdrawal": (
        NEEDLE,
        lambda h: withdraw(page=h.physician, by=None, reason="Left."),
    ),
    "who performs it, alone": (NEEDLE, _perform),
    "where its physician sees patients": (PHYSICIAN, _see_patients),
    "the name of its body area": (NEEDLE, lambda h: _set(h.area, name="Back")),
    "the practice's name, by raw SQL": (NEEDLE, _sql),
    "the practice's line, by bulk_update()": ("/", _bulk),
    "the practice's colors": (NEEDLE, lambda h: _set(h.settings, brand_colour="#551a8b")),
    "the logo": (NEEDLE, lambda h: _set(h.settings, logo=h.image)),
    "an alert that begins": (NEEDLE, lambda h: Alert.objects.create(text="Water is off.")),
    "an alert that is taken down": (NEEDLE, lambda h: h.alert.delete()),
    "an alert's words": (NEEDLE, lambda h: Alert.objects.update(text="Open again.")),
    "an office's street": (
        "/locations/",
        lambda h: h.publish(h.office, street="9 Oak Lane"),
    ),
    "the menu": (NEEDLE, lambda h: _set(fresh(h.practice.conditions), show_in_menus=False)),
    "the title of a page in the menu": (
        NEEDLE,
        lambda h: h.publish(fresh(h.practice.conditions), title="Illnesses"),
    ),
    "a new page, in its list": ("/procedures/", _new_page),
    "a new page, in the sitemap": ("/sitemap.xml", _new_page),
    "a new page, in the search": ("/search/?q=zygote", _new_page),
    "a new page, in the feed": ("/feed/", _new_page),
    "a page that moves": (NEEDLE, _move),
    "a page above that turns private": (
        NEEDLE,
        lambda h: PageViewRestriction.objects.create(
            page=h.practice.procedures, restriction_type="login"
        ),
    ),
    "a sentence of the record": (
        f"{NEEDLE}updates/",
        lambda h: correct_note(
            version=h.page.published_versions.get(), text="Better said.", by=None
        ),
    ),
    "words that mean the same": (
        "/search/?q=pin",
        lambda h: SynonymGroup.objects.bulk_create([SynonymGroup(phrases="pin, needle")]),
    ),
    "what a specialist is called": (
        PHYSICIAN,
        lambda h: Specialty.objects.update(practitioner_label="Pain Doctor"),
    ),
    "the site's host": ("/sitemap.xml", lambda h: _set(Site.objects.get(), hostname="example.com")),
}


@pytest.fixture
def house(practice):
    return House(practice)


@pytest.mark.parametrize("name", INPUTS)
def test_each_input_changed_alone_changes_the_served_page(house, name):
    path, change = INPUTS[name]
    if name == "what a specialist is called":
        house.publish(
            house.physician,
            specialty=Specialty.objects.create(name="Pain", practitioner_label="Algologist"),
        )
    before, kept = Client().get(path), Client().get(path)
    assert kept.content == before.content
    change(house)
    after = Client().get(path)
    assert (after.status_code, after.content) != (before.status_code, before.content)
    # And it is kept in turn, if it is still a page.
    assert Client().get(path).content == after.content or after.status_code != 200


def test_an_image_replaced_under_the_same_title_is_shown_at_once(house):
    _set(house.settings, logo=house.image)
    before = Client().get(NEEDLE).content
    _replace_file(house)
    assert Client().get(NEEDLE).content != before


def test_a_redirect_answers_where_a_page_has_been(house):
    assert Client().get(NEEDLE).status_code == 200
    withdraw(page=house.page, by=None, reason="Replaced.")
    assert Client().get(NEEDLE).status_code == 410
    Redirect.objects.create(old_path="/gone", redirect_link="/procedures/")
    assert Client().get("/gone").status_code == 301


def _draft(house) -> None:
    edit(
        house.practice.client("writers"),
        house.page,
        procedure_data(house.page, overview="Not yet."),
    )


def _autosave(house) -> None:
    autosave(house.practice.client("writers"), house.page, procedure_data(house.page))


def _undone(house) -> None:
    with transaction.atomic():
        house.settings.name = "Nobody"
        house.settings.save()
        transaction.set_rollback(True)


UNSEEN = {
    "a draft": _draft,
    "an autosave": _autosave,
    "a log-in": lambda h: Client().post(
        reverse("wagtailadmin_login"), {"username": "writers", "password": "x"}
    ),
    "a new account": lambda h: get_user_model().objects.create_user("someone"),
    "a round of the jobs with nothing to do": lambda h: (run_due_jobs(), run_due_jobs()),
    "something that is undone": _undone,
    "a save that changes nothing": lambda h: fresh(h.page).save(),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_what_readers_do_not_see_leaves_every_finished_page_as_it_is(house, name):
    run_due_jobs()
    Client().get(NEEDLE)
    before = generation.current()
    UNSEEN[name](house)
    assert generation.current() == before
    assert not generation.shared().in_doubt


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ("SELECT 1", None),
        ('(SELECT "a" FROM "pages_alert") UNION (SELECT 1)', None),
        ('  select * from "pages_alert"', None),
        ("WITH hits AS (SELECT 1) SELECT * FROM hits", None),
        ("SAVEPOINT x", None),
        ("SET lock_timeout = DEFAULT", None),
        ('INSERT INTO "django_session" VALUES (1)', None),
        ('INSERT OR IGNORE INTO "delivery_moment" VALUES (1)', None),
        ('INSERT OR IGNORE INTO "pages_alert" VALUES (1)', "pages_alert"),
        ("with gone as (delete from pages_alert returning *) select * from gone", ""),
        ('UPDATE "pages_alert" SET "text" = %s', "pages_alert"),
        ("insert into pages_alert values (1)", "pages_alert"),
        ('DELETE FROM "pages_alert"', "pages_alert"),
        ("WITH gone AS (DELETE FROM pages_alert RETURNING *) SELECT * FROM gone", ""),
        ("TRUNCATE pages_alert", ""),
        ("ALTER TABLE pages_alert ADD x int", ""),
        ("anything else", ""),
        (7, ""),
    ],
    ids=str,
)
def test_every_statement_that_is_not_known_to_read_is_taken_for_one_that_writes(sql, table):
    assert generation.written_table(sql) == table


# Everything readers see something of. A new model is named here, or says that it is unseen.
SEEN = {
    *("procedures.BodyArea", "procedures.ProcedureCondition", "procedures.ProcedurePhysician"),
    *("procedures.ProcedureRelation", "procedures.ConditionIndexPage", "procedures.ConditionPage"),
    *("procedures.ProcedureIndexPage", "procedures.ProcedurePage", "physicians.Specialty"),
    *("physicians.PhysicianIndexPage", "physicians.PhysicianPage", "physicians.ReviewSettings"),
    *("physicians.PhysicianLocation", "physicians.Review", "search.SynonymGroup", "search.Word"),
    *("pages.PracticeSettings", "pages.Alert", "pages.ContentPage", "pages.NoticePage"),
    *("pages.HomePage", "pages.LocationIndexPage", "pages.LocationPage"),
    *("publishing.PublishedVersion", "publishing.RecordNote", "wagtailredirects.Redirect"),
    *("wagtailsearchpromotions.SearchPromotion", "wagtailembeds.Embed", "wagtaildocs.Document"),
    *(
        "wagtailimages.Image",
        "wagtailimages.Rendition",
        "wagtailsearch.IndexEntry",
        "wagtailsearch.SQLiteFTSIndexEntry",
    ),
    *("wagtailcore.Locale", "wagtailcore.Site", "wagtailcore.CollectionViewRestriction"),
    *("wagtailcore.CollectionViewRestriction_groups", "wagtailcore.Collection"),
    *("wagtailcore.Page", "wagtailcore.PageViewRestriction"),
    "wagtailcore.PageViewRestriction_groups",
}


def test_every_model_is_classified_as_seen_or_unseen_by_readers():
    named = {model._meta.label for model in seen_models()}
    if connection.vendor != "sqlite":
        named.add("wagtailsearch.SQLiteFTSIndexEntry")
    assert named == SEEN
    # Each of them has a table on which a trigger stands, but SQLite's index of words.
    assert len(named) + sum(is_unseen(model) for model in apps.get_models()) > 80


TRIGGERS = {
    "sqlite": "SELECT tbl_name, count(*) FROM sqlite_master WHERE type = 'trigger'"
    " AND name LIKE 'delivery%%' GROUP BY tbl_name",
    "postgresql": "SELECT relname, count(*) + 1 FROM pg_trigger"
    " JOIN pg_class ON pg_class.oid = tgrelid WHERE tgname LIKE 'delivery%%' GROUP BY relname",
}


def test_the_database_watches_every_seen_table_for_rows_that_come_change_and_go(practice):
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS[connection.vendor])
        watched = dict(cursor.fetchall())
    tables = {model._meta.db_table for model in seen_models()}
    # SQLite's own index of words is written together with rows that are watched.
    expected = dict.fromkeys(tables - {"wagtailsearch_indexentry_fts"}, 3)
    if connection.vendor == "sqlite":
        # That an image was made in another size is nothing new; on PostgreSQL, one trigger watches
        # what comes and what goes.
        expected["wagtailimages_rendition"] = 2
    assert watched == expected


def test_a_change_by_hand_in_the_database_is_seen_within_the_second(house, settings):
    if connection.vendor != "sqlite":
        pytest.skip("Needs a second way into the database of the test.")
    import sqlite3

    shared = generation.shared()
    shared.believe_for = 0.05
    try:
        assert "Raw Clinic" not in Client().get(NEEDLE).content.decode()
        console = sqlite3.connect(connection.settings_dict["NAME"])
        console.execute("UPDATE pages_practicesettings SET name = 'Raw Clinic'")
        console.commit()
        console.close()
        shared._believed_until = 0.0
        assert "Raw Clinic" in Client().get(NEEDLE).content.decode()
    finally:
        shared.believe_for = settings.DELIVERY_BELIEVE_SECONDS
