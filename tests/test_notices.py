"""The notices kit: what a practice has to say, started for it, and finished before it is public."""

import re
from datetime import date
from io import StringIO

import pytest

from django.core.management import CommandError, call_command

from clinic.pages.models import HomePage, NoticePage, PracticeSettings
from clinic.pages.notices import first_blank, starting_texts
from clinic.pages.services import add_notices
from clinic.publishing.requirements import PublicationRefused
from clinic.publishing.services import publish_version
from tests.conftest import fresh
from tests.factories import NoticePageFactory

pytestmark = pytest.mark.django_db

KINDS = {kind.value for kind in NoticePage.NoticeKind} - {"other"}


def run() -> list[str]:
    out = StringIO()
    call_command("add_notices", stdout=out)
    return out.getvalue().splitlines()


def test_the_command_drafts_a_notice_of_each_kind_once(practice):
    assert len(run()) == len(KINDS) + 1
    assert set(NoticePage.objects.values_list("kind", flat=True)) == KINDS
    assert not NoticePage.objects.live().exists()
    assert run() == ["Every notice has its page already."]
    assert NoticePage.objects.count() == len(KINDS) == 5


def test_a_kind_that_has_its_page_is_left_alone(practice):
    NoticePageFactory(parent=practice.home, kind="privacy", title="Our own words", live=False)
    run()
    assert NoticePage.objects.get(kind="privacy").title == "Our own words"
    assert NoticePage.objects.count() == len(KINDS)


def test_without_a_home_page_there_is_no_place_for_them(empty_site):
    assert not HomePage.objects.exists()
    with pytest.raises(CommandError, match="home page first"):
        run()


def test_what_the_practice_has_told_already_is_filled_in(practice):
    settings = PracticeSettings.load()
    settings.name = "Elm & Oak"
    settings.save()
    notice = {draft.kind: draft for draft in add_notices(home=practice.home)}["nondiscrimination"]
    text, lines, _ = fresh(notice).body
    assert "<p>Elm &amp; Oak follows" in text.value.source
    assert "[telephone]" not in text.value.source
    assert all("(201) 555-0199" in line["text"] for line in lines.value["lines"])


@pytest.mark.parametrize("text", starting_texts(), ids=lambda text: text["kind"])
def test_each_has_blanks_that_must_be_filled_before_readers_see_it(practice, text):
    add_notices(home=practice.home)
    draft = NoticePage.objects.get(kind=text["kind"])
    draft.checked_on = date(2026, 1, 15)
    with pytest.raises(PublicationRefused) as refused:
        publish_version(page=draft)
    (sentence,) = refused.value.messages
    assert re.fullmatch(r"Fill in \[.+\] in the text, or take it out: .+", sentence)
    draft = fresh(draft)
    draft.checked_on = date(2026, 1, 15)
    draft.body = [("text", "<p>We keep no log.</p>")]
    publish_version(page=draft)
    assert fresh(draft).live


def test_the_first_blank_is_named():
    assert first_blank("Call [telephone] or [e-mail].") == "[telephone]"
    assert first_blank("Nothing is left [ open.") == ""


def test_readers_learn_when_it_was_checked_and_published(practice, client):
    page = NoticePageFactory(parent=practice.home, slug="rights", live=False)
    page.body = [("text", "<p>You have rights.</p>")]
    publish_version(page=page)
    html = client.get("/rights/").content.decode()
    assert 'Last checked on <time datetime="2026-01-15">Jan 15, 2026</time>' in html
    assert "You have rights." in html
    assert "This page was published on" in html
    assert 'href="/rights/updates/"' in html


def test_each_language_is_marked_with_its_code_and_direction(practice, client):
    lines = [{"language": "es", "text": "Llame."}, {"language": "ar", "text": "اتصل"}]
    page = NoticePageFactory(parent=practice.home, slug="rights", live=False)
    page.body = [("language_lines", {"lines": lines})]
    publish_version(page=page)
    html = client.get("/rights/").content.decode()
    assert '<div lang="es" dir="ltr">Llame.</div>' in html
    assert '<div lang="ar" dir="rtl">اتصل</div>' in html


def test_the_kit_offers_help_in_fifteen_languages():
    (nondiscrimination,) = [
        text for text in starting_texts() if text["kind"] == "nondiscrimination"
    ]
    (block,) = [part for part in nondiscrimination["body"] if part["type"] == "language_lines"]
    assert len({line["language"] for line in block["value"]["lines"]}) == 15


def test_a_notice_stands_at_the_foot_of_pages_only_while_public(practice, rf):
    from clinic.pages.frame import Frame

    page = NoticePageFactory(parent=practice.home, title="Rights", live=False)
    assert Frame(rf.get("/")).notices == []
    publish_version(page=page)
    assert [notice.title for notice in Frame(rf.get("/")).notices] == ["Rights"]


def test_the_demonstration_has_filled_in_all_of_them(empty_site, client):
    call_command("load_demonstration", password="demonstration", stdout=StringIO())
    notices = NoticePage.objects.live()
    assert set(notices.values_list("kind", flat=True)) == KINDS
    for notice in notices:
        html = client.get(notice.url).content.decode()
        assert first_blank(re.sub(r"<[^>]+>", "", html[html.index("<main") :])) == ""
    assert NoticePage.objects.get(slug="how-we-write-and-check-these-pages").kind == "editorial"
