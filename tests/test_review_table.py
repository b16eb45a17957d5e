"""The medical review as one table: state of a page × action × role → state.

Every action is a real request, judged by what it left behind, and undone before the next one.
"""

import pytest

from django.db import transaction
from django.urls import reverse

from wagtail.models import TaskState

from clinic.pages.roles import GROUP_NAMES
from physicians.models import Review
from tests.admin import edit, procedure_data
from tests.conftest import fresh, set_review_policy
from tests.reviews import decide, shown, signed_page, state_of, submit

pytestmark = pytest.mark.django_db

ROLES = [*GROUP_NAMES, "superuser"]

# What is left behind: the derived state ("private" while the public cannot see the page), the
# number of recorded versions and of signatures, and whether a text waits or went back.
# "." stands for: exactly as before.
TABLE = """
state      action        writers      physicians           publishers         administrators     superuser

draft      publish       .            .                    .                  .                  .
draft      submit        private/0/0/waits  .              private/0/0/waits  private/0/0/waits  private/0/0/waits
draft      urgent        .            .                    .                  never/1/0          never/1/0
draft      approve       .            .                    .                  .                  .

waiting    publish       .            .                    .                  .                  .
waiting    sign          .            reviewed/1/1         .                  .                  .
waiting    decline       .            private/0/0/back     .                  .                  .
waiting    correct       .            reviewed/1/1         .                  .                  .
waiting    approve       .            .                    .                  .                  .
waiting    urgent        .            .                    .                  never/1/0          never/1/0

signed     publish       .            .                    .                  .                  .
signed     minor         .            .                    reviewed/2/1       reviewed/2/1       reviewed/2/1
signed     same          .            .                    reviewed/2/1       reviewed/2/1       reviewed/2/1
signed     sign          .            reviewed/1/2         .                  .                  .
signed     decline       .            .                    .                  .                  .
signed     urgent        .            .                    .                  .                  .
signed     submit        reviewed/1/1/waits  .             reviewed/1/1/waits reviewed/1/1/waits reviewed/1/1/waits

resubmitted sign         .            reviewed/2/2         .                  .                  .
resubmitted decline      .            reviewed/1/1/back    .                  .                  .
resubmitted sign_public  .            reviewed/1/2/waits   .                  .                  .
resubmitted publish      .            .                    .                  .                  .
resubmitted urgent       .            .                    .                  changed/2/1        changed/2/1

changed    sign          .            reviewed/2/2         .                  .                  .
changed    minor         .            .                    changed/3/1        changed/3/1        changed/3/1
changed    publish       .            .                    .                  .                  .
"""  # noqa: E501
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:] if line.strip()]
NEW_TEXT = {"summary": "Another text.", "change_kind": "major", "change_note": "News."}


def set_up(clinic, state: str):
    if state in ("draft", "waiting"):
        page = clinic.procedure(live=False, summary="The first text.")
        if state == "waiting":
            submit(clinic, page)
        return fresh(page)
    page = signed_page(clinic, summary="The first text.")
    if state == "resubmitted":
        submit(clinic, page, summary="Another text.")
    if state == "changed":
        set_review_policy(procedures=False)
        data = procedure_data(page, action="publish", **{**NEW_TEXT, "summary": "Unsigned."})
        edit(clinic.client("publishers"), page, data)
        set_review_policy(procedures=True)
    return fresh(page)


def left_behind(page) -> str:
    page = fresh(page)
    facts = [state_of(page) or "private", page.published_versions.count(), page.reviews.count()]
    last = TaskState.objects.order_by("pk").last()
    if last and last.status == "in_progress":
        facts.append("waits")
    elif last and last.status == "rejected":
        facts.append("back")
    return "/".join(map(str, facts))


class Actions:
    """What people press, each with the page and the screen as they were before."""

    def __init__(self, clinic, role: str, page, screens: dict) -> None:
        self.clinic, self.role, self.page, self.screens = clinic, role, page, screens
        self.client = clinic.client(role)

    def publish(self):
        edit(self.client, self.page, procedure_data(self.page, action="publish", **NEW_TEXT))

    def minor(self):
        data = {"summary": f"{self.page.summary[:-1]}!", "change_kind": "minor"}
        edit(self.client, self.page, procedure_data(self.page, action="publish", **data))

    def same(self):
        edit(self.client, self.page, procedure_data(self.page, action="publish"))

    def submit(self):
        edit(self.client, self.page, procedure_data(self.page, action="submit", **NEW_TEXT))

    def sign(self):
        decide(self.client, self.page, screen=self.screens["waiting"])

    def sign_public(self):
        decide(self.client, self.page, screen=self.screens["public"], query="?public=1")

    def decline(self):
        decide(self.client, self.page, "decline", screen=self.screens["waiting"], note="No.")

    def correct(self):
        data = procedure_data(self.page, summary="The first text, mended.")
        edit(self.client, self.page, {**data, "action-sign": "1"})
        if self.role == "physicians":
            decide(self.client, self.page, query="?corrected=1")

    def urgent(self):
        address = reverse("physicians_publish_urgently", args=[self.page.pk])
        self.client.post(address, {"reason": "A device was recalled."})

    def approve(self):
        state = TaskState.objects.order_by("pk").last()
        args = [self.page.pk, "approve", state.pk if state else 0]
        self.client.post(reverse("wagtailadmin_pages:workflow_action", args=args))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{row[1]}")
def test_each_role_leaves_behind_what_the_table_says(practice, row):
    state, action, *expected = row
    set_review_policy(procedures=True)
    page = set_up(practice, state)
    physician = practice.client("physicians")
    screens = {}
    if state != "draft":
        screens["waiting"] = shown(physician, page)
    if page.live:
        screens["public"] = shown(physician, page, "?public=1")
    before, found = left_behind(page), {}
    for role in ROLES:
        with transaction.atomic():
            getattr(Actions(practice, role, page, screens), action)()
            after = left_behind(page)
            found[role] = "." if after == before else after
            transaction.set_rollback(True)
    assert found == dict(zip(ROLES, expected, strict=True))


def test_the_table_speaks_of_every_state_and_both_outcomes():
    assert {row[0] for row in ROWS} == {"draft", "waiting", "signed", "resubmitted", "changed"}
    assert sum(cell != "." for row in ROWS for cell in row[2:]) >= 25
    assert Review.Method.LINK == "link", "links have a table of their own"
