"""The practice that tests work on: a small tree of pages and one account for each role."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.utils import timezone

from wagtail.models import ModelLogEntry, Page, PageLogEntry, Site, Task, Workflow

from clinic.delivery import generation
from clinic.pages.models import HomePage, LocationIndexPage, PracticeSettings
from clinic.pages.roles import GROUP_NAMES, Role
from clinic.pages.services import set_up_roles
from clinic.publishing.models import PublishedVersion, RecordNote
from clinic.publishing.services import publish_version
from physicians.models import (
    PhysicianAccount,
    PhysicianIndexPage,
    PhysicianPage,
    ReviewSettings,
    Specialty,
)
from procedures.models import ConditionIndexPage, ProcedureIndexPage
from tests import factories

# The database of the settings, before tests get one of their own.
DATABASE_IN_USE = settings.DATABASES["default"]["NAME"]


@dataclass
class Practice:
    """A practice with the sections of its site and one public physician."""

    home: Page
    procedures: Page
    conditions: Page
    physicians: Page
    locations: Page
    physician: PhysicianPage
    users: dict[str, Any]

    def client(self, role: str) -> Client:
        """A browser in which the person of that role has logged in."""
        client = Client()
        client.force_login(self.users[role])
        return client

    def procedure(self, *, live: bool = True, at: datetime | None = None, **fields):
        """A procedure credited to the physician; published, through the service, unless told."""
        fields.setdefault("credited_physician", self.physician)
        page = factories.ProcedureFactory(parent=self.procedures, live=False, **fields)
        page.owner = self.users["writers"]
        page.save()
        if live:
            publish_version(page=page, at=at)
        else:
            page.save_revision(user=self.users["writers"])
        return fresh(page)


def fresh(page):
    """The page as the database has it now."""
    return type(page).objects.get(pk=page.pk)


def wall_clock(*moment: int) -> datetime:
    """A local time of the practice, as an aware datetime."""
    return timezone.make_aware(datetime(*moment), timezone.get_default_timezone())


def kinds(page) -> list[str]:
    """The kinds of the page's recorded versions, oldest first."""
    return [version.kind for version in page.published_versions.in_order()]


@pytest.fixture(autouse=True)
def empty_caches():
    for cache in caches.all():
        cache.clear()
    # A test may find an earlier one's number again, with other pages.
    generation.forget_all()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Each test finds the practice as it was when the database was made: making it anew took
    longer than most tests."""
    if connection.settings_dict["NAME"] == DATABASE_IN_USE:
        # No test of this run wants a database, so none was made: this one is someone's own.
        return
    with django_db_blocker.unblock():
        make_practice()
        # What tests that really commit put back afterwards.
        contents = connection.creation.serialize_db_to_string()
        connection._test_serialized_contents = contents


@pytest.fixture(scope="module", autouse=True)
def put_back(request, django_db_blocker):
    """Tests that really commit fill the database before each of them, and leave an empty one
    behind. For the others, it is filled before a file's first test begins its transaction: what a
    test has written itself, nobody is given. So either all tests of a file commit, or none."""
    marker = request.node.get_closest_marker("django_db")
    contents = getattr(connection, "_test_serialized_contents", None)
    if contents is None or (marker and marker.kwargs.get("transaction")):
        return
    with django_db_blocker.unblock():
        if not HomePage.objects.exists():
            connection.creation.deserialize_db_from_string(contents)


@pytest.fixture
def practice(db) -> Practice:
    return find_practice()


@pytest.fixture
def empty_site(practice) -> None:
    """A site in which nobody has made anything yet."""
    for model in (RecordNote, PublishedVersion):
        model.objects.all()._raw_delete("default")
    for page in HomePage.objects.all():
        page.delete()
    for model in (PracticeSettings, ReviewSettings, Site, Role, Workflow, Task, Specialty):
        model.objects.all().delete()
    for model in (PageLogEntry, ModelLogEntry, Group, get_user_model()):
        model.objects.all().delete()


def find_practice() -> Practice:
    """The practice that make_practice made."""
    accounts = get_user_model().objects
    sections = {
        model: model.objects.get()
        for model in (ProcedureIndexPage, ConditionIndexPage, PhysicianIndexPage, LocationIndexPage)
    }
    users = {role: accounts.get(username=role) for role in GROUP_NAMES}
    return Practice(
        HomePage.objects.get(),
        *sections.values(),
        physician=PhysicianPage.objects.get(),
        users=users | {"superuser": accounts.get(username="root")},
    )


def make_practice() -> Practice:
    set_up_roles()
    root = Page.get_first_root_node()
    for welcome in root.get_children():
        welcome.delete()
    set_review_policy(procedures=False)
    settings = PracticeSettings.load()
    settings.name = "Elm Street Clinic"
    settings.phones = [("phone", {"purpose": "appointments", "number": "(201) 555-0199"})]
    settings.save()
    home = _public(factories.HomePageFactory, parent=Page.get_first_root_node(), title="Home")
    Site.objects.all().delete()
    Site.objects.create(
        hostname="localhost", root_page=home, is_default_site=True, site_name="Elm Street Clinic"
    )
    sections = {
        name: _public(factory_class, parent=home, slug=name, show_in_menus=True)
        for name, factory_class in (
            ("procedures", factories.ProcedureIndexFactory),
            ("conditions", factories.ConditionIndexFactory),
            ("physicians", factories.PhysicianIndexFactory),
            ("locations", factories.LocationIndexFactory),
        )
    }
    physician = _public(
        factories.PhysicianFactory,
        parent=sections["physicians"],
        first_name="Ida",
        last_name="Quillfeather",
    )
    users = {role: _user(role) for role in GROUP_NAMES}
    users["superuser"] = get_user_model().objects.create_superuser("root", "root@example.com", "x")
    PhysicianAccount.objects.create(user=users["physicians"], profile=physician)
    return Practice(home=home, physician=physician, users=users, **sections)


def set_review_policy(
    *, procedures: bool, conditions: bool = False, months: int = 24, **others
) -> None:
    """Say which kinds of page need a physician's signature to go live."""
    settings = ReviewSettings.load()
    settings.kinds = [
        ("kind", {"kind": f"procedures.{kind}", "required": required, "months": months})
        for kind, required in (("procedurepage", procedures), ("conditionpage", conditions))
    ]
    for name, value in others.items():
        setattr(settings, name, value)
    settings.save()


def _public(factory_class, **fields):
    page = factory_class(live=False, **fields)
    publish_version(page=page)
    return fresh(page)


def _user(role: str):
    user = factories.UserFactory(username=role, first_name=role.title()[:-1], last_name="Tester")
    user.groups.add(Role.objects.get(key=role).group)
    return user
