"""What is shown of an address where someone shares it, or a search engine lists it."""

import re

import pytest

from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from clinic.pages.models import PracticeSettings
from clinic.publishing.services import publish_version
from tests.described_site import ELM, NEEDLE, SITE, graph_of, make_site
from tests.test_query_budgets import BUDGET, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(practice):
    return make_site(practice)


@pytest.mark.parametrize(
    ("path", "kind", "title"),
    [
        ("/search/?q=needle", "SearchResultsPage", "Search results for “needle”"),
        ("/search/", "WebPage", "Search"),
        ("/updates/", "WebPage", "Latest updates"),
        ("/procedures/needle/updates/", "WebPage", "Updates of Needle"),
    ],
)
def test_an_answer_that_is_no_page_tells_what_it_is(site, client, path, kind, title):
    html = client.get(path).content.decode()
    url = f"http://localhost{path.partition('?')[0]}"
    page = graph_of(client, path)[f"{url}#webpage"]
    assert (page["@type"], page["name"], page["url"]) == (kind, title, url)
    assert f"<h1>{title}</h1>" in html
    assert f'<link rel="canonical" href="{url}">' in html
    assert f'<meta property="og:title" content="{title}">' in html


def test_a_link_to_a_page_is_shown_with_its_title_and_words(site, client):
    settings = PracticeSettings.load()
    settings.tagline = "For <knees>"
    settings.save()
    found = re.findall(
        r'<meta property="(og:[^"]+)" content="([^"]*)">', client.get(NEEDLE).content.decode()
    )
    assert found == [
        ("og:type", "article"),
        ("og:title", "Needle"),
        ("og:description", "A thin needle for a sore knee."),
        ("og:url", NEEDLE),
        ("og:site_name", "Elm Street Clinic"),
        ("og:locale", "en_US"),
    ]
    assert 'property="og:description" content="For &lt;knees&gt;"' in (
        client.get("/").content.decode()
    )


def test_a_shared_link_shows_the_pages_picture_or_the_practices_logo(site, client):
    def picture(url: str) -> list[str]:
        html = client.get(url).content.decode()
        return re.findall(r'<meta property="og:image[^"]*" content="([^"]*)">', html)

    photo, logo = (
        get_image_model().objects.create(title=name, file=get_test_image_file(f"{name}.png"))
        for name in ("door", "logo")
    )
    site.office.photo, site.office.photo_alt = photo, "The blue door"
    publish_version(page=site.office, kind="minor")
    settings = PracticeSettings.load()
    settings.logo = logo
    settings.save()
    address, *words = picture(ELM)
    assert re.fullmatch(rf"{SITE}/media/images/door\S*\.png", address)
    assert words == ["640", "480", "The blue door"]
    address, *words = picture(NEEDLE)
    assert re.fullmatch(rf"{SITE}/media/images/logo\S*\.png", address)
    assert words == ["640", "480", "Elm Street Clinic"]
    assert graph_of(client, ELM)[f"{ELM}#clinic"]["image"]["caption"] == "The blue door"
    assert queries(client, ELM) <= BUDGET


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (NEEDLE, "A thin needle for a sore knee."),
        (ELM, "Elm office of Elm Street Clinic: 1 Elm Street, Maple Hollow, NJ 07099."),
    ],
)
def test_search_results_say_what_the_page_is(site, client, url, words):
    html = client.get(url).content.decode()
    assert f'<meta name="description" content="{words}">' in html
