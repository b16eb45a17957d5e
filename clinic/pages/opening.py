"""When an office is open: what its usual and special hours come to on a day, and at a moment.

Hours are what the clock on the office's wall shows. When clocks are put back, an hour comes
twice and its hours hold twice; when they are put forward, an hour and its hours do not come.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from .fact_blocks import WEEKDAYS

# From opening to closing, on one day: open at the first minute, closed at the last.
Interval = tuple[time, time]

LOOK_AHEAD = 14  # days in which the next opening is looked for
SHOWN_AHEAD = 60  # days of which special hours are listed
NO_BREAK = "\N{NO-BREAK SPACE}"
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@dataclass(frozen=True)
class SpecialPeriod:
    """A day, or several, on which other hours hold than usual; closed if there are none."""

    start: date
    end: date
    hours: list[Interval]
    reason: str

    @property
    def days(self) -> str:
        """“Thursday, Nov 26”, or “Thursday, Dec 24 to Friday, Jan 1”."""
        return " to ".join(map(day_in_words, sorted({self.start, self.end})))


@dataclass(frozen=True)
class WeekdayHours:
    """A row of the table of usual hours. `today` says what holds instead, if today is special."""

    name: str
    hours: list[Interval]
    is_today: bool
    today: SpecialPeriod | None


@dataclass(frozen=True)
class Opening:
    """Whether an office is open at a moment, and what readers are told."""

    is_open: bool
    words: str


def clock(value: time | datetime) -> str:
    """17:00 → "5 pm", 8:30 → "8:30 am", 12:00 → "noon". No line ends before am and pm."""
    if (value.hour, value.minute) == (12, 0):
        return "noon"
    minutes = f":{value.minute:02}" if value.minute else ""
    half = "am" if value.hour < 12 else "pm"
    return f"{value.hour % 12 or 12}{minutes}{NO_BREAK}{half}"


def hours_in_words(hours: list[Interval]) -> str:
    """“8 am to noon, 1 pm to 5 pm”, or “closed”."""
    return ", ".join(f"{clock(opens)} to {clock(closes)}" for opens, closes in hours) or "closed"


def day_in_words(day: date) -> str:
    """“Thursday, Nov 26”."""
    return f"{day:%A, %b} {day.day}"


def today_at(location, at: datetime) -> date:
    """The day on the location's calendar at `at` (aware)."""
    return at.astimezone(location.time_zone).date()


def usual_hours(location, weekday: str) -> list[Interval]:
    """What the location's usual hours say of a weekday ("mon"), in order of the clock."""
    rows = [block.value for block in location.hours if weekday in (block.value["days"] or [])]
    return _joined(_interval(row) for row in rows)


def special_periods(location) -> list[SpecialPeriod]:
    """All special hours of the location, by their first day."""
    rows = [block.value for block in location.special_hours if block.value["start"]]
    periods = [
        SpecialPeriod(
            start=row["start"],
            end=row["end"] or row["start"],
            hours=_joined([_interval(row)]),
            reason=row["reason"] or "",
        )
        for row in rows
    ]
    return sorted(periods, key=lambda period: (period.start, period.end))


def special_on(location, day: date) -> SpecialPeriod | None:
    """What holds on `day` instead of the usual hours. Of several periods it is the shortest: a
    holiday is closed within a month of shorter hours. Two of the same length hold together."""
    return _holding(special_periods(location), day)


def _holding(periods: Iterable[SpecialPeriod], day: date) -> SpecialPeriod | None:
    periods = [period for period in periods if period.start <= day <= period.end]
    if not periods:
        return None
    shortest = min(period.end - period.start for period in periods)
    holding = [period for period in periods if period.end - period.start == shortest]
    return SpecialPeriod(
        start=holding[0].start,
        end=holding[0].end,
        hours=_joined(interval for period in holding for interval in period.hours),
        reason=", ".join(dict.fromkeys(period.reason for period in holding)),
    )


def hours_on(location, day: date) -> list[Interval]:
    """When the location is open on `day`, in order of the clock; empty if it is closed."""
    special = special_on(location, day)
    return special.hours if special else usual_hours(location, list(WEEKDAYS)[day.weekday()])


def week(location, today: date) -> list[WeekdayHours]:
    """The usual hours, Monday to Sunday."""
    return [
        WeekdayHours(
            name=name,
            hours=usual_hours(location, key),
            is_today=number == today.weekday(),
            today=special_on(location, today) if number == today.weekday() else None,
        )
        for number, (key, name) in enumerate(WEEKDAYS.items())
    ]


def coming_special_periods(location, today: date) -> list[SpecialPeriod]:
    """The special hours that readers are told: those of today and the 60 days after it. No day is
    told twice: a holiday cuts the month of shorter hours that it lies in."""
    last = today + SHOWN_AHEAD * DAY
    periods = _without_overlaps(special_periods(location))
    return [period for period in periods if today <= period.end and period.start <= last]


def _without_overlaps(periods: list[SpecialPeriod]) -> list[SpecialPeriod]:
    # As numbers: the calendar has no day after its last.
    starts = {period.start.toordinal() for period in periods}
    starts |= {period.end.toordinal() + 1 for period in periods}
    stretches = []
    for start, following in pairwise(sorted(starts)):
        first, last = date.fromordinal(start), date.fromordinal(following - 1)
        if holding := _holding(periods, first):
            stretches.append(replace(holding, start=first, end=last))
    return stretches


def is_open(location, at: datetime) -> bool:
    """Whether the location is open at `at` (aware)."""
    wall = at.astimezone(location.time_zone)
    hours = hours_on(location, wall.date())
    return any(opens <= wall.time() < closes for opens, closes in hours)


def opening_now(location, at: datetime) -> Opening | None:
    """What to tell readers at `at` (aware); None if the location's hours are not known."""
    if not location.hours:
        return None
    is_now_open = is_open(location, at)
    turns = (turn for turn in _turns(location, at) if is_open(location, turn) != is_now_open)
    turn = next(turns, None)
    wall = turn and turn.astimezone(location.time_zone)
    if is_now_open:
        return Opening(True, f"Open now, until {clock(wall)}")
    today = today_at(location, at)
    special = special_on(location, today)
    words = f"Closed today: {special.reason}" if special and not special.hours else "Closed now"
    if wall:
        words += f". Opens at {clock(wall)} {_seen_from(today, wall.date())}"
    return Opening(False, words)


def next_change_at(location, at: datetime) -> datetime | None:
    """The first moment after `at` (both aware; the answer in UTC) at which readers are told
    something else. Where that is more than two weeks away, a moment to ask again; None if the
    location's hours are not known."""
    words = opening_now(location, at)
    if words is None:
        return None
    for turn in _turns(location, at):
        if opening_now(location, turn) != words:
            break
    return turn


def _turns(location, at: datetime) -> Iterator[datetime]:
    """The moments after `at` at which anything can change, in order, for two weeks: each day's
    beginning, its opening and closing, and the moment at which clocks are put forward or back."""
    today = today_at(location, at)
    for number in range(LOOK_AHEAD + 1):
        day = today + number * DAY
        walls = [time.min, *(wall for interval in hours_on(location, day) for wall in interval)]
        turns = {
            # A time of the repeated hour comes twice.
            datetime.combine(day, wall, location.time_zone).replace(fold=fold).astimezone(UTC)
            for wall in walls
            for fold in (0, 1)
        }
        turns.add(_clocks_changed_at(location, day))
        yield from sorted(turn for turn in turns if turn > at)


def _clocks_changed_at(location, day: date) -> datetime:
    """The moment of `day` at which clocks are put forward or back, in UTC; its end if none is."""
    zone = location.time_zone
    start, end = (
        datetime.combine(midnight, time.min, zone).astimezone(UTC) for midnight in (day, day + DAY)
    )

    def is_changed(minute: int) -> bool:
        moment = start + minute * MINUTE
        return moment.astimezone(zone).utcoffset() != start.astimezone(zone).utcoffset()

    minutes = range((end - start) // MINUTE)
    return start + bisect_left(minutes, True, key=is_changed) * MINUTE


def _seen_from(today: date, day: date) -> str:
    """How people name a day that is near: "tomorrow", "on Monday", "on Monday, Dec 7"."""
    days = (day - today).days
    if days < 2:
        return ["today", "tomorrow"][days]
    return f"on {day:%A}" if days < 7 else f"on {day_in_words(day)}"


def _interval(row) -> Interval | None:
    """A row's times; None if it has none, or not yet both, as in a draft."""
    opens, closes = row["opens"], row["closes"]
    return (opens, closes) if opens and closes and opens < closes else None


def _joined(intervals: Iterable[Interval | None]) -> list[Interval]:
    """In order of the clock; those that meet or overlap become one."""
    joined: list[Interval] = []
    for opens, closes in sorted(filter(None, intervals)):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
        else:
            joined.append((opens, closes))
    return joined
