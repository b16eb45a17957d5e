"""Verbs that keep the table of missed addresses: short, recent, and free of noise."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from .models import MissedAddress
from .notebook import read_notes, take_notes

MOST_ROWS = 1000
KEPT_FOR = timedelta(days=90)


def count_missed_addresses() -> str:
    """Add what readers' requests noted to the table, and drop what is old or rare. Returns what
    was done, as a sentence."""
    taken = take_notes()
    moments = defaultdict(list)
    for miss in read_notes(taken) if taken else ():
        moments[miss.path, miss.referrer].append(datetime.fromtimestamp(miss.at, UTC))
    with transaction.atomic():
        _add(moments)
        _drop()
    if taken:
        taken.unlink()
    found = sum(map(len, moments.values()))
    return f"{found} {'request' if found == 1 else 'requests'} for pages that do not exist."


def _add(moments: dict[tuple[str, str], list[datetime]]) -> None:
    known = {(row.path, row.referrer): row for row in MissedAddress.objects.all()}
    new = []
    # The most frequent first: of a flood of made-up addresses, no more than the table may hold.
    for (path, referrer), seen in sorted(moments.items(), key=lambda item: -len(item[1])):
        row = known.get((path, referrer))
        if row is None:
            row = MissedAddress(path=path, referrer=referrer, first_seen=min(seen))
            new.append(row)
        row.times += len(seen)
        row.last_seen = max(seen)
    counted = [row for key, row in known.items() if key in moments]
    MissedAddress.objects.bulk_update(counted, ["times", "last_seen"], batch_size=200)
    MissedAddress.objects.bulk_create(new[:MOST_ROWS], batch_size=200)


def _drop() -> None:
    MissedAddress.objects.filter(last_seen__lt=timezone.now() - KEPT_FOR).delete()
    kept = MissedAddress.objects.order_by("-times", "-last_seen", "-pk")
    surplus = list(kept.values_list("pk", flat=True)[MOST_ROWS:])
    MissedAddress.objects.filter(pk__in=surplus).delete()
