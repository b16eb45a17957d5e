"""What pages tell machines about procedures and the conditions they treat."""

from typing import Any

from clinic.pages.structured_data import Graph, Node, add, filled_in, plain, questions_of, words_of
from physicians.structured_data import add_named_physician

from .sections import BY_NAME

# Properties that schema.org gives only to what treats.
OF_TREATMENTS = ("adverseOutcome", "contraindication")


def procedure_id(url: str) -> str:
    return f"{url}#procedure"


def condition_id(url: str) -> str:
    return f"{url}#condition"


def add_procedure(graph: Graph, page, facts: dict[str, Any]) -> Node:
    """The procedure of `page`, the public conditions it treats and who performs it here.
    Returns a reference to the procedure."""
    url = page.get_full_url(facts["request"])
    # Conditions are listed because it treats them; one that lists none may only find out.
    kind = "MedicalTherapy" if facts["conditions"] else "MedicalProcedure"
    node = {
        "@type": kind,
        "@id": procedure_id(url),
        "name": page.title,
        "alternateName": page.also_called_names,
        "url": url,
        "bodyLocation": page.body_area.name if page.body_area else "",
        **_sections(facts["sections"], treats=kind == "MedicalTherapy"),
    }
    procedure = add(graph, node)
    for condition in facts["conditions"]:
        add(graph, named_condition(condition, facts) | {"possibleTreatment": procedure})
    for performer in facts["performers"]:
        _, organization = add_named_physician(graph, performer.link, facts)
        graph[organization["@id"]]["availableService"] = procedure
    return procedure


def add_condition(graph: Graph, page, facts: dict[str, Any]) -> Node:
    """The condition of `page` and the treatments offered. Returns a reference to it."""
    treatments = [
        {
            "@type": "MedicalTherapy",
            "@id": procedure_id(treatment.full_url),
            "name": treatment.title,
            "url": treatment.full_url,
        }
        for treatment in facts["treatments"]
    ]
    node = named_condition(page, facts) | {
        "alternateName": page.also_called_names,
        "description": words_of(page.body) or page.summary,
        "possibleTreatment": [add(graph, treatment) for treatment in treatments],
    }
    return add(graph, node)


def named_condition(page, facts: dict[str, Any]) -> Node:
    url = page.get_full_url(facts["request"])
    return {"@type": "MedicalCondition", "@id": condition_id(url), "name": page.title, "url": url}


def questions_in(sections) -> list[Node]:
    """Every question of a page's written sections, with its answer."""
    return [question for section in sections for question in questions_of(section.body)]


def citations(references) -> list[Node]:
    """The page's sources, in the order in which they are numbered."""
    return [
        filled_in(
            {
                "@type": "CreativeWork",
                "name": plain(source["title"]),
                "publisher": source["publisher"]
                and {"@type": "Organization", "name": source["publisher"]},
                "url": source["link"],
            }
        )
        for source in (block.value for block in references)
    ]


def _sections(sections, treats: bool) -> Node:
    """What sections say, under the properties that they answer."""
    found: Node = {}
    for section in sections:
        name = BY_NAME[section.kind].property
        if not name or (name in OF_TREATMENTS and not treats):
            continue
        words: str | Node = words_of(section.body)
        if name == "adverseOutcome":
            # Its value is a thing, not a text.
            words = {"@type": "MedicalEntity", "name": section.heading, "description": words}
        found[name] = words
    return found
