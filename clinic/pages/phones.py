"""Telephone numbers as people write them, and as telephones dial them."""

import re

from django.core.exceptions import ValidationError

DIGITS = re.compile(r"\D")
COUNTRY_CODE = "1"


def validate_phone(value: str) -> None:
    """Accept a number of ten digits, or an international one; written with spaces, dots, dashes
    or brackets. Raises ValidationError with a sentence for the editor."""
    if not re.fullmatch(r"\+?[\d\s().-]+", value) or not 7 <= len(DIGITS.sub("", value)) <= 15:
        raise ValidationError("Write a telephone number, such as (201) 555-0123.")


def dial(value: str) -> str:
    """The number as a tel: link wants it: "(201) 555-0123" → "+12015550123"."""
    digits = DIGITS.sub("", value)
    if value.strip().startswith("+"):
        return f"+{digits}"
    return f"+{COUNTRY_CODE}{digits}" if len(digits) == 10 else digits
