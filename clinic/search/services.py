"""Keeps the words that search knows."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from wagtail.search.index import insert_or_update_object

from .index import public_texts
from .models import Word
from .words import LONGEST_WORD, sound_of, words_in

LEARN_EVERY = timedelta(hours=1)
SHORTEST_LEARNED = 3


def learn_words(*, page) -> None:
    """Add the words of a page that went live, if the public may see it."""
    words = _pages_with(public_texts().filter(object_id=str(page.pk)))
    for known in Word.objects.filter(text__in=list(words)).values_list("text", flat=True):
        del words[known]
    # Another page may bring the same new word at this moment.
    Word.objects.bulk_create(_as_rows(words), ignore_conflicts=True)


def index_again(*, pages: Iterable) -> None:
    """Read `pages` (specific) anew: words that they print stand elsewhere, and were changed."""
    for page in pages:
        insert_or_update_object(page)


def learn_all_words() -> str:
    """Once an hour, forget what no public page says any more, and count anew. Says what it did."""
    # Publication only adds words: the oldest tells when all were counted.
    counted_at = Word.objects.aggregate(oldest=Min("learned_at"))["oldest"]
    if counted_at is not None and counted_at > timezone.now() - LEARN_EVERY:
        return "Nothing to do yet."
    return f"{count_words()} words known."


def count_words() -> int:
    """Forget the words that no public page says any more, and learn those that are new. Returns
    how many they are. What stays the same is left alone: readers' pages stay finished."""
    pages_with = _pages_with(public_texts().iterator())
    counted = _as_rows(pages_with)
    with transaction.atomic():
        known = dict(Word.objects.values_list("text", "pages"))
        changed = [word for word in counted if known.get(word.text) != word.pages]
        Word.objects.filter(text__in=known.keys() - pages_with.keys()).delete()
        Word.objects.bulk_create(
            changed,
            batch_size=1000,
            update_conflicts=True,
            unique_fields=["text"],
            update_fields=["pages"],
        )
        Word.objects.update(learned_at=timezone.now())
    return len(pages_with)


def _as_rows(pages_with: Counter[str]) -> list[Word]:
    now = timezone.now()
    return [
        Word(text=text, sound=sound_of(text), pages=pages, learned_at=now)
        for text, pages in pages_with.items()
    ]


def _pages_with(rows: Iterable[tuple[str, str]]) -> Counter[str]:
    """Each word of the rows' titles and bodies, and in how many rows it stands."""
    pages_with: Counter[str] = Counter()
    for row in rows:
        pages_with.update(
            {
                word
                for word in words_in(" ".join(row))
                if SHORTEST_LEARNED <= len(word) <= LONGEST_WORD and word.isalpha()
            }
        )
    return pages_with
