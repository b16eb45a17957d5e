"""Setting the roles up: once, again, and after the practice has made them its own."""

import pytest

from django.contrib.auth.models import Group, Permission

from wagtail.models import (
    GroupCollectionPermission,
    GroupPagePermission,
    Task,
    Workflow,
    WorkflowPage,
)

from clinic.pages import roles
from clinic.pages.roles import GROUP_NAMES, Role
from clinic.pages.services import set_up_roles

pytestmark = pytest.mark.django_db


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
    active = Workflow.objects.filter(active=True).order_by("pk")
    assert [workflow.name for workflow in active] == ["Publishers", "Medical review"]
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
        lambda: Workflow.objects.get(name="Medical review").deactivate(),
        lambda: Group.objects.create(name="Editors"),
    ],
    ids=[
        *("group renamed", "permissions taken", "page permissions taken", "collections taken"),
        *("group deleted", "permission added", "workflow off", "task off", "workflow renamed"),
        *("workflow assigned nowhere", "medical review off", "a group called Editors"),
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
    assert set_up_roles() == ["Writers: 1 permission given."]
    assert [p.codename for p in group_of("writers").permissions.all()] == ["add_bodyarea"]
