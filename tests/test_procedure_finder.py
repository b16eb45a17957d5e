"""Finding a procedure or a condition: by letter, by other names, by area and condition."""

import re

import pytest

from wagtail.models import PageViewRestriction

from clinic.pages.listing import PER_PAGE
from procedures.models import BodyArea, ProcedureCondition, ProcedurePhysician
from tests.conftest import fresh
from tests.described_site import graph_of
from tests.factories import ConditionFactory, PhysicianFactory, ProcedureFactory
from tests.finders import compare_with_model, main_of, options, shown
from tests.test_query_budgets import BUDGET, queries

pytestmark = pytest.mark.django_db

LIST = "/procedures/"
LETTERS = re.compile(r'<nav class="letter-bar".*?</nav>', re.S)
# Letters of an A–Z, and what stands under them.
LETTERED = re.compile(
    r'class="letter"[^>]*>(.*?)</h2>|row__title"><a [^>]*>(.*?)</a>|other-name">(.*?) — see'
)


@pytest.fixture
def add(practice):
    """Adds a public procedure of an area, for conditions."""

    def add_procedure(title: str, area: str = "", conditions=(), **fields):
        found = BodyArea.objects.get_or_create(name=area)[0] if area else None
        page = ProcedureFactory(parent=practice.procedures, title=title, body_area=found, **fields)
        for condition in conditions:
            ProcedureCondition.objects.create(procedure=page, condition=condition)
        return page

    return add_procedure


@pytest.fixture
def conditions(practice):
    names = {"osteoporosis": "Osteoporosis", "worn-knee": "Worn & sore knee"}
    return {
        slug: ConditionFactory(parent=practice.conditions, title=title, slug=slug)
        for slug, title in names.items()
    }


def test_every_combination_finds_and_counts_what_a_model_does(add, conditions, client):
    areas = {"": [], "Knee": ["knee"], "Lower back": ["lower-back"]}
    model = {}
    for area, slugs in areas.items():
        for number, treated in enumerate([[], ["osteoporosis"], ["worn-knee"], [*conditions]]):
            title = f"{area or 'Whole body'} {number}"
            add(title, area, [conditions[slug] for slug in treated])
            model[title] = {"area": slugs, "condition": treated}
    add("Elbow", "Elbow")
    model["Elbow"] = {"area": ["elbow"]}
    choices = {
        "area": ["", "knee", "lower-back", "elbow"],
        "condition": ["", "osteoporosis", "worn-knee"],
    }
    assert compare_with_model(client, LIST, model, choices) == 12
    assert {option: count for option, (count, _) in options(client, LIST).items()} == {
        ("Body area", "Elbow"): 1,
        ("Body area", "Knee"): 4,
        ("Body area", "Lower back"): 4,
        ("Condition", "Osteoporosis"): 6,
        ("Condition", "Worn & sore knee"): 6,
    }


def test_choices_are_said_in_words_and_each_can_be_taken_back(add, conditions, client):
    add("Needle", "Knee", conditions.values())
    add("Pin", "Knee")
    html = main_of(client, LIST, area="knee", condition="worn-knee")
    assert "1 procedure matches." in html
    assert '<a class="choice" href="/procedures/?condition=worn-knee"' in html
    assert '<a class="choice" href="/procedures/?area=knee"' in html
    assert '<a href="/procedures/">Clear all</a>' in html
    assert '<strong aria-current="true">Worn & sore knee' in html
    assert "2 procedures match." in main_of(client, LIST, area="knee")
    response = client.get(LIST, {"area": "knee", "condition": "worn-knee"})
    assert "<title>Procedures: Knee, Worn &amp; sore knee" in response.content.decode()


@pytest.mark.parametrize("way", ["draft", "private"])
def test_what_is_not_public_is_neither_counted_nor_offered(add, conditions, client, way):
    page = add("Hidden needle", "Knee", conditions.values(), also_called="Hidden pin")
    add("Pin", "Knee", [conditions["osteoporosis"]])
    for hidden in (page, conditions["worn-knee"]):
        if way == "draft":
            fresh(hidden).unpublish()
        else:
            PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    counts = {option: count for option, (count, _) in options(client, LIST).items()}
    assert counts == {("Body area", "Knee"): 1, ("Condition", "Osteoporosis"): 1}
    assert shown(client, LIST, condition="worn-knee") == []
    seen = [main_of(client, path) for path in (LIST, "/conditions/", "/")]
    assert not any("Hidden" in html or "Worn" in html for html in seen)


@pytest.mark.parametrize("value", ["nonsense", "a" * 20_000, "' OR 1=1 --", "💉", "<b>"])
def test_what_no_procedure_has_finds_nothing_and_leads_back(add, client, value):
    add("Needle", "Knee")
    html = main_of(client, LIST, area=value)
    assert "No procedure matches." in html
    assert '<a href="/procedures/">Show all</a>' in html
    assert value not in html or value == "<b>"
    assert shown(client, LIST, area=value, page="2") == []


def test_unknown_and_empty_choices_are_ignored(add, client):
    add("Needle", "Knee")
    for query in ({"colour": "red"}, {"area": ""}, {"area": "", "utm": "x"}):
        assert shown(client, LIST, **query) == ["Needle"]
        assert "noindex" not in client.get(LIST, query).content.decode()
        assert "colour" not in main_of(client, LIST, **query)


def test_a_narrowed_list_is_kept_from_search_engines_and_names_the_whole_one(add, client):
    add("Needle", "Knee")
    html = client.get(LIST, {"area": "knee"}).content.decode()
    assert '<meta name="robots" content="noindex">' in html
    assert '<link rel="canonical" href="http://localhost/procedures/">' in html
    assert "noindex" not in client.get(LIST).content.decode()


@pytest.mark.parametrize(("asked", "part"), [("1", ""), ("2", "?page=2"), ("999", "?page=2")])
def test_each_part_of_a_long_list_is_a_page_of_its_own_for_search_engines(add, client, asked, part):
    for number in range(PER_PAGE + 1):
        add(f"Needle {number}")
    html = client.get(LIST, {"page": asked}).content.decode()
    assert f'<link rel="canonical" href="http://localhost/procedures/{part}">' in html
    assert "noindex" not in html


def test_turning_the_page_keeps_the_choices(add, client):
    for number in range(PER_PAGE + 1):
        add(f"Needle {number:02}", "Knee", slug=f"needle-{number}")
    add("Pin", "Elbow")
    html = main_of(client, LIST, area="knee")
    assert 'href="?area=knee&page=2"' in html
    assert shown(client, LIST, area="knee", page=2) == [f"Needle {PER_PAGE}"]
    assert 'href="?area=knee&page=1"' in main_of(client, LIST, area="knee", page=2)


def test_two_areas_with_the_same_letters_are_one_option(add, client):
    add("Needle", "Lower back")
    add("Pin", "lower-back")
    assert options(client, LIST) == {
        ("Body area", "Lower back"): (2, "/procedures/?area=lower-back")
    }
    assert shown(client, LIST, area="lower-back") == ["Needle", "Pin"]


def test_names_without_latin_letters_can_be_chosen(add, client):
    for title, area in (("Needle", "膝"), ("Pin", "!!!")):
        add(title, area)
        _, url = options(client, LIST)[("Body area", area)]
        assert shown(client, url) == [title]


def test_the_a_to_z_has_every_name_in_order(add, client):
    add("kyphoplasty", also_called="Balloon kyphoplasty, KYPHOPLASTY, Étui")
    add("Ablation", also_called="Zap, , Zap")
    add("3D needle")
    html = " ".join(main_of(client, LIST).split())
    assert [next(filter(None, found)) for found in LETTERED.findall(html)] == [
        *("Other", "3D needle"),
        *("A", "Ablation"),
        *("B", "Balloon kyphoplasty"),
        *("E", "Étui"),
        *("K", "kyphoplasty"),
        *("Z", "Zap"),
    ]
    assert re.search(r'Balloon kyphoplasty — see <a href="[^"]+">kyphoplasty</a>', html)
    bar = LETTERS.search(html).group()
    assert '<a href="#letter-b">B</a>' in bar
    assert "<span>C</span>" in bar
    assert bar.index(">Z<") < bar.index('<a href="#letter-other">Other</a>')
    assert html.count('<h2 class="letter" id="letter-k">K</h2>') == 1


def test_other_names_stand_only_in_the_whole_list(add, client):
    add("Kyphoplasty", "Spine", also_called="Balloon")
    assert "Balloon — see" in main_of(client, LIST)
    assert "Balloon — see" not in main_of(client, LIST, area="spine")


def test_letters_lead_to_the_page_on_which_they_begin(add, client):
    for number in range(PER_PAGE):
        add(f"Needle {number:02}", "Knee", slug=f"needle-{number}")
    add("Pin", "Knee", also_called="Ant")
    assert '<a href="?page=2#letter-p">P</a>' in main_of(client, LIST)
    second = main_of(client, LIST, page=2)
    assert '<a href="?page=1#letter-a">A</a>' in second
    assert '<a href="#letter-p">P</a>' in second
    assert '<a href="?area=knee&page=2#letter-p">P</a>' in main_of(client, LIST, area="knee")


def test_machines_are_told_the_pages_of_the_list_in_the_order_shown(add, client):
    for number in range(PER_PAGE):
        add(f"Needle {number:02}", slug=f"needle-{number}", also_called="Ant" * (number == 0))
    graph = graph_of(client, f"{LIST}?page=2")
    listed = graph["http://localhost/procedures/#list"]["itemListElement"]
    assert [(item["position"], item["name"]) for item in listed] == [(50, "Needle 49")]
    assert shown(client, LIST, page=2) == ["Needle 49"]


def test_conditions_say_how_many_treatments_are_offered(add, conditions, client, practice):
    add("Needle", "", conditions.values())
    add("Pin", "", [conditions["osteoporosis"]])
    hidden = add("Draft", "", conditions.values())
    fresh(hidden).unpublish()
    rows = main_of(client, "/conditions/").split('class="row__title"')[1:]
    assert ["Osteoporosis" in rows[0], "2 treatments offered here" in rows[0]] == [True, True]
    assert ["Worn & sore knee" in rows[1], "1 treatment offered here" in rows[1]] == [True, True]


def test_a_condition_names_who_performs_its_public_treatments(add, conditions, client, practice):
    other = PhysicianFactory(parent=practice.physicians, last_name="Unnamed")
    needle = add("Needle", "", [conditions["osteoporosis"]])
    draft = add("Draft", "", [conditions["osteoporosis"]])
    ProcedurePhysician.objects.create(procedure=needle, physician=practice.physician)
    ProcedurePhysician.objects.create(procedure=draft, physician=other)
    fresh(draft).unpublish()
    html = main_of(client, "/conditions/osteoporosis/")
    assert "Physicians who perform them" in html
    assert (practice.physician.title in html, other.title in html) == (True, False)


def test_the_home_page_leads_to_each_area_with_its_count(add, client, practice):
    for number in range(5):
        add(f"Needle {number}", "Knee")
    add("Pin", "Lower back")
    add("Nowhere")
    html = " ".join(main_of(client, "/").split())
    assert re.search(r'<a href="/procedures/\?area=knee">Knee <span[^>]*>\(5\)</span></a>', html)
    assert '<a href="/procedures/?area=lower-back">Lower back' in html
    assert re.findall(r">(Needle \d|Pin|Nowhere)<", html) == [
        *("Needle 0", "Needle 1", "Needle 2", "Pin", "Nowhere")
    ]
    assert 'class="more"><a href="/procedures/"' in html
    practice.procedures.unpublish()
    html = main_of(client, "/")
    assert "Needle 0" in html
    assert 'href="/procedures/"' not in html
    assert "?area=" not in html


@pytest.mark.parametrize(
    "path", [LIST, f"{LIST}?area=knee&condition=osteoporosis", "/", "/conditions/"]
)
def test_finding_costs_no_more_questions_the_more_there_is(add, conditions, client, path):
    for number in range(60):
        add(f"Needle {number:02}", "Knee", conditions.values(), also_called=f"Ant {number}")
        BodyArea.objects.create(name=f"Area {number}")
    assert queries(client, path) <= BUDGET
