"""Small pages and people for tests. Every sentence here is made up."""

from datetime import date

import factory
import wagtail_factories

from django.contrib.auth import get_user_model

from clinic.pages.models import (
    ContentPage,
    HomePage,
    LocationIndexPage,
    LocationPage,
    NoticePage,
)
from physicians.models import PhysicianIndexPage, PhysicianPage, Specialty
from procedures.models import (
    ConditionIndexPage,
    ConditionPage,
    ProcedureIndexPage,
    ProcedurePage,
)


def section(kind: str, text: str) -> dict:
    """A section of one paragraph, as raw stream data."""
    body = [{"type": "text", "value": f"<p>{text}</p>", "id": f"text-of-{kind}"}]
    return {"type": kind, "value": {"heading": "", "body": body}, "id": f"section-{kind}"}


class UserFactory(factory.django.DjangoModelFactory):
    """Someone with an account."""

    class Meta:
        model = get_user_model()

    username = factory.Sequence(lambda n: f"user{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.com")


class HomePageFactory(wagtail_factories.PageFactory):
    """The front page."""

    class Meta:
        model = HomePage


class ContentPageFactory(wagtail_factories.PageFactory):
    """A plain page."""

    class Meta:
        model = ContentPage

    title = factory.Sequence(lambda n: f"Plain page {n}")


class NoticePageFactory(wagtail_factories.PageFactory):
    """A notice at the foot of every page."""

    class Meta:
        model = NoticePage

    title = factory.Sequence(lambda n: f"Notice {n}")
    checked_on = date(2026, 1, 15)


class LocationIndexFactory(wagtail_factories.PageFactory):
    """The list of locations."""

    class Meta:
        model = LocationIndexPage

    title = "Locations"


class LocationFactory(wagtail_factories.PageFactory):
    """An office."""

    class Meta:
        model = LocationPage

    title = factory.Sequence(lambda n: f"Office {n}")
    street = "1 Elm Street"
    city = "Maple Hollow"
    phones = [("phone", {"purpose": "appointments", "number": "(201) 555-0100"})]


class SpecialtyFactory(factory.django.DjangoModelFactory):
    """A field of medicine."""

    class Meta:
        model = Specialty
        django_get_or_create = ("name",)

    name = "Pain medicine"
    practitioner_label = "Pain Management Specialist"


class PhysicianIndexFactory(wagtail_factories.PageFactory):
    """The list of physicians."""

    class Meta:
        model = PhysicianIndexPage

    title = "Physicians"


class PhysicianFactory(wagtail_factories.PageFactory):
    """A complete profile."""

    class Meta:
        model = PhysicianPage

    title = "Set from the name"
    first_name = "Ida"
    last_name = factory.Sequence(lambda n: f"Quillfeather{n}")
    degrees = "MD"
    licence_type = "Physician and surgeon"
    licence_region = "New Jersey"
    specialty = factory.SubFactory(SpecialtyFactory)


class ConditionIndexFactory(wagtail_factories.PageFactory):
    """The list of conditions."""

    class Meta:
        model = ConditionIndexPage

    title = "Conditions"


class ConditionFactory(wagtail_factories.PageFactory):
    """A condition."""

    class Meta:
        model = ConditionPage

    title = factory.Sequence(lambda n: f"Condition {n}")
    summary = "Something that hurts."


class ProcedureIndexFactory(wagtail_factories.PageFactory):
    """The list of procedures."""

    class Meta:
        model = ProcedureIndexPage

    title = "Procedures"


class ProcedureFactory(wagtail_factories.PageFactory):
    """A procedure that lacks only a credited physician."""

    class Meta:
        model = ProcedurePage

    title = factory.Sequence(lambda n: f"Procedure {n}")
    sections = factory.LazyFunction(lambda: [section("overview", "A thin needle is used.")])
