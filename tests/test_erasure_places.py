"""Wherever a name may stand, it is found, and taken away; the rest stays."""

import json
from datetime import timedelta

import pytest

from django.utils import timezone

from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Comment, PageLogEntry, Revision, TaskState

from clinic.broken_links.models import MissedAddress
from clinic.broken_links.notebook import note_miss, notebooks
from clinic.jobs.models import JobReport
from clinic.pages.models import Alert, PracticeSettings
from clinic.publishing.models import PublishedVersion, RecordNote
from clinic.publishing.services import correct_note, publish_version, withdraw
from clinic.search.models import SynonymGroup, Word
from physicians.models import Review
from tests import factories
from tests.conftest import fresh, set_review_policy
from tests.erasing import NAME, erase_it, places, target_of
from tests.factories import section
from tests.reviews import decide, signed_page, submit

pytestmark = pytest.mark.django_db

RICH = "Zuleika <b>Q.</b>&nbsp;Vantongeren"


def in_a_section(practice):
    practice.procedure(sections=[section("overview", f"We thank {RICH}.")])


def in_a_title(practice):
    practice.procedure(title=f"How {NAME} got well", slug="got-well")


def in_an_address(practice):
    practice.procedure(title="A story", slug="zuleika-q-vantongeren")


def in_a_draft(practice):
    practice.procedure(live=False, summary=f"Told by {NAME}.")


def in_an_older_version(practice):
    page = practice.procedure(summary=f"Told by {NAME}.")
    page.summary = "Told by a patient."
    publish_version(page=page, kind="major", note="Told otherwise.")


def in_a_change_note(practice):
    page = practice.procedure()
    page.summary = "Other words."
    publish_version(page=page, kind="major", note=f"Asked for by {NAME}.")


def in_a_corrected_note(practice):
    page = practice.procedure()
    page.summary = "Other words."
    version = publish_version(page=page, kind="major", note="Other words.")
    correct_note(version=version, text=f"By {NAME}.", by=practice.users["publishers"])


def in_a_reason_to_withdraw(practice):
    withdraw(page=practice.procedure(), by=practice.users["publishers"], reason=f"{NAME} wrote.")


def in_the_note_of_a_review(practice):
    set_review_policy(procedures=True)
    page = practice.procedure(live=False)
    submit(practice, page)
    decide(practice.client("physicians"), page, note=f"As with {NAME}.")
    assert Review.objects.get().note


def in_a_comment_of_the_workflow(practice):
    page = practice.procedure(live=False)
    submit(practice, page)
    TaskState.objects.update(comment=f"Please leave out {NAME}.")


def in_an_editors_comment(practice):
    page = practice.procedure()
    Comment.objects.create(
        page=page, user=practice.users["writers"], text=f"Is {NAME} asked?", contentpath="title"
    )


def in_a_version_of_a_deleted_page(practice):
    page = practice.procedure(live=False, summary=f"By {NAME}.")
    revision = page.latest_revision
    type(page).objects.filter(pk=page.pk).delete()
    Revision.objects.bulk_create([revision])


def in_an_alert(practice):
    now = timezone.now()
    text = f"{NAME} has left."
    Alert.objects.create(text=text, starts_at=now, ends_at=now + timedelta(days=1))


def in_a_location(practice):
    factories.LocationFactory(parent=practice.locations, entrance=f"Ask for {NAME}.")


def in_the_settings(practice):
    settings = PracticeSettings.load()
    settings.social_links = [("link", {"name": NAME, "url": "https://x.example/a/"})]
    settings.save()


def in_an_image(practice):
    image = get_image_model().objects.create(
        title=f"Photo of {NAME}",
        description=f"{NAME} smiles.",
        file=get_test_image_file("Zuleika_Q._Vantongeren.png"),
    )
    image.get_rendition("width-20")


def in_a_figure(practice):
    image = get_image_model().objects.create(title="A photo", file=get_test_image_file())
    figure = {"image": {"image": image.pk, "decorative": False, "alt_text": NAME}, "caption": ""}
    overview = section("overview", "A needle.")
    overview["value"]["body"].append({"type": "image", "value": figure, "id": "figure"})
    practice.procedure(sections=[overview])


def in_a_redirect(practice):
    page = practice.procedure()
    Redirect.objects.create(old_path="/zuleika-q-vantongeren", redirect_page=page)


def in_a_promoted_search(practice):
    query = Query.get("zuleika q vantongeren")
    query.add_hit()
    SearchPromotion.objects.create(query=query, page=practice.procedure(), description="Her story")


def in_the_words_that_search_knows(practice):
    SynonymGroup.objects.create(phrases=f"back pain, {NAME}")


def in_a_missed_address(practice):
    now = timezone.now()
    MissedAddress.objects.create(path="/zuleika-q-vantongeren", first_seen=now, last_seen=now)


def in_a_report_of_a_job(practice):
    JobReport.objects.create(
        name="A job", ran_at=timezone.now(), succeeded=False, outcome=f"ValueError: {NAME}"
    )


def in_a_session(practice):
    session = practice.client("writers").session
    session["message"] = json.dumps([NAME])
    session.save()


PLACES = [
    in_a_section,
    in_a_title,
    in_an_address,
    in_a_draft,
    in_an_older_version,
    in_a_change_note,
    in_a_corrected_note,
    in_a_reason_to_withdraw,
    in_the_note_of_a_review,
    in_a_comment_of_the_workflow,
    in_an_editors_comment,
    in_a_version_of_a_deleted_page,
    in_an_alert,
    in_a_location,
    in_the_settings,
    in_an_image,
    in_a_figure,
    in_a_redirect,
    in_a_promoted_search,
    in_the_words_that_search_knows,
    in_a_missed_address,
    in_a_report_of_a_job,
    in_a_session,
]


@pytest.mark.parametrize("plant", PLACES, ids=lambda plant: plant.__name__)
def test_a_name_is_taken_away_wherever_it_stands(practice, client, plant):
    plant(practice)
    assert places(NAME) != set()
    erase_it(practice, NAME)
    assert places(NAME) == set()
    for page in practice.home.get_descendants(inclusive=True).live().specific():
        html = client.get(page.url).content.decode()
        assert "antongeren" not in html
        assert not target_of(NAME).words.stand_in(html)


def test_only_the_words_go_and_the_rest_of_the_text_stays(practice, client):
    page = practice.procedure(sections=[section("overview", f"We thank {RICH} for this.")])
    erase_it(practice, NAME)
    assert "We thank [removed]<b></b> for this." in client.get(page.url).content.decode()
    assert str(fresh(page).live_revision.as_object().sections) == str(fresh(page).sections)


def test_an_address_changes_for_all_pages_below_and_leaves_no_redirect(practice, client):
    page = practice.procedure(title="A story", slug="zuleika-q-vantongeren")
    old = page.url
    erase_it(practice, NAME)
    page = fresh(page)
    assert page.url == old.replace("zuleika-q-vantongeren", f"removed-{page.pk}")
    assert client.get(page.url).status_code == 200
    assert client.get(old).status_code == 404
    assert not Redirect.objects.exists()
    # Whoever publishes the newest draft does not bring the old address back.
    publish_version(page=page.get_latest_revision_as_object(), kind="minor")
    assert fresh(page).url == page.url


def test_pages_below_a_renamed_one_move_along(practice, client):
    index = practice.procedures
    index.slug = "zuleika-q-vantongeren"
    index.save()
    page = practice.procedure(slug="needle")
    erase_it(practice, NAME)
    assert fresh(page).url_path == f"/home/removed-{index.pk}/needle/"
    assert client.get(fresh(page).url).status_code == 200


def test_search_finds_the_page_and_no_longer_the_name(practice, client):
    page = practice.procedure(title="Needle", summary=f"Told by {NAME}.")
    assert Word.objects.filter(text="vantongeren").exists()
    assert page.title in client.get("/search/?q=vantongeren").content.decode()
    erase_it(practice, NAME)
    assert not Word.objects.filter(text="vantongeren").exists()
    assert page.title not in client.get("/search/?q=vantongeren").content.decode()
    assert page.title in client.get("/search/?q=needle").content.decode()


def test_a_page_that_prints_the_name_of_another_is_indexed_again(practice, client):
    profile = practice.physician
    profile.last_name = "Vantongeren"
    publish_version(page=profile)
    page = practice.procedure(title="Needle")
    erase_it(practice, "Ida Vantongeren")
    assert places("Ida Vantongeren") == set()
    assert page.title in client.get("/search/?q=needle").content.decode()


def test_files_get_other_names_after_the_commit(practice, django_capture_on_commit_callbacks):
    in_an_image(practice)
    image = get_image_model().objects.get()
    storage, old = image.file.storage, image.file.name
    old_rendition = image.renditions.get().file.name
    with django_capture_on_commit_callbacks(execute=True):
        erase_it(practice, NAME)
        assert storage.exists(old)
    image.refresh_from_db()
    assert "removed" in image.file.name
    assert [storage.exists(name) for name in (old, old_rendition)] == [False, False]
    assert image.get_rendition("width-20").file.name.startswith("images/removed")


def test_the_notebook_of_missed_addresses_forgets_the_line(
    practice, django_capture_on_commit_callbacks
):
    note_miss(path="/zuleika-q-vantongeren/", referrer="")
    note_miss(path="/another/", referrer="")
    with django_capture_on_commit_callbacks(execute=True):
        found = erase_it(practice, NAME)
    assert found.elsewhere == ["Noted addresses at which readers found no page: 1."]
    (notebook,) = notebooks()
    assert [json.loads(line)["path"] for line in notebook.read_text().splitlines()] == ["/another"]
    notebook.unlink()


def test_labels_in_the_log_are_cleaned_and_the_log_stays(practice):
    page = practice.procedure(title=f"Told by {NAME}", slug="told")
    before = PageLogEntry.objects.filter(page=page.pk).count()
    erase_it(practice, NAME)
    labels = set(PageLogEntry.objects.filter(page=page.pk).values_list("label", flat=True))
    assert labels == {"Told by [removed]"}
    assert PageLogEntry.objects.filter(page=page.pk).count() == before + 1


def test_nothing_but_the_words_is_touched(practice):
    page = practice.procedure(summary=f"By {NAME}.")
    set_review_policy(procedures=True)
    other = signed_page(practice)
    rows = list(PublishedVersion.objects.filter(page=other.pk).values())
    contents = list(Revision.objects.for_instance(other).values_list("pk", "content"))
    erase_it(practice, NAME)
    assert list(PublishedVersion.objects.filter(page=other.pk).values()) == rows
    assert list(Revision.objects.for_instance(other).values_list("pk", "content")) == contents
    noted = RecordNote.objects.filter(kind=RecordNote.Kind.ERASED)
    assert set(noted.values_list("version__page", flat=True)) == {page.pk}
