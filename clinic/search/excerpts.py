"""About thirty words of a page around what was looked for, in parts that are marked or not."""

from collections.abc import Iterator, Sequence

from clinic.pages.searchable import WORD

from .words import Term, fold

LENGTH = 30
WORDS_BEFORE = 8
ENDS_SENTENCE = (".", "?", "!")

Part = tuple[str, bool]


def marked(text: str, terms: Sequence[Term]) -> list[Part]:
    """All of `text` in parts, each with whether it is what was looked for."""
    words = list(WORD.finditer(text))
    folded = [fold(word.group()) for word in words]
    places = sorted(place for term in terms for place in term.places_in(folded))
    return list(_parts(text, [(words[a].start(), words[b - 1].end()) for a, b in places]))


def excerpt(text: str, terms: Sequence[Term]) -> list[Part]:
    """About thirty words around the first match, or the first thirty if there is none."""
    words = list(WORD.finditer(text))
    if not words:
        return []
    folded = [fold(word.group()) for word in words]
    first = min((place for term in terms for place, _ in term.places_in(folded)), default=0)
    start = _sentence_start(text, words, first)
    last = min(start + LENGTH, len(words)) - 1
    begin = words[start].start()
    end = words[last + 1].start() if last + 1 < len(words) else len(text)
    before = "… " if start else ""
    after = " …" if end < len(text) else ""
    return marked(f"{before}{text[begin:end].strip()}{after}", terms)


def _sentence_start(text: str, words: Sequence, first: int) -> int:
    """The beginning of the match's sentence if it is near, else a few words before the match."""
    earliest = max(first - WORDS_BEFORE, 0)
    for at in range(first, earliest, -1):
        between = text[words[at - 1].end() : words[at].start()].strip()
        if between.endswith(ENDS_SENTENCE):
            return at
    return earliest


def _parts(text: str, places: Sequence[tuple[int, int]]) -> Iterator[Part]:
    done = 0
    for start, end in places:
        if end <= done:
            continue
        start = max(start, done)
        if done < start:
            yield text[done:start], False
        yield text[start:end], True
        done = end
    if done < len(text):
        yield text[done:], False
