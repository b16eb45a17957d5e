"""Keeps the words that search knows."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from .index import public_texts
from .models import Word
from .words import LONGEST_WORD, words_in

LEARN_EVERY = timedelta(hours=1)
SHORTEST_LEARNED = 3


def learn_words(*, page) -> None:
    """Add the words of a page that went live, if the public may see it."""
    rows = public_texts().filter(object_id=str(page.pk))
    now = timezone.now()
    words = [Word(text=text, pages=1, learned_at=now) for text in _pages_with(rows)]
    Word.objects.bulk_create(words, ignore_conflicts=True)


def learn_all_words() -> str:
    """Once an hour, forget what no public page says any more, and count anew. Says what it did."""
    now = timezone.now()
    # Publication only adds words: the oldest tells when all were counted.
    counted_at = Word.objects.aggregate(oldest=Min("learned_at"))["oldest"]
    if counted_at is not None and counted_at > now - LEARN_EVERY:
        return "Nothing to do yet."
    pages_with = _pages_with(public_texts().iterator())
    with transaction.atomic():
        Word.objects.all().delete()
        words = (Word(text=text, pages=count, learned_at=now) for text, count in pages_with.items())
        Word.objects.bulk_create(words, batch_size=1000)
    return f"{len(pages_with)} words known."


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
