"""What a search finds: the pages, and how the reader's words were understood."""

from collections.abc import Sequence
from dataclasses import dataclass

from .index import MOST_FOUND, Entry, find
from .spelling import corrected
from .synonyms import synonym_groups
from .words import LONGEST_WORD, MOST_WORDS, Term, terms_of, words_in

MOST_SUGGESTED = 8


@dataclass(frozen=True)
class Answer:
    """The pages found, best first.

    `shown_for` are the words as corrected, "" if they were taken as typed. `has_all` is whether
    each page has all that was asked for.
    """

    entries: list[Entry]
    terms: list[Term]
    shown_for: str = ""
    has_all: bool = True

    @property
    def is_cut_short(self) -> bool:
        return len(self.entries) >= MOST_FOUND


def asked_words(query: str) -> list[str]:
    """The words of what was typed, as many and as long as search looks at."""
    return [word[:LONGEST_WORD] for word in words_in(query)[:MOST_WORDS]]


def answer(query: str) -> Answer:
    """Pages with all words; if there are none, with the words corrected; else with some of them.

    At most three queries.
    """
    typed, groups = asked_words(query), synonym_groups()
    terms = terms_of(typed, groups)
    if entries := find(terms, every=True):
        return Answer(_best_first(entries, terms), terms)
    meant = corrected(typed, also_known=[phrase for group in groups for phrase in group])
    terms = terms_of(meant, groups)
    entries = find(terms, every=False)
    complete = [entry for entry in entries if all(term.stands_in(entry.words) for term in terms)]
    shown = complete or entries
    return Answer(
        entries=_best_first(shown, terms),
        terms=terms,
        shown_for=_correction(typed, meant, terms, shown),
        has_all=bool(complete),
    )


def suggestions(query: str) -> Answer:
    """Pages whose title or other names have the words, the last perhaps unfinished, or those
    they may have meant. At most three queries."""
    typed = asked_words(query)
    terms = terms_of(typed, [])
    entries = find(terms, every=True, in_names=True, most=MOST_SUGGESTED)
    if not entries and (meant := corrected(typed, unfinished=True)) != typed:
        terms = terms_of(meant, [])
        entries = find(terms, every=True, in_names=True, most=MOST_SUGGESTED)
    return Answer(_best_first(entries, terms), terms)


def _correction(
    typed: Sequence[str], meant: Sequence[str], terms: Sequence[Term], entries: Sequence[Entry]
) -> str:
    """The words as corrected, where a page that is shown has them: nothing else may be told of
    the words of pages that have left the public's sight since the words were learned."""
    told = {
        word
        for term in terms
        if any(term.stands_in(entry.words) for entry in entries)
        for word in term.words
    }
    words = [new if new in told else old for old, new in zip(typed, meant, strict=True)]
    return " ".join(words) if words != list(typed) else ""


def _best_first(entries: Sequence[Entry], terms: Sequence[Term]) -> list[Entry]:
    """As the database ranked them, but what is named so stands before what only speaks of it."""

    def distance(entry: Entry) -> tuple[int, int]:
        names = entry.words_of_names
        missing = sum(not term.stands_in(names) for term in terms)
        title = [word for term in terms for word in term.words]
        return (missing, 0 if words_in(entry.title) == title else 1)

    return sorted(entries, key=distance)
