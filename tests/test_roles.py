"""Who may do what: one table of role, action and state of a page, driven through the admin.

Every action is a real request, judged by what it changed, and undone before the next one.
"""

from contextlib import contextmanager

import pytest

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from wagtail.models import (
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    PageViewRestriction,
    Task,
    Workflow,
    WorkflowPage,
    WorkflowState,
)

from clinic.pages import roles
from clinic.pages.roles import GROUP_NAMES, Role
from clinic.pages.services import set_up_roles
from clinic.publishing.models import PublishedVersion
from clinic.publishing.permissions import KEEP_INSTEAD
from clinic.publishing.services import publish_version, withdraw
from physicians.models import PhysicianAccount, PhysicianPage
from tests.admin import bulk, create, edit, physician_data, procedure_data
from tests.admin import withdraw as press_unpublish
from tests.conftest import fresh, wall_clock
from tests.factories import PhysicianFactory

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
        withdraw(page=page, by=None, reason="Checking a fact.")
    return fresh(page)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", ["procedure", "their own profile", "another's profile"])
def test_each_role_may_do_exactly_what_the_table_says(practice, kind, state, role):
    page = page_of(practice, kind, state)
    # Not only superusers may be wrong about the past: the page has been edited since.
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
    response = practice.client(role).post(address, follow=True)
    html = response.content.decode()
    if role == "superuser":
        assert KEEP_INSTEAD.format(title="Needle") in html
    else:
        assert THROWN_OUT in html
    assert (Page.objects.count(), PublishedVersion.objects.count()) == before


@pytest.mark.parametrize(
    "address, who",
    [
        (("wagtailadmin_home",), "wdpas"),
        (("wagtailsettings:edit", "pages", "practicesettings"), "pas"),
        (("wagtailusers_users:index",), "as"),
        (("wagtailusers_users:add",), "as"),
        (("wagtailusers_groups:index",), "as"),
        (("wagtailadmin_workflows:index",), "as"),
        (("wagtailredirects:index",), "pas"),
        (("publications_report",), "wpas"),
        (("wagtailsnippets_procedures_bodyarea:list",), "pas"),
        (("wagtailsnippets_physicians_physicianaccount:list",), "as"),
        (("wagtailimages:index",), "wdpas"),
    ],
)
def test_each_part_of_the_admin_opens_for_those_who_need_it(practice, address, who):
    name, *args = address
    opened = {
        role
        for role in ROLES
        if practice.client(role).get(reverse(name, args=args)).status_code == 200
    }
    assert opened == {LETTERS[letter] for letter in who}


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


def everything_given() -> dict:
    """All that decides who may do what."""
    return {
        "groups": {group.pk: group.name for group in Group.objects.all()},
        "models": sorted(Group.permissions.through.objects.values_list("group", "permission")),
        "pages": sorted(GroupPagePermission.objects.values_list("group", "page", "permission")),
        "collections": sorted(GroupCollectionPermission.objects.values_list("group", "permission")),
        "workflows": sorted(Workflow.objects.values_list("name", "active")),
        "tasks": sorted(Task.objects.values_list("name", "active")),
        "workflow pages": sorted(WorkflowPage.objects.values_list("page", "workflow")),
    }


def test_setting_up_twice_does_nothing_the_second_time(practice):
    before = everything_given()
    assert set_up_roles() == []
    assert everything_given() == before
    assert sorted(before["groups"].values()) == sorted(GROUP_NAMES.values())


def test_wagtails_own_groups_and_approval_are_retired(practice):
    assert not Group.objects.filter(name__in=["Editors", "Moderators"]).exists()
    assert list(Workflow.objects.filter(active=True).values_list("name", flat=True)) == [
        "Publishers"
    ]
    assert not Task.objects.filter(name="Moderators approval", active=True).exists()
    assert practice.physician.get_workflow().name == "Publishers"


def group_of(role: str) -> Group:
    return Role.objects.get(key=role).group


@pytest.mark.parametrize(
    "change",
    [
        lambda: Group.objects.filter(name="Writers").update(name="Authors"),
        lambda: group_of("publishers").permissions.clear(),
        lambda: group_of("writers").page_permissions.all().delete(),
        lambda: group_of("writers").collection_permissions.all().delete(),
        lambda: group_of("physicians").delete(),
        lambda: group_of("writers").permissions.add(
            Permission.objects.get(codename="change_practicesettings")
        ),
        lambda: Workflow.objects.get(name="Publishers").deactivate(),
        lambda: Task.objects.get(name__startswith="Publishers").specific.deactivate(),
        lambda: Workflow.objects.filter(name="Publishers").update(name="Two pairs of eyes"),
        lambda: WorkflowPage.objects.all().delete(),
        lambda: Group.objects.create(name="Editors"),
    ],
    ids=[
        *("group renamed", "permissions taken", "page permissions taken", "collections taken"),
        *("group deleted", "permission added", "workflow off", "task off", "workflow renamed"),
        *("workflow assigned nowhere", "a group called Editors"),
    ],
)
def test_setting_up_again_never_undoes_what_the_practice_changed(practice, change):
    original = everything_given()
    change()
    changed = everything_given()
    assert changed != original
    assert set_up_roles() == []
    assert everything_given() == changed


def test_a_new_release_gives_what_it_brings_and_nothing_that_was_taken_away(practice, monkeypatch):
    group_of("writers").permissions.clear()
    monkeypatch.setitem(
        roles.ALLOWED, "writers", {*roles.ALLOWED["writers"], "procedures.add_bodyarea"}
    )
    assert set_up_roles() == ["Writers may now: procedures.add_bodyarea."]
    assert [p.codename for p in group_of("writers").permissions.all()] == ["add_bodyarea"]


def test_the_table_is_about_a_page_as_it_is_now_and_not_as_it_is_dated(practice):
    page = practice.procedure(at=wall_clock(2019, 5, 1, 9))
    assert page.first_published_at < timezone.now()
    assert not delete(practice.client("superuser"), page)
