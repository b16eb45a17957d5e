"""Words as search compares them, and what a reader's words ask for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clinic.pages.alphabet import without_accents
from clinic.pages.searchable import WORD

LONGEST_WORD = 40
MOST_WORDS = 10
# A word of fewer letters is never taken for the beginning of another.
SHORTEST_BEGINNING = 3
Phrase = tuple[str, ...]


def words_in(text: str) -> list[str]:
    """“X-ray of the L5, please!” → ["x", "ray", "of", "the", "l5", "please"]."""
    return [word.lower() for word in WORD.findall(text)]


# Readers ask in sentences: these words say nothing about what they look for. Some are what an
# apostrophe leaves behind (“what’s”, “I’ve”); and pages name physicians without "Dr."
EMPTY_WORDS = frozenset(
    words_in(
        "a about an and are at be by can do does for from get have how i if in is it me my of on "
        "or should that the to was what when where which who why will with you your "
        "dr ll m re s t ve"
    )
)


def fold(word: str) -> str:
    """Without case and accents, to compare: “José” → "jose"."""
    return without_accents(word.lower())


def forms(word: str) -> Phrase:
    """The word and its plural or singular: "injuries" → ("injuries", "injury")."""
    if len(word) < 4 or not word.isalpha():
        return (word,)
    if word.endswith("ies"):
        return (word, f"{word[:-3]}y")
    if word.endswith(("ches", "shes", "sses", "xes")):
        return (word, word[:-2])
    if word.endswith(("ss", "us", "is")):
        return (word,)
    if word.endswith("s"):
        return (word, word[:-1])
    if word.endswith("y") and word[-2] not in "aeiou":
        return (word, f"{word[:-1]}ies")
    return (word, f"{word}es" if word.endswith(("ch", "sh", "x")) else f"{word}s")


# Spellings that sound alike: people write the names of medicine by ear.
SOUNDS = (
    *(("ph", "f"), ("ae", "e"), ("oe", "e"), ("ck", "k"), ("ch", "k"), ("qu", "k"), ("c", "k")),
    *(("y", "i"), ("z", "s"), ("x", "ks"), ("rh", "r"), ("th", "t")),
)


def sound_of(word: str) -> str:
    """How a word sounds, roughly: "kyphoplasty" and "kifoplasti" → "kifoplasti"."""
    for written, heard in SOUNDS:
        word = word.replace(written, heard)
    return "".join(sign for sign, before in zip(word, f" {word}", strict=False) if sign != before)


def singular(word: str) -> str:
    return min(forms(word), key=len)


@dataclass(frozen=True)
class Term:
    """One thing a reader asks for: the words as typed, or another phrase that means the same.

    The last word of an `unfinished` term may be the beginning of a longer one.
    """

    words: Phrase
    others: tuple[Phrase, ...] = ()
    unfinished: bool = False

    def stands_in(self, words: Sequence[str]) -> bool:
        """Whether a text of these words, folded, has what is asked for."""
        typed = all(self._places_of_word(word, words) for word in self.words)
        return typed or any(_places_of_phrase(phrase, words) for phrase in self.others)

    def places_in(self, words: Sequence[str]) -> list[tuple[int, int]]:
        """Where a phrase stands, or else its words: first place, and the place after the last."""
        phrases = (self.words, *self.others)
        found = [place for phrase in phrases for place in _places_of_phrase(phrase, words)]
        return found or [
            (at, at + 1) for word in self.words for at in self._places_of_word(word, words)
        ]

    def _places_of_word(self, word: str, words: Sequence[str]) -> list[int]:
        found = [start for start, _ in _places_of_phrase((word,), words)]
        if not found and self.unfinished and word == self.words[-1]:
            found = [at for at, other in enumerate(words) if other.startswith(fold(word))]
        return found


def _places_of_phrase(phrase: Phrase, words: Sequence[str]) -> list[tuple[int, int]]:
    before, last = [fold(word) for word in phrase[:-1]], set(map(fold, forms(phrase[-1])))
    ends = (at for at, word in enumerate(words, 1) if word in last and at >= len(phrase))
    places = ((end - len(phrase), end) for end in ends)
    return [(start, end) for start, end in places if list(words[start : end - 1]) == before]


def terms_of(words: Sequence[str], groups: Iterable[Sequence[Phrase]]) -> list[Term]:
    """What `words` ask for, given groups of phrases that mean the same. The longest phrase wins."""
    known: dict[Phrase, set[Phrase]] = {}
    for group in groups:
        for phrase in group:
            key = tuple(map(singular, phrase))
            known.setdefault(key, set()).update(other for other in group if other != phrase)
    longest = max(map(len, known), default=1)
    terms, at = [], 0
    while at < len(words):
        length = next(
            (
                length
                for length in range(min(longest, len(words) - at), 0, -1)
                if tuple(map(singular, words[at : at + length])) in known
            ),
            1,
        )
        typed = tuple(words[at : at + length])
        others = tuple(sorted(known.get(tuple(map(singular, typed)), ())))
        at += length
        if others or typed[0] not in EMPTY_WORDS:
            unfinished = at == len(words) and len(typed[-1]) >= SHORTEST_BEGINNING
            terms.append(Term(typed, others, unfinished))
    return terms or [Term((word,)) for word in words]
