"""What a mistyped word may have meant, among the words that stand on public pages."""

from collections.abc import Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .models import Word
from .words import EMPTY_WORDS, Phrase, forms

SHORTEST_CORRECTED = 4
# How many signs a word and what was meant may differ in length.
LENGTHS_APART = 3
# Bounds the work on a site with very many words; the commonest come first.
MOST_WORDS_READ = 20_000
# Spellings that sound alike: people write the names of medicine by ear.
SOUNDS = (
    *(("ph", "f"), ("ae", "e"), ("oe", "e"), ("ck", "k"), ("ch", "k"), ("qu", "k"), ("c", "k")),
    *(("y", "i"), ("z", "s"), ("x", "ks"), ("rh", "r"), ("th", "t"), ("sk", "s")),
)


def sound_of(word: str) -> str:
    """How a word sounds, roughly: "kyphoplasty" and "kifoplasti" → "kifoplasti"."""
    for written, heard in SOUNDS:
        word = word.replace(written, heard)
    return "".join(sign for sign, before in zip(word, f" {word}", strict=False) if sign != before)


def corrected(
    words: Sequence[str], *, also_known: Iterable[Phrase] = (), unfinished: bool = False
) -> list[str]:
    """`words`, with those that stand on no public page replaced by what they may have meant.

    `also_known` are phrases whose words are right though they stand nowhere. With `unfinished`,
    the last word may be the beginning of a longer one. One query.
    """
    doubtful = {word for word in words if _may_be_mistyped(word)}
    if not doubtful:
        return list(words)
    known = dict(_known_words()) | {word: 1 for phrase in also_known for word in phrase}
    meant = [_meant(word, known) if word in doubtful else word for word in words[:-1]]
    last = words[-1]
    if last in doubtful:
        last = _meant(last, known, beginnings=unfinished)
    return [*meant, last]


def _may_be_mistyped(word: str) -> bool:
    return len(word) >= SHORTEST_CORRECTED and word.isalpha() and word not in EMPTY_WORDS


def _known_words():
    """Words, and how many pages have them, the commonest first."""
    return Word.objects.order_by("-pages", "text").values_list("text", "pages")[:MOST_WORDS_READ]


def _meant(word: str, known: dict[str, int], *, beginnings: bool = False) -> str:
    """The known word nearest to `word`, by ear, then by eye; `word` itself if none is near."""
    if any(form in known for form in forms(word)):
        return word
    heard = sound_of(word)
    if beginnings:
        if any(text.startswith(word) for text in known):
            return word
        sounds = {text: sound_of(text)[: len(heard)] for text in known}
    else:
        apart = len(word) - LENGTHS_APART, len(word) + LENGTHS_APART
        sounds = {text: sound_of(text) for text in known if apart[0] <= len(text) <= apart[1]}
    near = process.extract(
        heard, sounds, scorer=OSA.distance, score_cutoff=max(1, len(word) // 4), limit=20
    )
    choices = [
        (by_ear, by_eye, -known[text], text)
        for _, by_ear, text in near
        for by_eye in [OSA.distance(word, text[: len(word) + 1] if beginnings else text)]
        if by_eye <= max(1, len(word) // 3)
    ]
    return min(choices)[3] if choices else word
