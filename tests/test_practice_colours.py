"""The practice's own colors: readable, or refused in words; served as a stylesheet."""

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django.urls import reverse

from wagtail.test.utils.form_data import nested_form_data, streamfield

from clinic.pages.models import PracticeSettings
from clinic.pages.theme import (
    DARK_GROUND,
    DARK_PAPER,
    LIGHT_GROUND,
    WHITE,
    colour_errors,
    contrast,
    stylesheet,
)

pytestmark = pytest.mark.django_db

MARKS = "Marks in the second color are too hard to see on the main color: the contrast is "
STYLESHEET = re.compile(r'<link rel="stylesheet" href="(/theme-[0-9a-f]{12}\.css)">')


def save(client, **colours):
    practice = PracticeSettings.load()
    data = {"name": practice.name, "tagline": "", "logo": "", **colours}
    data |= {"phones": streamfield([]), "social_links": streamfield([])}
    address = reverse("wagtailsettings:edit", args=["pages", "practicesettings", practice.pk])
    return client.post(address, nested_form_data(data))


def sentences(response) -> dict[str, list[str]]:
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def test_a_color_that_can_be_read_is_on_every_page_by_an_address_of_its_own(practice, client):
    assert not STYLESHEET.search(client.get("/").content.decode())
    addresses = set()
    for colour in ("#7a1f5c", "#1d3f8a"):
        assert save(practice.client("publishers"), brand_colour=colour, accent_colour="").url
        (address,) = STYLESHEET.findall(client.get("/").content.decode())
        answer = client.get(address)
        assert answer["Content-Type"] == "text/css; charset=utf-8"
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        assert f":root{{--brand:{colour};" in answer.content.decode()
        addresses.add(address)
    assert len(addresses) == 2
    old = client.get(min(addresses - {address}))
    assert old["Cache-Control"] == "public, max-age=60", "an old address is not kept for a year"
    assert old.content == answer.content


@pytest.mark.parametrize(
    ("colours", "field", "sentence"),
    [
        ({"brand_colour": "teal", "accent_colour": ""}, "brand_colour", "Write the color as #"),
        (
            {"brand_colour": "#ffcc00", "accent_colour": ""},
            "brand_colour",
            "Text in this color is too hard to read: its contrast is 1.3 to 1, and 4.5 to 1 is "
            "needed. Choose a darker color, such as #856a00.",
        ),
        (
            {"brand_colour": "#0b5563", "accent_colour": "#0d6070"},
            "accent_colour",
            MARKS,
        ),
        ({"brand_colour": "", "accent_colour": "#0b5563"}, "accent_colour", MARKS),
        # Seen in light, not in the dark; and the usual second color, which nobody chose.
        ({"brand_colour": "#6b6b6b", "accent_colour": "#000000"}, "accent_colour", MARKS),
        ({"brand_colour": "#6e6e6e", "accent_colour": ""}, "accent_colour", MARKS),
    ],
)
def test_a_color_that_cannot_be_read_is_refused_beside_its_field(
    practice, colours, field, sentence
):
    response = save(practice.client("publishers"), **colours)
    assert list(sentences(response)) == [field]
    assert sentences(response)[field][0].startswith(sentence)
    assert PracticeSettings.load().stylesheet == ""


hex_colour = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def shades_in(css: str) -> dict[str, list[str]]:
    """Each token that has a shade for light screens and one for dark ones: the two."""
    light, dark = (dict(re.findall(r"(--[\w-]+):(#\w+)", part)) for part in css.split("@media"))
    return {name: [light[name], shade] for name, shade in dark.items()}


@given(brand=hex_colour)
def test_every_shade_that_is_derived_can_be_read_where_it_stands(brand):
    shades = shades_in(stylesheet(brand, ""))
    assert set(shades) == {"--brand", "--brand-strong", "--on-brand", "--bar"}
    assert contrast(shades["--brand-strong"][0], LIGHT_GROUND) >= 7
    for name, ground in product(("--brand", "--brand-strong"), (DARK_GROUND, DARK_PAPER)):
        assert contrast(shades[name][1], ground) >= 7
    for name in ("--brand", "--brand-strong"):
        assert contrast(shades["--on-brand"][1], shades[name][1]) >= 4.5
    if contrast(brand, LIGHT_GROUND) >= 4.5:
        assert contrast(WHITE, shades["--bar"][0]) >= 4.5
        assert contrast(WHITE, shades["--bar"][1]) >= 4.5


@given(brand=hex_colour, accent=hex_colour)
def test_a_second_color_that_is_taken_is_seen_on_the_bar_in_light_and_in_dark(brand, accent):
    if not colour_errors(brand, accent):
        bar = shades_in(stylesheet(brand, accent))["--bar"]
        assert min(contrast(accent, shade) for shade in bar) >= 3


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#ffffff", "#ffffff", 1.0)],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)
