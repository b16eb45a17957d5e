"""The named sections a procedure page is built of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SectionKind:
    """One kind of section: its name in the data, to editors and to readers.

    `heading` may hold {title}. `placed` sections stand on every new page, waiting to be written.
    `property` is the schema.org property of a MedicalProcedure that the section answers.
    """

    name: str
    label: str
    heading: str
    hint: str
    property: str = ""
    placed: bool = True


SECTION_KINDS = (
    SectionKind(
        "overview",
        "What it is",
        "What is {title}?",
        "What it is, in plain words, and what it can and cannot do. Needed to publish.",
        "description",
    ),
    SectionKind(
        "what_happens",
        "Procedure details",
        "Procedure details",
        "What happens, step by step: anesthesia, how long, who does it.",
        "howPerformed",
    ),
    SectionKind(
        "who_it_suits",
        "Who it may suit",
        "{title} can be performed on patients who:",
        "Bullets that continue the heading: “have a recent, painful fracture”.",
    ),
    SectionKind(
        "who_it_does_not_suit",
        "Who it may not suit",
        "Who it may not suit",
        "When it would be unsafe, or unlikely to help.",
        "contraindication",
    ),
    SectionKind(
        "why",
        "Why it is done",
        "Why it is done",
        "Which problem it is meant to solve.",
        placed=False,
    ),
    SectionKind(
        "alternatives",
        "Alternatives",
        "Alternatives, including no treatment",
        "Other choices, with what happens if nothing is done.",
    ),
    SectionKind(
        "preparation",
        "Preparation",
        "How to prepare",
        "Medicines to stop, eating and drinking, who drives home.",
        "preparation",
    ),
    SectionKind(
        "risks",
        "Risks",
        "Risks",
        "In plain numbers: “about 1 in 100”. A table reads well here.",
        "adverseOutcome",
    ),
    SectionKind(
        "recovery",
        "Recovery",
        "Recovery",
        "What to expect by day and week, and what to avoid.",
        "followup",
    ),
    SectionKind(
        "results",
        "Results and evidence",
        "Results and evidence",
        "How well it works, how sure we are, and what is not known.",
    ),
    SectionKind(
        "when_to_call",
        "When to call",
        "When to call us",
        "Signs that need a call today, and signs that need 911.",
    ),
    SectionKind(
        "questions",
        "Questions",
        "Common questions",
        "What patients ask, with short answers.",
    ),
)

BY_NAME = {kind.name: kind for kind in SECTION_KINDS}
