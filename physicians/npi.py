"""National Provider Identifiers."""

from django.core.exceptions import ValidationError

# CMS: the check digit is Luhn's over the number prefixed by 80840.
PREFIX = "80840"


def is_valid_npi(npi: str) -> bool:
    """Ten digits, the first 1 or 2, with a right check digit."""
    if not (npi.isascii() and npi.isdecimal() and len(npi) == 10 and npi[0] in "12"):
        return False
    total = 0
    for position, digit in enumerate(reversed(PREFIX + npi)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def validate_npi(value: str) -> None:
    """Raises ValidationError, with a sentence for the editor, unless `value` is a possible NPI."""
    if not is_valid_npi(value):
        raise ValidationError(
            "This is not an NPI. It has ten digits, begins with 1 or 2, and its last digit "
            "checks the others: compare it with the NPI registry."
        )
