"""Staff open any page at any moment, exactly as it was served, and see what is known about it."""

import re
from datetime import timedelta

import pytest

from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from clinic.delivery.models import Rendition
from clinic.pages.models import Alert, PracticeSettings
from clinic.publishing.services import publish_version, withdraw
from tests.archive.conftest import START, change, later, read, rows
from tests.conftest import fresh, wall_clock
from tests.erasing import NAME, erase_it
from tests.reviews import decide

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def publisher(practice) -> Client:
    return practice.client("publishers")


def ask(client, page, view: str = "page_archive", **query):
    """Ask the archive in the admin; moments may be given as such."""
    address = reverse(view, args=[page.pk])
    return client.get(
        address,
        {name: getattr(said, "isoformat", lambda s=said: s)() for name, said in query.items()},
    )


def said(response) -> str:
    """The words of the answer, without tags."""
    html = response.content.decode()
    found = re.search(r'<section class="archive-answer.*?</section>', html, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found.group()).split())


def test_the_page_is_shown_as_it_was_with_all_that_is_known(clock, practice, needle, publisher):
    read()
    later(clock, hours=1)
    change(needle, "As it is.", kind="major")
    later(clock, hours=1)
    read()
    words = said(ask(publisher, needle, date="2026-03-02", time="09:30"))
    assert "March 2, 2026, 9:30:00 AM: Served" in words
    assert "from Mar 2, 2026, 9:00:00 AM until Mar 2, 2026, 10:00:00 AM" in words
    assert "Why it was new First published." in words
    assert "Version 1 of 2" in words
    assert "Reviewed by No physician had signed this text by then." in words
    frame = ask(publisher, needle, "page_archive_frame", at=START + timedelta(minutes=30))
    assert "As it was." in frame.content.decode()
    assert "As it is." not in frame.content.decode()


def test_the_frame_runs_no_script_and_loads_nothing_from_elsewhere(clock, needle, publisher):
    read()
    frame = ask(publisher, needle, "page_archive_frame", at=START)
    policy = frame["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-same-origin" in policy
    html = frame.content.decode()
    assert "<script" not in html
    page = ask(publisher, needle, at=START).content.decode()
    assert 'sandbox="allow-same-origin"' in page


def test_its_html_can_be_taken_away_as_it_was_sent(clock, needle, publisher):
    sent = read()
    taken = ask(publisher, needle, "page_archive_source", at=START)
    assert taken.content.decode() == sent
    assert "attachment" in taken["Content-Disposition"]


def test_pictures_and_colors_stay_when_they_are_replaced_or_deleted(
    clock, practice, needle, publisher
):
    image = get_image_model().objects.create(title="Logo", file=get_test_image_file())
    settings = PracticeSettings.load()
    settings.logo, settings.brand_colour = image, "#7a1f5c"
    settings.save()
    html = read()
    picture = re.search(r'<img [^>]*src="(/media/[^"]+)"', html).group(1)
    theme = re.search(r'href="(/theme-[^"]+)"', html).group(1)
    shown = {address: Client().get(address) for address in (picture, theme)}
    bytes_then = {address: b"".join(got) for address, got in shown.items()}
    later(clock, hours=1)
    image.delete()
    settings.logo, settings.brand_colour = None, ""
    settings.save()
    read()
    frame = ask(publisher, needle, "page_archive_frame", at=START).content.decode()
    assert picture not in frame
    assert theme not in frame
    files = rows(needle)[0].files
    for address in (picture, theme):
        kept = reverse("archive_file", args=[files[address]])
        assert kept in frame
        assert b"".join(publisher.get(kept)) == bytes_then[address]
        assert Client().get(kept).status_code == 302


def test_another_file_under_the_same_name_is_another_page(clock, needle, practice):
    image = get_image_model().objects.create(title="Logo", file=get_test_image_file())
    settings = PracticeSettings.load()
    settings.logo = image
    settings.save()
    read()
    later(clock, minutes=1)
    rendition = image.get_rendition("max-96x96")
    rendition.file.storage.delete(rendition.file.name)
    rendition.file.storage.save(rendition.file.name, ContentFile(b"Another picture"))
    practice.procedure(title="Another", slug="another")
    read()
    old, new = rows(needle)
    assert old.main_id == new.main_id
    assert old.files != new.files


def test_what_moved_with_the_clock_is_said_and_not_kept(clock, practice, publisher):
    from tests.factories import LocationFactory

    office = LocationFactory(parent=practice.locations, live=False, title="Elm", slug="elm")
    hours = {"days": ["mon"], "opens": "08:00", "closes": "17:00"}
    office.hours, office.hours_confirmed_on = [("hours", hours)], START.date()
    publish_version(page=office)
    assert "Open now" in read(office.url)
    at = later(clock, hours=9)
    assert "Closed now" in read(office.url)
    (row,) = rows(office)
    assert "Open now" not in row.html
    assert "Closed now" not in row.html
    frame = ask(publisher, office, "page_archive_frame", at=at).content.decode()
    assert "moved with the clock: it was read from the opening hours" in frame


def test_who_had_reviewed_it_then_is_said_and_not_who_did_later(clock, practice, needle, publisher):
    read()
    later(clock, hours=1)
    assert decide(practice.client("physicians"), needle).status_code == 302
    at = later(clock, hours=1)
    read()
    assert "No physician had signed" in said(ask(publisher, needle, at=START))
    words = said(ask(publisher, needle, at=at))
    assert re.search(r"Reviewed by (Dr. )?Ida Quillfeather, MD, .* \(logged in\)", words)


def test_withdrawn_pages_can_be_opened_and_say_why(clock, practice, needle, publisher):
    read()
    at = later(clock, hours=1)
    withdraw(page=fresh(needle), by=None, reason="No longer offered.", replacement=practice.home)
    assert "Served" in said(ask(publisher, needle, at=START))
    words = said(ask(publisher, needle, at=at))
    assert "Withdrawn" in words
    assert "“No longer offered.”" in words
    assert "the way to “Home”" in words


def test_links_lead_to_what_they_saw_before_and_after(clock, needle, publisher):
    read()
    later(clock, hours=1)
    change(needle, "Second.")
    read()
    later(clock, hours=1)
    change(needle, "Third.")
    read()
    first, second, third = (row.valid_from for row in rows(needle))
    context = ask(publisher, needle, at=second).context
    for name, moment in (("before_url", first), ("after_url", third)):
        assert publisher.get(context[name]).context["answer"].since == moment
    assert ask(publisher, needle, at=third).context["after_url"] == ""
    assert ask(publisher, needle, at=first).context["before_url"] == ""


@pytest.mark.parametrize(
    ("day", "time", "sentence"),
    [
        (
            "2025-03-09",
            "02:30",
            "There was no such time: on Mar 9, 2025 the clocks were put forward",
        ),
        ("2025-11-02", "01:30", "That time came twice: on Nov 2, 2025 the clocks were put back."),
        ("2031-01-01", "09:00", "That time has not come yet."),
        ("9999-12-31", "23:59", "That time has not come yet."),
        ("0001-01-01", "00:00", "Choose a year from 1990 on."),
        ("tomorrow", "09:00", "Write the day as year, month and day"),
        ("2025-01-01", "noonish", "Write the time as hours and minutes"),
        ("", "09:00", "Choose a day."),
    ],
)
def test_a_time_that_is_none_is_answered_by_a_sentence(
    clock, practice, needle, publisher, day, time, sentence
):
    response = ask(publisher, needle, date=day, time=time)
    assert sentence in response.content.decode()
    assert response.context["answer"] is None


def test_of_a_time_that_came_twice_either_can_be_chosen(clock, needle, publisher):
    moments = [
        ask(publisher, needle, date="2025-11-02", time="01:30", which=which).context["answer"].at
        for which in ("0", "1")
    ]
    assert moments[1] - moments[0] == timedelta(hours=1)


@pytest.mark.parametrize("query", [{}, {"at": ""}], ids=["none", "empty"])
def test_without_a_moment_the_archive_shows_now(clock, needle, publisher, query):
    read()
    assert ask(publisher, needle, **query).context["answer"].at == timezone.now()
    assert ask(publisher, needle, "page_archive_frame", **query).status_code == 404


@pytest.mark.parametrize(
    "at", ["yesterday", "2026-99-99T00:00:00Z", "2026-03-02T09:00:00", "2999-01-01T00:00:00Z"]
)
def test_a_link_that_names_no_moment_is_asked_for_one_and_does_not_show_now(
    clock, needle, publisher, at
):
    read()
    response = ask(publisher, needle, at=at)
    assert response.context["answer"] is None
    assert "Choose a day." in response.content.decode()
    assert ask(publisher, needle, "page_archive_frame", at=at).status_code == 404
    both = ask(publisher, needle, "page_archive_compare", at=START, other_at=at)
    assert "answers" not in both.context and "Choose a day." in both.content.decode()


def test_two_moments_stand_side_by_side_with_their_differences(clock, needle, publisher):
    read()
    at = later(clock, hours=1)
    change(needle, "As it is.")
    read()
    response = ask(publisher, needle, "page_archive_compare", at=at, other_at=START)
    html = response.content.decode()
    assert "The text differs in 1 place." in html
    assert "As it <del>was.</del>" in html
    assert "As it <ins>is.</ins>" in html
    same = ask(publisher, needle, "page_archive_compare", at=START, other_at=START)
    assert "The words of the page are the same." in same.content.decode()
    none = ask(publisher, needle, "page_archive_compare", at=at, other_at=wall_clock(2020, 1, 1))
    assert "The page was not public yet" in none.content.decode()


def test_two_moments_are_not_called_the_same_when_an_alert_stood_above_one(
    clock, needle, publisher
):
    read()
    later(clock, hours=1)
    Alert.objects.create(text="Closed for snow.", starts_at=timezone.now())
    read()
    at = later(clock, minutes=1)
    html = ask(publisher, needle, "page_archive_compare", at=at, other_at=START).content.decode()
    assert "The words of the page are the same." in html
    assert "What stands above or below them differs, such as an alert" in html


def test_a_moment_without_a_text_leads_to_the_other_that_has_one(clock, needle, publisher):
    read()
    before = wall_clock(2020, 1, 1)
    html = ask(publisher, needle, "page_archive_compare", at=START, other_at=before)
    addresses = re.findall(r'href="([^"]+)">Look at [A-Z]', html.content.decode())
    assert len(addresses) == 2
    assert "Served" in said(publisher.get(addresses[1].replace("&amp;", "&")))


def test_what_was_erased_since_is_not_called_what_was_sent(clock, practice, needle, publisher):
    change(needle, f"Told by {NAME}.")
    read()
    at = later(clock, minutes=1)
    address = reverse("page_archive", args=[needle.pk])
    before = publisher.get(address, {"at": at.isoformat()}).content.decode()
    assert "Erased since" not in before
    assert "Download the HTML as it was sent" in before
    later(clock, minutes=1)
    erase_it(practice, NAME)
    after = publisher.get(address, {"at": at.isoformat()}).content.decode()
    assert "Erased since" in after
    assert "It is not as it was sent." in after
    assert "HTML as it was sent" not in after
    assert "The page as it was, without what was erased." in after


def test_a_version_from_before_the_archive_is_reconstructed_and_says_so(clock, practice, publisher):
    page = practice.procedure(
        title="Old", slug="old", summary="Of 2017.", at=wall_clock(2017, 7, 20, 22, 30)
    )
    page = fresh(page)
    page.summary = "Of 2020."
    publish_version(page=page, at=wall_clock(2020, 5, 22, 21, 30), kind="major", note="More.")
    later(clock, minutes=1)
    read("/procedures/old/")
    words = said(ask(publisher, page, date="2019-03-03", time="12:00"))
    assert "Reconstructed" in words
    assert "We do not claim that it was served in this form." in words
    at = wall_clock(2019, 3, 3, 12)
    frame = ask(publisher, page, "page_archive_frame", at=at).content.decode()
    assert "Of 2017." in frame
    compared = ask(publisher, page, "page_archive_compare", at=timezone.now(), other_at=at)
    assert "Pictures or style sheets differ" not in compared.content.decode()
    assert "Last updated: <time" in frame
    assert "Jul 20, 2017" in frame
    assert "2020" not in frame
    assert ask(publisher, page, "page_archive_source", at=at).status_code == 404
    assert "not public yet" in said(ask(publisher, page, date="2016-01-01", time="12:00"))


@pytest.mark.parametrize(
    ("role", "own", "other"),
    [
        ("writers", 200, 200),
        ("publishers", 200, 200),
        ("administrators", 200, 200),
        ("physicians", 200, 302),
    ],
)
def test_whoever_may_edit_the_page_or_read_reports_may_look(
    clock, practice, needle, role, own, other
):
    read()
    read(practice.physician.url)
    client = practice.client(role)
    views = ("page_archive", "page_archive_frame", "page_archive_source", "page_archive_compare")
    now = timezone.now()
    for page, status in ((practice.physician, own), (needle, other)):
        assert {ask(client, page, view, at=now).status_code for view in views} == {status}
    assert {ask(Client(), needle, view, at=now).status_code for view in views} == {302}


def test_the_way_there_stands_in_the_menus_and_in_the_record(clock, practice, needle, publisher):
    address = reverse("page_archive", args=[needle.pk])
    edit = publisher.get(reverse("wagtailadmin_pages:edit", args=[needle.pk])).content.decode()
    # In the page's menu, and in its record.
    assert edit.count(f'href="{address}"') >= 2
    explorer = publisher.get(reverse("wagtailadmin_explore", args=[practice.procedures.pk]))
    assert address in explorer.content.decode()


def test_pages_with_a_past_are_never_deleted_and_rows_never_changed(clock, needle):
    from clinic.publishing.models import RecordIsAppendOnly

    read()
    row = rows(needle)[0]
    for act in (
        row.delete,
        row.save,
        Rendition.objects.all().delete,
        lambda: Rendition.objects.update(digest="0"),
    ):
        with pytest.raises(RecordIsAppendOnly):
            act()
