"""What pages tell machines: one linked graph, equal to what readers of the page read."""

import re
from html import unescape

import pytest
import time_machine

from clinic.publishing.services import publish_version
from procedures.models import ProcedurePhysician
from tests.conftest import fresh, set_review_policy, wall_clock
from tests.described_site import ELM, IDA, KNEE, NEEDLE, SCRIPT, SITE, graph_of, make_site
from tests.factories import PhysicianFactory
from tests.reviews import publish_past_the_policy, review_line, signed_page
from tests.test_query_budgets import BUDGET, queries

pytestmark = pytest.mark.django_db

PRACTICE, WEBSITE = {"@id": f"{SITE}/#practice"}, {"@id": f"{SITE}/#website"}
ADDRESS = {
    "@type": "PostalAddress",
    "streetAddress": "1 Elm Street",
    "addressLocality": "Maple Hollow",
    "addressRegion": "NJ",
    "postalCode": "07099",
}
# What every page says, in its head and foot.
EVERYWHERE = [
    {
        "@type": "MedicalOrganization",
        **PRACTICE,
        "name": "Elm Street Clinic",
        "url": f"{SITE}/",
        "address": [ADDRESS],
        "telephone": "(201) 555-0199",
        "contactPoint": [
            {
                "@type": "ContactPoint",
                "contactType": "Appointments",
                "telephone": "(201) 555-0199",
            }
        ],
    },
    {
        "@type": "WebSite",
        **WEBSITE,
        "url": f"{SITE}/",
        "name": "Elm Street Clinic",
        "inLanguage": "en",
        "publisher": PRACTICE,
    },
    {
        "@type": "MedicalClinic",
        "@id": f"{ELM}#clinic",
        "name": "Elm office",
        "url": ELM,
        "address": ADDRESS,
        "parentOrganization": PRACTICE,
    },
]
PERSON = {
    "@type": "Person",
    "@id": f"{IDA}#person",
    "name": "Ida Quillfeather, MD",
    "url": IDA,
    "worksFor": PRACTICE,
    "honorificPrefix": "Dr.",
    "givenName": "Ida",
    "familyName": "Quillfeather",
    "honorificSuffix": "MD",
    "jobTitle": "Pain Management Specialist",
    "hasCredential": [
        {
            "@type": "EducationalOccupationalCredential",
            "credentialCategory": "License",
            "name": "Physician and surgeon",
            "validIn": {"@type": "AdministrativeArea", "name": "New Jersey"},
        },
        {
            "@type": "EducationalOccupationalCredential",
            "credentialCategory": "Board certification",
            "name": "Pain medicine",
            "recognizedBy": {"@type": "Organization", "name": "Board of Pain"},
        },
    ],
    "alumniOf": [{"@type": "Organization", "name": "Hill Hospital"}],
    "memberOf": [{"@type": "Organization", "name": "Pain Society"}],
    "award": ["Golden Needle, City, 2018"],
}
PHYSICIAN = {
    "@type": "IndividualPhysician",
    "@id": f"{IDA}#physician",
    "name": "Ida Quillfeather, MD",
    "url": IDA,
    "employee": {"@id": f"{IDA}#person"},
    "practicesAt": PRACTICE,
    "address": [ADDRESS],
    "occupationalCategory": "Pain Management Specialist",
}


def everywhere(*, but: str = "") -> list[dict]:
    return [node for node in EVERYWHERE if node["@type"] != but]


def webpage(url: str, kind: str, name: str, **more) -> dict:
    page = {
        "@type": kind,
        "@id": f"{url}#webpage",
        "url": url,
        "name": name,
        "inLanguage": "en",
        "isPartOf": WEBSITE,
        "publisher": PRACTICE,
    }
    return page | more


def items(*steps: tuple[str, str]) -> list[dict]:
    return [
        {"@type": "ListItem", "position": position, "name": name, "item": url}
        for position, (name, url) in enumerate(steps, 1)
    ]


def breadcrumb(url: str, *steps: tuple[str, str]) -> dict:
    first = ("Home", f"{SITE}/")
    return {
        "@type": "BreadcrumbList",
        "@id": f"{url}#breadcrumb",
        "itemListElement": items(first, *steps),
    }


def by_id(nodes: list[dict]) -> dict[str, dict]:
    return {node["@id"]: node for node in nodes}


@pytest.fixture
def site(practice):
    return make_site(practice)


def test_a_procedure(site, client):
    procedure, clauses = {"@id": f"{NEEDLE}#procedure"}, "About 1 in 100 bleed."
    answer = {"@type": "Answer", "text": "A little."}
    assert graph_of(client, NEEDLE) == by_id(
        [
            *EVERYWHERE,
            breadcrumb(NEEDLE, ("Procedures", f"{SITE}/procedures/"), ("Needle", NEEDLE)),
            webpage(
                NEEDLE,
                "MedicalWebPage",
                "Needle",
                description="A thin needle for a sore knee.",
                breadcrumb={"@id": f"{NEEDLE}#breadcrumb"},
                # Late evenings in New York: days of the practice, as the page prints them.
                datePublished="2017-07-20T22:30:00-04:00",
                dateModified="2020-05-22T21:30:00-04:00",
                creditText=(
                    "Dr. Quillfeather, MD (Pain Management Specialist) of Elm Street Clinic"
                ),
                author={"@id": f"{IDA}#person"},
                medicalAudience={"@type": "MedicalAudience", "audienceType": "Patient"},
                about=procedure,
                hasPart=[{"@type": "Question", "name": "Does it hurt?", "acceptedAnswer": answer}],
                citation=[
                    {
                        "@type": "CreativeWork",
                        "name": "Needles",
                        "publisher": {"@type": "Organization", "name": "Press"},
                        "url": "https://example.com/n",
                    }
                ],
            ),
            {
                "@type": "MedicalTherapy",
                **procedure,
                "name": "Needle",
                "alternateName": ["Pin", "Prick"],
                "url": NEEDLE,
                "description": "A thin needle & no knife.",
                "contraindication": "Children.",
                "adverseOutcome": {
                    "@type": "MedicalEntity",
                    "name": "Risks",
                    "description": clauses,
                },
            },
            {
                "@type": "MedicalCondition",
                "@id": f"{KNEE}#condition",
                "name": "Sore knee",
                "url": KNEE,
                "possibleTreatment": procedure,
            },
            PERSON,
            {**PHYSICIAN, "availableService": procedure},
        ]
    )


def test_a_physician(site, client):
    graph = graph_of(client, IDA)
    page = graph.pop(f"{IDA}#webpage")
    assert page["@type"] == "ProfilePage"
    assert page["mainEntity"] == {key: PERSON[key] for key in ("@type", "@id", "name")}
    assert graph == by_id(
        [
            *EVERYWHERE,
            breadcrumb(IDA, ("Physicians", f"{SITE}/physicians/"), (PERSON["name"], IDA)),
            {
                **PERSON,
                "description": "Ida & her needles.",
                "knowsLanguage": ["English", "Spanish"],
            },
            {**PHYSICIAN, "usNPI": "1234567893"},
        ]
    )


@time_machine.travel(wall_clock(2026, 11, 26, 9, 0), tick=False)
def test_a_location(site, client):
    (clinic,) = (node for node in EVERYWHERE if node["@type"] == "MedicalClinic")
    at = "2019-01-02T23:00:00-05:00"
    phone = {"contactType": "Appointments", "telephone": "(201) 555-0100"}
    assert graph_of(client, ELM) == by_id(
        [
            *everywhere(but="MedicalClinic"),
            breadcrumb(ELM, ("Locations", f"{SITE}/locations/"), ("Elm office", ELM)),
            webpage(
                ELM,
                "WebPage",
                "Elm office",
                breadcrumb={"@id": f"{ELM}#breadcrumb"},
                datePublished=at,
                dateModified=at,
                creditText="Elm Street Clinic",
                author=PRACTICE,
                mainEntity={"@id": f"{ELM}#clinic"},
            ),
            {
                **clinic,
                "telephone": "(201) 555-0100",
                "faxNumber": "(201) 555-0101",
                "contactPoint": [{"@type": "ContactPoint", **phone}],
                "openingHoursSpecification": [
                    {
                        "@type": "OpeningHoursSpecification",
                        "dayOfWeek": ["https://schema.org/Monday", "https://schema.org/Friday"],
                        "opens": "08:30",
                        "closes": "12:00",
                    },
                    {
                        "@type": "OpeningHoursSpecification",
                        "dayOfWeek": ["https://schema.org/Monday"],
                        "opens": "13:00",
                        "closes": "17:00",
                    },
                ],
                # What schema.org calls closed: a day that does not open.
                "specialOpeningHoursSpecification": [
                    {
                        "@type": "OpeningHoursSpecification",
                        "name": "Thanksgiving",
                        "validFrom": "2026-11-26",
                        "validThrough": "2026-11-26",
                    },
                    {
                        "@type": "OpeningHoursSpecification",
                        "name": "Christmas",
                        "validFrom": "2026-12-24",
                        "validThrough": "2026-12-31",
                        "opens": "08:00",
                        "closes": "12:00",
                    },
                ],
            },
        ]
    )


def test_home_and_a_list_say_who_it_is_and_what_is_listed(site, client):
    home = webpage(f"{SITE}/", "WebPage", "Home", about=PRACTICE)
    assert graph_of(client, "/") == by_id([*EVERYWHERE, home])
    url = f"{SITE}/procedures/"
    links = {"breadcrumb": {"@id": f"{url}#breadcrumb"}, "mainEntity": {"@id": f"{url}#list"}}
    listed = {"itemListElement": items(("Needle", NEEDLE))}
    assert graph_of(client, url) == by_id(
        [
            *EVERYWHERE,
            breadcrumb(url, ("Procedures", url)),
            webpage(url, "CollectionPage", "Procedures", **links),
            {"@type": "ItemList", "@id": f"{url}#list", **listed},
        ]
    )


# Kinds, addresses and moments, which pages say in words of their own.
NOT_WORDS = re.compile(
    "@|url$|item$|sameAs|content|date|lastReviewed|inLanguage|audienceType|credentialCategory"
    "|dayOfWeek|opens|closes|validFrom|validThrough|position|availableService"
)


def words_in(node) -> list[str]:
    if isinstance(node, dict):
        pairs = [pair for pair in node.items() if not NOT_WORDS.match(pair[0])]
        return [words for _, value in pairs for words in words_in(value)]
    if isinstance(node, list):
        return [words for value in node for words in words_in(value)]
    return [node] if isinstance(node, str) else []


@time_machine.travel(wall_clock(2026, 11, 26, 9, 0), tick=False)
@pytest.mark.parametrize("url", [NEEDLE, IDA, ELM, KNEE, f"{SITE}/", f"{SITE}/physicians/"])
def test_nothing_is_said_that_readers_cannot_read(site, client, url):
    html = client.get(url).content.decode()
    visible = unescape(re.sub(r"<[^>]+>", "", html[html.index("<body>") :]))
    said = words_in(list(graph_of(client, url).values()))
    assert len(said) > 10
    visible = "".join(visible.split())
    assert [words for words in said if "".join(words.split()) not in visible] == []


@pytest.mark.parametrize("hide", ["unpublish", "restrict"])
def test_who_is_not_public_has_no_node(site, client, hide):
    if hide == "unpublish":
        site.physician.unpublish()
    else:
        site.physician.view_restrictions.create(restriction_type="login")
    graph = graph_of(client, NEEDLE)
    assert not [key for key in graph if key.startswith(IDA)]
    page = graph[f"{NEEDLE}#webpage"]
    assert "author" not in page
    # The printed byline stays printed.
    assert page["creditText"].startswith("Dr. Quillfeather, MD")


def test_a_draft_that_a_page_is_related_to_is_not_named(site, client):
    hidden = PhysicianFactory(parent=site.physicians, live=False, last_name="Unseen")
    site.needle.performing_physicians.add(ProcedurePhysician(physician=hidden))
    publish_version(page=site.needle, kind="minor")
    assert "Unseen" not in client.get(NEEDLE).content.decode()


def test_a_procedure_that_treats_nothing_listed_is_no_treatment(site, client):
    site.needle.treated_conditions.clear()
    publish_version(page=site.needle, kind="minor")
    node = graph_of(client, NEEDLE)[f"{NEEDLE}#procedure"]
    assert node["@type"] == "MedicalProcedure"
    assert not {"adverseOutcome", "contraindication"} & set(node)


def test_the_review_is_told_only_while_the_line_is_visible(practice, client):
    set_review_policy(procedures=True)
    page = signed_page(practice, title="Needle", slug="needle")
    described = graph_of(client, NEEDLE)[f"{NEEDLE}#webpage"]
    assert described["reviewedBy"] == {"@id": f"{IDA}#person"}
    line = review_line(client, page)
    html = client.get(NEEDLE).content.decode()
    assert "Ida Quillfeather, MD" in line
    assert f'<time datetime="{described["lastReviewed"]}">' in html
    page = fresh(page)
    page.summary = "Another text than the physician signed."
    publish_past_the_policy(page, kind="major", note="Another text.")
    assert review_line(client, page) == ""
    described = graph_of(client, NEEDLE)[f"{NEEDLE}#webpage"]
    assert not {"reviewedBy", "lastReviewed"} & set(described)


def test_a_reviewer_whose_profile_is_gone_is_only_a_printed_name(practice, client):
    set_review_policy(procedures=True)
    signed_page(practice, title="Needle", slug="needle")
    practice.physician.unpublish()
    page = graph_of(client, NEEDLE)[f"{NEEDLE}#webpage"]
    assert page["reviewedBy"] == {"@type": "Person", "name": "Dr. Ida Quillfeather, MD"}


def test_a_title_cannot_break_out_of_the_script(practice, client):
    title = "</script><script>alert(1)</script>&\u2028"
    practice.procedure(title=title, slug="needle")
    html = client.get(NEEDLE).content.decode()
    assert html.count("<script") == html.count("</script>") == 1, "the data"
    assert "\u2028" not in SCRIPT.search(html).group(1)
    assert graph_of(client, NEEDLE)[f"{NEEDLE}#webpage"]["name"] == title


def test_a_preview_and_an_error_tell_machines_nothing(site, client):
    request = site.needle.make_preview_request(preview_mode="").context_data["request"]
    assert "structured_data" not in site.needle.get_context(request)
    assert "ld+json" not in client.get("/no-such-page/").content.decode()


@pytest.mark.parametrize("url", [NEEDLE, IDA, ELM, KNEE, f"{SITE}/", f"{SITE}/locations/"])
def test_machines_cost_no_more_questions(site, client, url):
    assert queries(client, url) <= BUDGET
