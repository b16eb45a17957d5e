"""What a mistyped word may have meant, among the words that stand on public pages."""

from collections.abc import Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .models import Word
from .words import EMPTY_WORDS, Phrase, forms, sound_of

SHORTEST_CORRECTED = 4
# How many signs a word and what was meant may differ in length.
LENGTHS_APART = 3
# Bounds the work on a site with very many words; the commonest come first.
MOST_WORDS_READ = 20_000


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
    known = {text: (sound, pages) for text, sound, pages in _known_words()}
    known |= {word: (sound_of(word), 1) for phrase in also_known for word in phrase}
    meant = [_meant(word, known) if word in doubtful else word for word in words[:-1]]
    last = words[-1]
    if last in doubtful:
        last = _meant(last, known, beginnings=unfinished)
    return [*meant, last]


def _may_be_mistyped(word: str) -> bool:
    return len(word) >= SHORTEST_CORRECTED and word.isalpha() and word not in EMPTY_WORDS


def _known_words():
    """Words, how they sound, and how many pages have them; the commonest first."""
    rows = Word.objects.order_by("-pages", "text").values_list("text", "sound", "pages")
    return rows[:MOST_WORDS_READ]


def _meant(word: str, known: dict[str, tuple[str, int]], *, beginnings: bool = False) -> str:
    """The known word nearest to `word`, by ear, then by eye; `word` itself if none is near."""
    if any(form in known for form in forms(word)):
        return word
    heard = sound_of(word)
    if len(heard) < SHORTEST_CORRECTED - 1:
        return word
    if beginnings:
        if any(text.startswith(word) for text in known):
            return word
        sounds = {text: sound[: len(heard)] for text, (sound, _) in known.items()}
    else:
        sounds = {
            text: sound
            for text, (sound, _) in known.items()
            if abs(len(text) - len(word)) <= LENGTHS_APART
        }
    near = process.extract(
        heard, sounds, scorer=OSA.distance, score_cutoff=max(1, len(word) // 4), limit=20
    )
    choices = [
        (by_ear, by_eye, -known[text][1], text)
        for _, by_ear, text in near
        for by_eye in [OSA.distance(word, text[: len(word) + 1] if beginnings else text)]
        # What sounds the same may look quite different.
        if by_ear == 0 or by_eye <= max(1, len(word) // 3)
    ]
    return min(choices)[3] if choices else word
