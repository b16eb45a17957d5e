"""Who may do what: one table of role, action and state of a page, driven through the admin.

Every action is a real request, judged by what it changed, and undone before the next one.
"""

from contextlib import contextmanager
from html import unescape

import pytest

from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse

from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import GroupPagePermission, Page, PageViewRestriction, WorkflowState

from clinic.pages.models import PracticeSettings
from clinic.pages.roles import GROUP_NAMES, Role
from clinic.publishing.models import PublishedVersion
from clinic.publishing.permissions import KEEP_INSTEAD
from clinic.publishing.services import publish_version, withdraw
from physicians.models import PhysicianAccount, PhysicianPage
from tests.admin import bulk, create, edit, physician_data, procedure_data
from tests.admin import withdraw as press_unpublish
from tests.conftest import fresh
from tests.factories import ContentPageFactory, PhysicianFactory

pytestmark = pytest.mark.django_db

THROWN_OUT = "you do not have permission"
ROLES = [*GROUP_NAMES, "superuser"]
LETTERS = dict(zip("wdpas", ROLES, strict=True))
STATES = ("never public", "live", "withdrawn")

# w writers, d physicians, p publishers, a administrators, s superuser; - nobody.
# A d in capitals counts for a physician's own profile only.
TABLE = """
                never public   live    withdrawn
open            wDpas          wDpas   wDpas
save            wDpas          wDpas   wDpas
submit          wDpas          wDpas   wDpas
publish         pas            pas     pas
schedule        pas            pas     pas
unpublish       -              pas     -
bulk_publish    pas            pas     pas
bulk_unpublish  -              pas     -
delete          wpas           -       -
bulk_delete     wpas           -       -
make_private    pas            pas     pas
copy            wpas           wpas    wpas
"""
MAY = {
    (action, state): letters
    for action, *cells in (line.split() for line in TABLE.strip().splitlines()[1:])
    for state, letters in zip(STATES, cells, strict=True)
}


def form(page, **changes) -> dict:
    """The page's whole form, as it stands, with an answer to the publish question."""
    page = page.get_latest_revision_as_object()
    if page.was_published:
        changes |= {"change_kind": "major", "change_note": "Said more clearly."}
    make = physician_data if isinstance(page, PhysicianPage) else procedure_data
    field = "tagline" if make is physician_data else "summary"
    return make(page, **{field: "Written a minute ago.", **changes})


def open_(client, page) -> bool:
    return client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


def save(client, page) -> bool:
    before = page.revisions.count()
    edit(client, page, form(page))
    return page.revisions.count() == before + 1


def submit(client, page) -> bool:
    edit(client, page, form(page, action="submit"))
    return WorkflowState.objects.filter(object_id=page.pk, status="in_progress").count() == 1


def publish(client, page) -> bool:
    before = page.published_versions.count()
    edit(client, page, form(page, action="publish"))
    return fresh(page).live and page.published_versions.count() == before + 1


def schedule(client, page) -> bool:
    edit(client, page, form(page, action="publish", go_live_at="2099-01-01 08:00"))
    return page.revisions.filter(approved_go_live_at__year=2099).count() == 1


def unpublish(client, page) -> bool:
    press_unpublish(client, page)
    return page.live and not fresh(page).live


def bulk_publish(client, page) -> bool:
    before = page.published_versions.count()
    bulk(client, "publish", [page])
    return page.published_versions.count() == before + 1


def bulk_unpublish(client, page) -> bool:
    bulk(client, "unpublish", [page], reason="No longer offered.")
    return page.live and not fresh(page).live


def delete(client, page) -> bool:
    client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    return not Page.objects.filter(pk=page.pk).exists()


def bulk_delete(client, page) -> bool:
    bulk(client, "delete", [page])
    return not Page.objects.filter(pk=page.pk).exists()


def make_private(client, page) -> bool:
    address = reverse("wagtailadmin_pages:set_privacy", args=[page.pk])
    client.post(address, {"restriction_type": "login", "password": "", "groups": []})
    return PageViewRestriction.objects.filter(page=page).exists()


def copy(client, page) -> bool:
    before = Page.objects.count()
    parent = page.get_parent().pk
    data = {"new_title": "Again", "new_slug": "again", "new_parent_page": parent}
    client.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), data)
    return Page.objects.count() == before + 1


ACTIONS = [
    *(open_, save, submit, publish, schedule, unpublish, bulk_publish, bulk_unpublish),
    *(delete, bulk_delete, make_private, copy),
]


@contextmanager
def undone_afterwards():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def page_of(practice, kind: str, state: str):
    if kind == "procedure":
        page = practice.procedure(live=False, title="Needle", slug="needle")
    else:
        page = PhysicianFactory(parent=practice.physicians, last_name="Marl", live=False)
        page.save_revision()
    if kind == "their own profile":
        PhysicianAccount.objects.update(profile=page)
    if state != "never public":
        publish_version(page=page)
    if state == "withdrawn":
        withdraw(page=fresh(page), by=None, reason="Checking a fact.")
    return fresh(page)


OTHERS = "another's profile"
KINDS = [("procedure", role) for role in ROLES]
KINDS += [("their own profile", "physicians"), (OTHERS, "physicians"), (OTHERS, "publishers")]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind, role", KINDS)
def test_each_role_may_do_exactly_what_the_table_says(practice, kind, state, role):
    page = page_of(practice, kind, state)
    client = practice.client(role)
    happened, expected = {}, {}
    for action in ACTIONS:
        name = action.__name__.rstrip("_")
        with undone_afterwards():
            happened[name] = action(client, page)
        letters = MAY[name, state]
        if kind == "their own profile":
            letters = letters.lower()
        expected[name] = role in {LETTERS.get(letter) for letter in letters}
    assert happened == expected
    assert len(happened) == len(TABLE.strip().splitlines()) - 1


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", ["live", "withdrawn"])
def test_deleting_what_was_public_is_refused_with_a_sentence_and_keeps_everything(
    practice, state, role
):
    page = page_of(practice, "procedure", state)
    address = reverse("wagtailadmin_pages:delete", args=[page.pk])
    before = (Page.objects.count(), PublishedVersion.objects.count())
    html = unescape(practice.client(role).post(address, follow=True).content.decode())
    assert (Page.objects.count(), PublishedVersion.objects.count()) == before
    # Whoever may not touch the page at all is not told its title.
    told = THROWN_OUT if role == "physicians" else KEEP_INSTEAD.format(title="Needle")
    assert told in html


def test_a_draft_below_which_something_was_public_is_not_deleted_either(practice):
    above = ContentPageFactory(parent=practice.home, title="About", live=False)
    below = ContentPageFactory(parent=above, live=False)
    publish_version(page=below)
    assert not delete(practice.client("superuser"), fresh(above))
    assert not bulk_delete(practice.client("superuser"), fresh(above))


def a_page_of_the_admin(name: str, *args):
    return lambda: reverse(name, args=args)


@pytest.mark.parametrize(
    "address, who",
    [
        (a_page_of_the_admin("wagtailadmin_home"), "wdpas"),
        (a_page_of_the_admin("wagtailusers_users:index"), "as"),
        (a_page_of_the_admin("wagtailusers_users:add"), "as"),
        (a_page_of_the_admin("wagtailusers_groups:index"), "as"),
        (a_page_of_the_admin("wagtailadmin_workflows:index"), "as"),
        (a_page_of_the_admin("wagtailredirects:index"), "pas"),
        (a_page_of_the_admin("wagtailsnippets_procedures_bodyarea:list"), "pas"),
        (a_page_of_the_admin("wagtailsnippets_physicians_physicianaccount:list"), "as"),
        (a_page_of_the_admin("wagtailimages:index"), "wdpas"),
        (
            lambda: reverse(
                "wagtailsettings:edit",
                args=["pages", "practicesettings", PracticeSettings.load().pk],
            ),
            "pas",
        ),
    ],
)
def test_each_part_of_the_admin_opens_for_those_who_need_it(practice, address, who):
    opened = {role for role in ROLES if practice.client(role).get(address()).status_code == 200}
    assert opened == {LETTERS[letter] for letter in who}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("whose", ["own", "somebody else's"])
@pytest.mark.parametrize("how", ["alone", "in bulk"])
@pytest.mark.parametrize("kind", ["image", "document"])
def test_files_that_pages_may_show_are_deleted_by_administrators(practice, kind, how, whose, role):
    owner = practice.users[role if whose == "own" else "superuser"]
    if kind == "image":
        model, file = get_image_model(), get_test_image_file()
    else:
        model, file = get_document_model(), ContentFile(b"Words.", "form.txt")
    thing = model.objects.create(title="A file", file=file, uploaded_by_user=owner)
    address = reverse(f"wagtail{kind}s:delete".replace("documents", "docs"), args=[thing.pk])
    if how == "in bulk":
        names = (model._meta.app_label, model._meta.model_name, "delete")
        address = f"{reverse('wagtail_bulk_action', args=names)}?id={thing.pk}&next=/admin/"
    practice.client(role).post(address)
    is_gone = not model.objects.filter(pk=thing.pk).exists()
    assert is_gone == (role in ("administrators", "superuser"))


@pytest.mark.parametrize("role", ROLES)
def test_the_publication_record_opens_for_those_who_may_edit_pages(practice, role):
    response = practice.client(role).get(reverse("publications_report"))
    if role == "physicians":
        assert response.status_code == 302
    else:
        assert len(response.context["object_list"]) == PublishedVersion.objects.count() == 6


@pytest.mark.parametrize("role", ROLES)
def test_new_pages_are_written_by_editors_and_not_by_physicians(practice, role):
    before = PhysicianPage.objects.count()
    new = PhysicianPage(first_name="Ora", last_name="Field")
    create(practice.client(role), practice.physicians, PhysicianPage, physician_data(new))
    assert PhysicianPage.objects.count() == before + (role != "physicians")
    assert not PhysicianPage.objects.filter(last_name="Field", live=True).exists()


def test_a_physician_finds_saves_and_submits_their_profile_and_is_thrown_out_nowhere(practice):
    assert not GroupPagePermission.objects.filter(group=Role.objects.get(key="physicians").group)
    client = practice.client("physicians")
    profile = practice.physician
    address = reverse("wagtailadmin_pages:edit", args=[profile.pk])
    dashboard = client.get(reverse("wagtailadmin_home"))
    assert "Your profile" in dashboard.content.decode()
    assert f'href="{address}"' in dashboard.content.decode()
    for data in (form(profile), form(profile, action="submit")):
        response = client.post(address, data, follow=True)
        assert response.status_code == 200
        assert THROWN_OUT not in response.content.decode()
    (state,) = WorkflowState.objects.all()
    assert state.current_task_state.revision.as_object().tagline == "Written a minute ago."
    assert fresh(profile).tagline == "", "readers see the profile as it was"


@pytest.mark.parametrize("role", [role for role in ROLES if role != "physicians"])
def test_a_profile_stands_on_nobody_elses_dashboard(practice, role):
    html = practice.client(role).get(reverse("wagtailadmin_home")).content.decode()
    assert "Your profile" not in html
