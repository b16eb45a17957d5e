"""Verbs that set the practice's site up."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Task,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from clinic.publishing.models import PublisherApprovalTask

from .contributions import set_up_steps
from .models import HomePage, NoticePage
from .notices import filled_in, starting_texts
from .roles import ADMINISTRATORS, ALLOWED, GROUP_NAMES, PUBLISHERS, Role
from .site_settings import PracticeSettings

WAGTAIL_GROUPS = ("Editors", "Moderators")
WAGTAIL_WORKFLOW = "Moderators approval"
WORKFLOW_NAME = "Publishers"
TASK_NAME = "Publishers’ approval"


@transaction.atomic
def set_up_roles() -> list[str]:
    """Make the roles and the workflow, or add what a newer release brings.

    Never undoes what the practice changed: renamed or emptied groups, permissions taken away,
    a workflow switched off. Returns what was done, in sentences; nothing the second time.
    """
    done = []
    if not Role.objects.exists():
        done += _retire_wagtail_defaults()
    for key, name in GROUP_NAMES.items():
        role, created = Role.objects.get_or_create(key=key)
        if created:
            role.group, _ = Group.objects.get_or_create(name=name)
            role.save()
            done.append(f"Role {name} made.")
        if role.group is not None:
            done += _grant(role)
    if not PublisherApprovalTask.objects.exists():
        _make_workflow()
        done.append("What writers submit goes to Publishers.")
    for step in set_up_steps:
        done += step()
    return done


def _grant(role: Role) -> list[str]:
    new = sorted(ALLOWED[role.key] - set(role.granted))
    for permission in new:
        _give(role.group, permission)
    if new:
        role.granted = sorted({*role.granted, *new})
        role.save()
    things = "permission" if len(new) == 1 else "permissions"
    return [f"{role.group.name}: {len(new)} {things} given."] if new else []


def _give(group: Group, permission: str) -> None:
    kind, _, name = permission.rpartition(":")
    if kind == "page":
        GroupPagePermission.objects.get_or_create(
            group=group,
            page=Page.get_first_root_node(),
            permission=_permission("wagtailcore", name),
        )
    elif kind == "collection":
        GroupCollectionPermission.objects.get_or_create(
            group=group,
            collection=Collection.get_first_root_node(),
            permission=_permission(*name.split(".")),
        )
    else:
        group.permissions.add(_permission(*name.split(".")))


def _permission(app: str, codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label=app, codename=codename)


def _retire_wagtail_defaults() -> list[str]:
    """Wagtail's own groups and workflow are a second way to publish. Groups with members stay."""
    done = []
    for workflow in Workflow.objects.filter(name=WAGTAIL_WORKFLOW, active=True):
        workflow.deactivate()
        done.append(f"Wagtail's workflow “{WAGTAIL_WORKFLOW}” is switched off.")
    for task in Task.objects.filter(name=WAGTAIL_WORKFLOW, active=True):
        task.deactivate()
    for group in Group.objects.filter(name__in=WAGTAIL_GROUPS, user__isnull=True):
        done.append(f"Wagtail's group “{group.name}”, which had no members, is removed.")
        group.delete()
    return done


def _make_workflow() -> None:
    task = PublisherApprovalTask.objects.create(name=TASK_NAME)
    roles = Role.objects.filter(key__in=[PUBLISHERS, ADMINISTRATORS], group__isnull=False)
    task.groups.set([role.group for role in roles])
    workflow = Workflow.objects.create(name=WORKFLOW_NAME)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.update_or_create(
        page=Page.get_first_root_node(), defaults={"workflow": workflow}
    )


@transaction.atomic
def add_notices(*, home: HomePage) -> list[NoticePage]:
    """Make a draft below `home` for each kind of notice that has no page yet, with a starting text
    in which the practice's name and telephone are filled in. Returns the drafts made; none the
    second time."""
    practice = PracticeSettings.load()
    known = {"[name of the practice]": practice.name}
    if practice.main_phone:
        known["[telephone]"] = practice.main_phone["number"]
    there = set(NoticePage.objects.values_list("kind", flat=True))
    drafts = [
        NoticePage(live=False, **filled_in(fields, known))
        for fields in starting_texts()
        if fields["kind"] not in there
    ]
    for draft in drafts:
        home.add_child(instance=draft)
        draft.save_revision()
    return drafts
