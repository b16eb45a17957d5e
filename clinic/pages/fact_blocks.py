"""Small facts that settings and locations are built of: phones, hours, links."""

from datetime import date, time

from django.core.exceptions import ValidationError

from wagtail import blocks

from .phones import validate_phone

PHONE_PURPOSES = {
    "appointments": "Appointments",
    "questions": "Questions",
    "after_hours": "After hours",
    "fax": "Fax",
}
WEEKDAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}


class PhoneBlock(blocks.StructBlock):
    """A telephone number and what it is for."""

    purpose = blocks.ChoiceBlock(
        choices=list(PHONE_PURPOSES.items()),
        default="appointments",
    )
    number = blocks.CharBlock(max_length=30, validators=[validate_phone])

    class Meta:
        icon = "mobile-alt"
        description = "A telephone number, and what patients should call it for."
        preview_template = "blocks/previews/phone.html"
        preview_value = {"purpose": "appointments", "number": "(201) 555-0123"}


class SocialLinkBlock(blocks.StructBlock):
    """A page of the practice elsewhere; a plain link, nothing is loaded from there."""

    name = blocks.CharBlock(max_length=40)
    url = blocks.URLBlock()

    class Meta:
        icon = "link"
        description = "A page of the practice on another site. Nothing is loaded from there."
        preview_template = "blocks/previews/facts.html"
        preview_value = {"name": "Our videos", "url": "https://video.example.com/"}


class OpeningHoursBlock(blocks.StructBlock):
    """The hours of one or more days of the week, on the location's own clock."""

    days = blocks.MultipleChoiceBlock(
        choices=list(WEEKDAYS.items()),
    )
    opens = blocks.TimeBlock()
    closes = blocks.TimeBlock()

    class Meta:
        icon = "time"
        description = "The hours of the days of the week on which they are the same."
        preview_template = "blocks/previews/hours.html"
        preview_value = {
            "days": ["mon", "tue", "wed", "thu", "fri"],
            "opens": time(8, 30),
            "closes": time(17, 0),
        }

    def clean(self, value):
        cleaned = super().clean(value)
        opens, closes = cleaned["opens"], cleaned["closes"]
        # A draft may have one of them, or neither yet.
        if opens is not None and closes is not None and opens >= closes:
            raise blocks.StructBlockValidationError(
                {"closes": ValidationError("The closing time must be later than the opening time.")}
            )
        return cleaned


class SpecialHoursBlock(blocks.StructBlock):
    """A day, or several, on which the usual hours do not hold. Without hours: closed."""

    start = blocks.DateBlock(label="First day")
    end = blocks.DateBlock(
        label="Last day", required=False, help_text="Leave empty if it is one day."
    )
    opens = blocks.TimeBlock(required=False, help_text="Leave both times empty if closed.")
    closes = blocks.TimeBlock(required=False)
    reason = blocks.CharBlock(max_length=120, help_text="Such as “Thanksgiving”.")

    class Meta:
        icon = "date"
        label = "Special hours"
        label_format = "{reason}, {start}"
        description = "A holiday, or other days on which the usual hours do not hold."
        preview_template = "blocks/previews/facts.html"
        preview_value = {"start": date(2026, 11, 26), "reason": "Thanksgiving"}

    def clean(self, value):
        cleaned = super().clean(value)
        errors = {}
        if cleaned["end"] and cleaned["start"] and cleaned["end"] < cleaned["start"]:
            errors["end"] = ValidationError("The last day must not be before the first.")
        opens, closes = cleaned["opens"], cleaned["closes"]
        if (opens is None) != (closes is None):
            errors["closes"] = ValidationError("Fill in both times, or neither if closed.")
        elif opens is not None and opens >= closes:
            errors["closes"] = ValidationError(
                "The closing time must be later than the opening time."
            )
        if errors:
            raise blocks.StructBlockValidationError(errors)
        return cleaned
