"""Whether an office is open: what the clock on its wall says, also where that clock jumps."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clinic.pages.fact_blocks import WEEKDAYS
from clinic.pages.models import LocationPage
from clinic.pages.opening import (
    clock,
    coming_special_periods,
    hours_in_words,
    hours_on,
    next_change_at,
    opening_now,
    special_periods,
    week,
)

NEW_YORK = "America/New_York"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]
THANKSGIVING = date(2026, 11, 26)


def usual(days: list[str], opens: time, closes: time) -> tuple[str, dict]:
    return "hours", {"days": days, "opens": opens, "closes": closes}


def special(start: date, *hours: time, end: date | None = None, reason: str) -> tuple[str, dict]:
    opens, closes = hours or (None, None)
    row = {"start": start, "end": end, "opens": opens, "closes": closes, "reason": reason}
    return "special", row


def office(*hours, special_hours=(), zone: str = NEW_YORK) -> LocationPage:
    # An id, so that Wagtail does not ask the database what type of page this is.
    return LocationPage(id=1, hours=hours, special_hours=special_hours, own_time_zone=zone)


# Closed at noon, and on weekends; Thanksgiving and the day after are special.
LUNCH = office(
    usual(WORKDAYS, time(13), time(17)),
    usual(WORKDAYS, time(8), time(12)),
    special_hours=[
        special(THANKSGIVING, reason="Thanksgiving"),
        special(date(2026, 11, 27), time(10), time(12), reason="Day after Thanksgiving"),
    ],
)


def wall(*moment: int, fold: int = 0, zone: str = NEW_YORK) -> datetime:
    return datetime(*moment, fold=fold, tzinfo=ZoneInfo(zone))


def plain(words: str) -> str:
    """Words without care for where lines may end."""
    return words.replace("\N{NO-BREAK SPACE}", " ")


def words_at(location, *moment: int, **more) -> str:
    return plain(opening_now(location, wall(*moment, **more)).words)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ((2026, 11, 23, 7, 59, 59), "Closed now. Opens at 8 am today"),
        ((2026, 11, 23, 8, 0), "Open now, until noon"),
        ((2026, 11, 23, 11, 59, 59), "Open now, until noon"),
        ((2026, 11, 23, 12, 0), "Closed now. Opens at 1 pm today"),
        ((2026, 11, 23, 13, 0), "Open now, until 5 pm"),
        ((2026, 11, 23, 17, 0), "Closed now. Opens at 8 am tomorrow"),
        ((2026, 11, 23, 23, 59), "Closed now. Opens at 8 am tomorrow"),
        ((2026, 11, 24, 0, 0), "Closed now. Opens at 8 am today"),
        ((2026, 11, 25, 17, 0), "Closed now. Opens at 10 am on Friday"),
        ((2026, 11, 26, 0, 0), "Closed today: Thanksgiving. Opens at 10 am tomorrow"),
        ((2026, 11, 26, 9, 0), "Closed today: Thanksgiving. Opens at 10 am tomorrow"),
        ((2026, 11, 27, 0, 0), "Closed now. Opens at 10 am today"),
        ((2026, 11, 27, 11, 0), "Open now, until noon"),
        ((2026, 11, 27, 12, 0), "Closed now. Opens at 8 am on Monday"),
        ((2026, 11, 29, 12, 0), "Closed now. Opens at 8 am tomorrow"),
    ],
)
def test_readers_are_told_what_the_door_says(moment, words):
    assert words_at(LUNCH, *moment) == words
    assert opening_now(LUNCH, wall(*moment)).is_open == words.startswith("Open")


def test_a_far_opening_has_its_date_and_one_beyond_two_weeks_is_not_told():
    shut = special(date(2026, 11, 24), end=date(2026, 12, 7), reason="Building works")
    location = office(usual(["mon"], time(8), time(9)), special_hours=[shut])
    assert words_at(location, 2026, 11, 23, 9, 0) == "Closed now"
    assert words_at(location, 2026, 11, 29, 23, 59) == "Closed today: Building works"
    soon = "Closed today: Building works. Opens at 8 am on Monday, Dec 14"
    assert words_at(location, 2026, 11, 30, 0, 0) == soon
    assert words_at(location, 2026, 12, 7, 9, 0) == soon
    assert words_at(location, 2026, 12, 8, 0, 0) == "Closed now. Opens at 8 am on Monday"


def test_an_office_without_known_hours_says_nothing():
    nobody_knows = office(special_hours=[special(THANKSGIVING, reason="Thanksgiving")])
    assert opening_now(nobody_knows, wall(2026, 11, 26, 9, 0)) is None
    assert next_change_at(nobody_knows, wall(2026, 11, 26, 9, 0)) is None


def test_an_office_in_another_zone_goes_by_its_own_clock():
    honolulu = office(usual(WORKDAYS, time(8), time(17)), zone="Pacific/Honolulu")
    # Monday evening in New York is Monday afternoon there; Monday night, still afternoon.
    assert words_at(honolulu, 2026, 11, 23, 21, 59) == "Open now, until 5 pm"
    assert words_at(honolulu, 2026, 11, 23, 22, 0) == "Closed now. Opens at 8 am tomorrow"


# In New York, clocks went from 2 to 3 am on March 8, and from 2 back to 1 am on November 1.
@pytest.mark.parametrize(
    ("hours", "at", "words", "change"),
    [
        # The whole of the skipped hour: it never comes.
        ((2, 0, 3, 0), wall(2026, 3, 8, 1, 59), "Closed now. Opens at 2 am tomorrow", None),
        # Half of it: open as soon as clocks show 3.
        ((2, 30, 5, 0), wall(2026, 3, 8, 1, 59), "Closed now. Opens at 3 am today", (7, 0)),
        ((2, 30, 5, 0), wall(2026, 3, 8, 3, 0), "Open now, until 5 am", (9, 0)),
        ((1, 0, 2, 30), wall(2026, 3, 8, 1, 30), "Open now, until 3 am", (7, 0)),
        # The repeated hour: both times.
        ((1, 15, 1, 45), wall(2026, 11, 1, 1, 30), "Open now, until 1:45 am", (5, 45)),
        ((1, 15, 1, 45), wall(2026, 11, 1, 1, 50), "Closed now. Opens at 1:15 am today", (6, 15)),
        ((1, 15, 1, 45), wall(2026, 11, 1, 1, 30, fold=1), "Open now, until 1:45 am", (6, 45)),
        ((0, 0, 5, 0), wall(2026, 11, 1, 1, 30), "Open now, until 5 am", (10, 0)),
    ],
)
def test_clocks_that_jump(hours, at, words, change):
    location = office(usual(["sun", "mon"], time(*hours[:2]), time(*hours[2:])))
    assert plain(opening_now(location, at).words) == words
    if change:
        assert next_change_at(location, at) == datetime(
            at.year, at.month, at.day, *change, tzinfo=UTC
        )


def test_the_words_change_at_midnight_at_opening_and_at_closing():
    at, seen = wall(2026, 11, 24, 16, 0), []
    for _ in range(8):
        at = next_change_at(LUNCH, at)
        assert at.tzinfo is UTC
        words = plain(opening_now(LUNCH, at).words)
        seen.append(f"{at.astimezone(ZoneInfo(NEW_YORK)):%d %H:%M} {words}")
    assert seen == [
        "24 17:00 Closed now. Opens at 8 am tomorrow",
        "25 00:00 Closed now. Opens at 8 am today",
        "25 08:00 Open now, until noon",
        "25 12:00 Closed now. Opens at 1 pm today",
        "25 13:00 Open now, until 5 pm",
        "25 17:00 Closed now. Opens at 10 am on Friday",
        "26 00:00 Closed today: Thanksgiving. Opens at 10 am tomorrow",
        "27 00:00 Closed now. Opens at 10 am today",
    ]


def test_where_nothing_changes_for_two_weeks_it_is_asked_again_then():
    years = special(date(2026, 1, 1), end=date(2027, 12, 31), reason="Building works")
    location = office(usual(["mon"], time(8), time(9)), special_hours=[years])
    at = wall(2026, 11, 24, 12, 0)
    assert timedelta(days=13) < next_change_at(location, at) - at <= timedelta(days=15)


def test_hours_that_meet_or_overlap_are_one():
    location = office(
        usual(["mon"], time(12), time(17)),
        usual(["mon", "tue"], time(8), time(12)),
        usual(["tue"], time(11), time(15, 30)),
    )
    rows = [(row.name, row.hours) for row in week(location, date(2026, 11, 24))[:3]]
    assert rows == [
        ("Monday", [(time(8), time(17))]),
        ("Tuesday", [(time(8), time(15, 30))]),
        ("Wednesday", []),
    ]


def test_the_shortest_special_period_holds():
    location = office(
        usual(WORKDAYS, time(8), time(17)),
        special_hours=[
            special(date(2026, 12, 25), reason="Christmas"),
            special(date(2026, 12, 1), time(9), time(15), end=date(2027, 1, 31), reason="Winter"),
            special(date(2026, 12, 24), time(13), time(14), reason="Christmas Eve"),
            special(date(2026, 12, 24), time(9), time(12), reason="Christmas Eve"),
        ],
    )
    assert [hours_on(location, date(2026, 12, day)) for day in (23, 24, 25)] == [
        [(time(9), time(15))],
        [(time(9), time(12)), (time(13), time(14))],
        [],
    ]
    assert words_at(location, 2026, 12, 24, 12, 0) == "Closed now. Opens at 1 pm today"


def test_the_week_is_told_in_full_and_says_what_holds_today():
    rows = week(LUNCH, THANKSGIVING)
    assert [row.name for row in rows] == list(WEEKDAYS.values())
    assert [row.name for row in rows if row.is_today] == ["Thursday"]
    assert [row.today.reason for row in rows if row.today] == ["Thanksgiving"]
    assert plain(hours_in_words(rows[3].hours)) == "8 am to noon, 1 pm to 5 pm"
    assert hours_in_words(rows[3].today.hours) == "closed"


def test_special_hours_are_told_from_sixty_days_before_until_they_are_over():
    christmas = special(date(2026, 12, 24), end=date(2027, 1, 1), reason="Christmas")
    location = office(usual(["mon"], time(8), time(9)), special_hours=[christmas])
    assert [period.days for period in special_periods(location)] == [
        "Thursday, Dec 24 to Friday, Jan 1"
    ]
    days = [date(2026, 10, 24), date(2026, 10, 25), date(2027, 1, 1), date(2027, 1, 2)]
    assert [len(coming_special_periods(location, day)) for day in days] == [0, 1, 1, 0]


def test_a_holiday_within_a_longer_period_is_told_once_and_the_period_around_it():
    shorter = special(
        date(2026, 12, 1), time(9), time(15), end=date(2026, 12, 31), reason="Fewer staff"
    )
    christmas = special(date(2026, 12, 25), reason="Christmas")
    for_good = special(date(2027, 1, 1), end=date.max, reason="Moved away")
    location = office(special_hours=[shorter, christmas, for_good])
    coming = coming_special_periods(location, date(2026, 12, 3))
    told = [(period.days, plain(hours_in_words(period.hours)), period.reason) for period in coming]
    assert told == [
        ("Tuesday, Dec 1 to Thursday, Dec 24", "9 am to 3 pm", "Fewer staff"),
        ("Friday, Dec 25", "closed", "Christmas"),
        ("Saturday, Dec 26 to Thursday, Dec 31", "9 am to 3 pm", "Fewer staff"),
        ("Friday, Jan 1 to Friday, Dec 31", "closed", "Moved away"),
    ]


def test_a_row_that_an_editor_has_not_finished_counts_for_nothing():
    unfinished = [
        ("hours", {"days": None, "opens": time(8), "closes": time(9)}),
        ("hours", {"days": ["mon"], "opens": time(8), "closes": None}),
        ("hours", {"days": ["mon"], "opens": time(9), "closes": time(8)}),
    ]
    draft = office(*unfinished, special_hours=[special(None, reason="When?")])
    assert opening_now(draft, wall(2026, 11, 23, 8, 30)).words == "Closed now"
    assert special_periods(draft) == []


def test_times_are_written_as_people_say_them():
    times = [time(0), time(8, 30), time(12), time(12, 5), time(17), time(23, 59)]
    assert [plain(clock(value)) for value in times] == [
        *("12 am", "8:30 am", "noon", "12:05 pm", "5 pm", "11:59 pm")
    ]


# The same question answered without any knowledge of clocks: someone looks at the wall clock and
# at the door, minute by minute.
CLOCK_CHANGES = [
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # by half an hour
    ("America/Havana", date(2026, 3, 8)),  # at midnight
    ("America/Havana", date(2026, 11, 1)),
    ("America/Phoenix", date(2026, 3, 8)),  # never
]
minutes_of_day = st.integers(0, 24 * 60 - 1)
intervals = st.tuples(minutes_of_day, minutes_of_day).filter(lambda pair: pair[0] < pair[1])
usual_rows = st.lists(st.tuples(st.sets(st.integers(0, 6), min_size=1), intervals), min_size=1)
special_rows = st.lists(
    st.tuples(st.integers(-2, 3), st.integers(0, 2), st.none() | intervals), max_size=3
)


def as_time(minute: int) -> time:
    return time(*divmod(minute, 60))


class Watcher:
    """Someone who looks at the clock and the door."""

    def __init__(self, zone: str, middle: date, usual_rows, special_rows) -> None:
        self.zone, self.usual = ZoneInfo(zone), usual_rows
        self.special = [
            (middle + start * DAY, middle + (start + length) * DAY, hours)
            for start, length, hours in special_rows
        ]

    def hours(self, day: date) -> tuple[bool, list]:
        """Whether the day is special, and its hours."""
        holding = [row for row in self.special if row[0] <= day <= row[1]]
        if not holding:
            return False, [hours for days, hours in self.usual if day.weekday() in days]
        shortest = min(end - start for start, end, _ in holding)
        return True, [hours for start, end, hours in holding if hours and end - start == shortest]

    def sees_it_open(self, at: datetime) -> bool:
        shown = at.astimezone(self.zone)
        minute = shown.hour * 60 + shown.minute
        return any(opens <= minute < closes for opens, closes in self.hours(shown.date())[1])

    def next_flip(self, at: datetime) -> datetime | None:
        """When the door next opens or closes, if that is on one of the next 14 days."""
        was_open, last = self.sees_it_open(at), at.astimezone(self.zone).date() + 14 * DAY
        moment = at + MINUTE
        while moment.astimezone(self.zone).date() <= last:
            if self.sees_it_open(moment) != was_open:
                return moment
            moment += MINUTE
        return None

    def words(self, at: datetime, flip: datetime) -> str:
        today, then = at.astimezone(self.zone).date(), flip.astimezone(self.zone)
        if self.sees_it_open(at):
            return f"Open now, until {clock(then.time())}"
        is_special, hours = self.hours(today)
        closed = "Closed now" if hours or not is_special else "Closed today: Holiday"
        days = (then.date() - today).days
        far = f"on {then:%A}" if days < 7 else f"on {then:%A, %b} {then.day}"
        when = {0: "today", 1: "tomorrow"}.get(days, far)
        return f"{closed}. Opens at {clock(then.time())} {when}"


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CLOCK_CHANGES), usual_rows, special_rows, st.integers(-1500, 3000))
def test_it_agrees_with_someone_who_looks_at_the_clock_every_minute(
    change, usual_rows, special_rows, minute
):
    zone, day = change
    watcher = Watcher(zone, day, usual_rows, special_rows)
    at = datetime.combine(day, time.min, UTC) + minute * MINUTE
    flip = watcher.next_flip(at)
    assume(flip is not None)
    location = office(
        *(
            usual([list(WEEKDAYS)[day] for day in days], *map(as_time, hours))
            for days, hours in usual_rows
        ),
        special_hours=[
            special(start, *map(as_time, hours or ()), end=end, reason="Holiday")
            for start, end, hours in watcher.special
        ],
        zone=zone,
    )
    words = watcher.words(at, flip)
    assert opening_now(location, at).words == words
    moment = at + MINUTE
    while moment < flip and watcher.words(moment, flip) == words:
        moment += MINUTE
    assert next_change_at(location, at) == moment
