"""When pages change by themselves: midnight at the practice, and whatever else an app registers."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, tzinfo

from django.utils import timezone

Turns = tuple[datetime | None, datetime | None]


class Clock:
    """The moments at which what pages say by date may turn into something else.

    Each registered function takes a moment and returns the last turn up to it and the next one
    after it, both aware, or None. Credentials' tenses, reviews that become overdue and the row
    marked "today" turn at midnight, in the practice's zone.
    """

    def __init__(self) -> None:
        self._sources: list[Callable[[datetime], Turns]] = [midnights]

    def register(self, source: Callable[[datetime], Turns]) -> None:
        self._sources.append(source)

    def last_turn(self, now: datetime) -> datetime:
        return max(last for last, _ in self._turns(now) if last is not None)

    def next_turn(self, now: datetime) -> datetime:
        return min(following for _, following in self._turns(now) if following is not None)

    def _turns(self, now: datetime) -> list[Turns]:
        return [source(now) for source in self._sources]


def midnights(now: datetime, zone: tzinfo | None = None) -> Turns:
    """The last midnight and the next of the practice, or of another zone, by its wall clock; in
    UTC."""
    zone = zone or timezone.get_default_timezone()
    today = now.astimezone(zone).date()
    last, following = (
        datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
        for day in (today, today + timedelta(days=1))
    )
    return last, following


turns = Clock()
