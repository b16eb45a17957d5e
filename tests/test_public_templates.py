"""The templates of what patients read: complete, of one language, and deaf to what is typed."""

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from django.template import engines

from clinic.pages.models import Alert
from tests.conftest import fresh
from tests.factories import ConditionFactory, ContentPageFactory, LocationFactory

TYPED = """<script>alert("x")</script> & 'co'"""
ESCAPED = "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; &amp; &#39;co&#39;"


def names(language: str) -> set[str]:
    """Of all templates in that language, those of Wagtail and Django included."""
    folders = map(Path, engines[language].template_dirs)
    files = [(file, folder) for folder in folders for file in folder.rglob("*.*")]
    return {str(file.relative_to(folder)) for file, folder in files if file.is_file()}


PUBLIC = sorted(names("jinja2"))


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_template_can_be_read(name):
    assert engines["jinja2"].get_template(name)


def test_no_template_is_there_in_both_languages():
    assert len(PUBLIC) > 60
    assert len(names("django")) > 500
    assert names("jinja2") & names("django") == set()


@pytest.mark.parametrize(
    "text", ["{{ misspelt }}", "{% if misspelt %}{% endif %}", "{{ a.misspelt }}"]
)
def test_a_name_that_nobody_gives_is_an_error(text):
    template = engines["jinja2"].from_string(text)
    with pytest.raises(UndefinedError, match="misspelt"):
        template.render({"a": object()})


@pytest.fixture
def typed_everywhere(practice):
    """A page of each type, in whose plain fields an editor has typed code."""
    heading = {"type": "callout", "value": {"kind": "note", "heading": TYPED, "text": "<p>So.</p>"}}
    sections = [{"type": "overview", "value": {"heading": TYPED, "body": [heading]}}]
    told = {"title": TYPED, "also_called": TYPED, "summary": TYPED}
    office = LocationFactory(
        parent=practice.locations, title=TYPED, slug="elm", street=TYPED, entrance=TYPED
    )
    Alert.objects.create(text=TYPED, location=office)
    practice.home.headline = TYPED
    practice.home.save()
    practice.physician.tagline = practice.physician.photo_alt = TYPED
    practice.physician.save()
    return [
        practice.home,
        practice.physician,
        office,
        practice.procedure(slug="needle", sections=sections, length=TYPED, **told),
        ConditionFactory(parent=practice.conditions, slug="pain", **told),
        ContentPageFactory(parent=practice.home, slug="plain", title=TYPED, body=[heading]),
    ]


@pytest.mark.django_db
def test_what_an_editor_types_as_text_is_shown_as_text(typed_everywhere, client):
    Alert.objects.create(text=TYPED)
    for page in typed_everywhere:
        html = client.get(fresh(page).url).content.decode()
        # The alert, and what was typed into the page itself.
        assert html.count(ESCAPED) >= 2, page
        assert "<script>alert" not in html, page


@pytest.mark.django_db
def test_no_page_shows_the_inside_of_a_program(typed_everywhere, practice, client):
    """A method that a template names and does not call would be shown by its name in Python."""
    lists = [practice.procedures, practice.conditions, practice.physicians, practice.locations]
    addresses = [fresh(page).url for page in [*typed_everywhere, *lists]]
    others = ["/updates/", "/search/?q=needle", "/nothing/", "/procedures/needle/handout/"]
    for address in [*addresses, *others]:
        html = client.get(address).content.decode()
        assert "bound method" not in html, address
        assert "object at 0x" not in html, address
