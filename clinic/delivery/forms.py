"""Asks for a moment on the practice's clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from wagtail.admin.widgets import AdminDateInput, AdminTimeInput

from clinic.publishing.templatetags.publishing_tags import practice_date

# No practice had a website before.
FIRST_YEAR = 1990
NO_SUCH_TIME = (
    "There was no such time: on {day} the clocks were put forward past it. Choose an earlier time "
    "or a later one."
)
TWICE = (
    "That time came twice: on {day} the clocks were put back. Choose the first or the second time "
    "below."
)
IN_THE_FUTURE = "That time has not come yet."
TOO_EARLY = f"Choose a year from {FIRST_YEAR} on."
FIRST, SECOND = "0", "1"


def practice_zone_in_words() -> str:
    """“New York time”, for “America/New_York”."""
    return f"{settings.TIME_ZONE.rpartition('/')[2].replace('_', ' ')} time"


class MomentForm(forms.Form):
    """A day and a time of the practice's clock; `moment` is what is meant, aware, in UTC."""

    use_required_attribute = False

    date = forms.DateField(
        label="Day",
        widget=AdminDateInput(format="%Y-%m-%d"),
        error_messages={
            "required": "Choose a day.",
            "invalid": "Write the day as year, month and day, such as 2019-03-03.",
        },
    )
    time = forms.TimeField(
        label="Time",
        widget=AdminTimeInput(format="%H:%M"),
        error_messages={
            "required": "Choose a time.",
            "invalid": "Write the time as hours and minutes, such as 14:30.",
        },
    )
    which = forms.ChoiceField(
        label="Which of the two?",
        required=False,
        choices=[(FIRST, "The first"), (SECOND, "The second")],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.asks_which = False
        self.fields["time"].help_text = f"By the practice’s clock: {practice_zone_in_words()}."

    @classmethod
    def at(cls, moment: datetime, **kwargs) -> "MomentForm":
        """The form filled in with `moment` (aware)."""
        local = timezone.localtime(moment, ZoneInfo(settings.TIME_ZONE))
        return cls(initial={"date": local.date(), "time": local.time()}, **kwargs)

    def clean(self):
        cleaned = super().clean()
        if "date" not in cleaned or "time" not in cleaned:
            return cleaned
        if cleaned["date"].year < FIRST_YEAR:
            raise ValidationError({"date": TOO_EARLY})
        if cleaned["date"] > timezone.localdate(timezone=ZoneInfo(settings.TIME_ZONE)):
            raise ValidationError({"date": IN_THE_FUTURE})
        wall = datetime.combine(cleaned["date"], cleaned["time"], ZoneInfo(settings.TIME_ZONE))
        first, second = (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        if first > second:
            raise ValidationError({"time": NO_SUCH_TIME.format(day=practice_date(first))})
        if first < second:
            self.asks_which = True
            if not cleaned.get("which"):
                raise ValidationError({"time": TWICE.format(day=practice_date(first))})
        self.moment = second if cleaned.get("which") == SECOND else first
        if self.moment > timezone.now():
            raise ValidationError({"date": IN_THE_FUTURE})
        return cleaned
