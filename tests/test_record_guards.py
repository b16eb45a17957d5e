"""What protects the record: from autosave, deletion, copying, purging and scripts."""

from datetime import timedelta

import pytest

from django.core.management import call_command
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone

from wagtail.models import Page, Revision

from clinic.pages.models import ContentPage
from clinic.publishing.models import PublishedVersion, RecordIsAppendOnly
from clinic.publishing.services import publish_version
from procedures.models import ProcedurePage
from tests.admin import autosave, bulk, edit, messages, procedure_data
from tests.conftest import fresh, kinds

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["published", "submitted", "scheduled"])
def test_a_late_autosave_leaves_the_text_that_others_rely_on(practice, state):
    page = practice.procedure()
    writer = practice.client("writers")
    typed = procedure_data(page, summary="Typed first.")
    revision_id = autosave(writer, page, typed).json()["revision_id"]
    again = autosave(
        writer, page, procedure_data(page, summary="Typed second."), overwrite=revision_id
    )
    assert again.json()["revision_id"] == revision_id, "while nobody relies on it, it is reused"
    revision = Revision.objects.get(pk=revision_id)
    if state == "published":
        page.answer("minor")
        revision.publish()
    elif state == "submitted":
        fresh(page).get_workflow().start(fresh(page), practice.users["writers"])
    else:
        revision.approved_go_live_at = timezone.now() + timedelta(days=1)
        revision.save(update_fields=["approved_go_live_at"])

    late = autosave(writer, page, procedure_data(page, summary="Late."), overwrite=revision_id)
    kept = Revision.objects.get(pk=revision_id)
    assert kept.content["summary"] == "Typed second."
    assert (kept.approved_go_live_at is not None) == (state == "scheduled")
    if state == "scheduled":
        # Wagtail locks a scheduled page: the browser is told, and keeps what was typed.
        assert late.status_code == 400
        assert fresh(page).get_latest_revision().pk == revision_id
    else:
        assert late.json()["revision_id"] != revision_id
        assert fresh(page).get_latest_revision_as_object().summary == "Late."


def test_an_autosaved_change_moves_the_date_once_when_published(practice):
    page = practice.procedure()
    publisher = practice.client("publishers")
    changes = {"overview": "A new text.", "change_kind": "major", "change_note": "New text."}
    revision_id = autosave(publisher, page, procedure_data(page, **changes)).json()["revision_id"]
    autosave(publisher, page, procedure_data(page, **changes), overwrite=revision_id)
    edit(publisher, page, procedure_data(page, action="publish", **changes))
    assert kinds(page) == ["first", "major"]


@pytest.mark.parametrize("role", ["writers", "publishers", "administrators", "superuser"])
@pytest.mark.parametrize("route", ["single", "bulk", "parent", "bulk parent"])
def test_what_was_public_is_never_deleted(practice, role, route):
    page = practice.procedure(title="Kept")
    target = practice.procedures if "parent" in route else page
    client = practice.client(role)
    if "bulk" in route:
        response = bulk(client, "delete", [target])
    else:
        response = client.post(reverse("wagtailadmin_pages:delete", args=[target.pk]), follow=True)
    assert response.status_code == 200
    assert ProcedurePage.objects.filter(title="Kept").exists()
    listing = client.get(reverse("wagtailadmin_explore", args=[practice.procedures.pk]))
    assert reverse("wagtailadmin_pages:delete", args=[page.pk]) not in listing.content.decode()


def test_the_bulk_screen_says_why_a_public_page_stays(practice):
    page = practice.procedure(title="Kept")
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    screen = practice.client("publishers").get(f"{address}?id={page.pk}").content.decode()
    assert "withdraw them instead" in screen


def test_a_script_cannot_delete_what_was_public(practice):
    page = practice.procedure()
    with pytest.raises(ProtectedError):
        page.delete()
    with pytest.raises(ProtectedError):
        page.live_revision.delete()
    assert fresh(page).live


@pytest.mark.parametrize("route", ["single", "bulk"])
def test_drafts_nobody_saw_are_deleted_normally(practice, route):
    draft = practice.procedure(live=False, title="Never seen")
    client = practice.client("administrators")
    if route == "single":
        client.post(reverse("wagtailadmin_pages:delete", args=[draft.pk]))
    else:
        bulk(client, "delete", [draft])
    assert not ProcedurePage.objects.filter(title="Never seen").exists()


def test_rows_of_the_record_cannot_be_changed_or_deleted(practice):
    version = practice.procedure().published_versions.get()
    version.kind = "minor"
    for act in (
        version.save,
        version.delete,
        PublishedVersion.objects.all().delete,
        lambda: PublishedVersion.objects.update(kind="minor"),
    ):
        with pytest.raises(RecordIsAppendOnly):
            act()
    version.refresh_from_db()
    assert version.kind == "first"


def test_deleting_the_publisher_keeps_the_name(practice):
    page = practice.procedure(live=False)
    edit(practice.client("publishers"), page, procedure_data(page, action="publish"))
    practice.users["publishers"].delete()
    version = page.published_versions.get()
    assert (version.published_by, version.published_by_name) == (None, "Publisher Tester")


def test_purging_keeps_every_revision_that_was_public(practice):
    page = practice.procedure()
    publish_version(page=page, kind="minor")
    page = fresh(page)
    page.summary = "A newer draft."
    page.save_revision()
    public = set(page.published_versions.values_list("revision_id", flat=True))
    dates = page.publication
    call_command("purge_revisions")
    assert public <= set(Revision.page_revisions.values_list("pk", flat=True))
    assert fresh(page).live_revision_id in public
    assert fresh(page).publication == dates


@pytest.mark.parametrize("published_at_once", [True, False])
def test_a_copy_starts_a_history_of_its_own(practice, published_at_once):
    page = practice.procedure(title="Original", change_kind="major")
    publish_version(page=page, kind="minor")
    client = practice.client("publishers")
    data = {
        "new_title": "Copy",
        "new_slug": "copy",
        "new_parent_page": practice.procedures.pk,
        "copy_subpages": "",
    }
    if published_at_once:
        data["publish_copies"] = "on"
    client.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), data)
    copy = ProcedurePage.objects.get(slug="copy")
    assert kinds(copy) == (["first"] if published_at_once else [])
    if not published_at_once:
        copy.get_latest_revision().publish()
    copy = fresh(copy)
    assert kinds(copy) == ["first"]
    assert copy.publication.published_at > page.publication.published_at
    assert copy.first_published_at >= copy.published_versions.get().published_at


@pytest.mark.parametrize("what", ["a newer draft", "a draft below it"])
def test_a_copy_of_what_readers_have_not_seen_is_not_public_at_once(practice, what):
    page = ContentPage(title="Original", slug="original")
    practice.home.add_child(instance=page)
    publish_version(page=page)
    if what == "a newer draft":
        page.title = "Nobody has seen this."
        page.save_revision()
    else:
        page.add_child(instance=ContentPage(title="Draft", slug="draft", live=False))
    page = fresh(page)
    data = {
        "new_title": "Copy",
        "new_slug": "copy",
        "new_parent_page": practice.home.pk,
        "copy_subpages": "on",
        "publish_copies": "on",
    }
    address = reverse("wagtailadmin_pages:copy", args=[page.pk])
    client = practice.client("superuser")
    assert "publish_copies" not in client.get(address).context["form"].fields
    client.post(address, data)
    copies = Page.objects.get(slug="copy").get_descendants(inclusive=True).specific()
    assert copies.count() == (1 if what == "a newer draft" else 2)
    for copy in copies:
        assert (copy.live, copy.first_published_at, kinds(copy)) == (False, None, [])
    assert page.copy(update_attrs={"slug": "by-script"}).live is (what != "a newer draft")


def test_aliases_are_refused(practice):
    page = practice.procedure()
    client = practice.client("publishers")
    data = {
        "new_title": page.title,
        "new_slug": "alias",
        "new_parent_page": practice.procedures.pk,
        "alias": "on",
    }
    address = reverse("wagtailadmin_pages:copy", args=[page.pk])
    response = client.post(address, data, follow=True)
    assert "An alias would show text that has no record" in messages(response)
    assert 'name="alias"' not in client.get(address).content.decode()
    assert not Page.objects.filter(alias_of__isnull=False).exists()


def test_an_unchanged_copy_of_the_text_does_not_move_the_date(practice, client):
    page = practice.procedure(title="Steady", at=timezone.now() - timedelta(days=400))
    before = fresh(page).publication
    publish_version(page=fresh(page))
    slugged = fresh(page)
    slugged.slug = "steadier"
    publish_version(page=slugged)
    practice.physician.photo_alt = "A new photo"
    publish_version(page=practice.physician, kind="minor")
    assert kinds(page) == ["first", "same", "same"]
    after = fresh(page).publication
    assert (after.published_at, after.modified_at) == (before.published_at, None)
    assert "modified on" not in client.get("/procedures/steadier/").content.decode()
