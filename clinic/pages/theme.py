"""The practice's own colors, made readable: shades are derived so that every pair keeps its
contrast (WCAG 2.2), in light and in dark. Colors are "#rrggbb"."""

import hashlib
import re

from django.core.exceptions import ValidationError

Rgb = tuple[int, int, int]

WHITE, BLACK = "#ffffff", "#000000"
# Of static/clinic/clinic.css: the usual main color, and of all backgrounds that text stands on the
# ones on which it is hardest to read, in light and in dark.
USUAL_BRAND, USUAL_ACCENT = "#0b5563", "#f0b9a9"
LIGHT_GROUND, DARK_GROUND, DARK_PAPER = "#f8f1e4", "#33272a", "#12191d"
TEXT_CONTRAST, STRONG_CONTRAST, MARK_CONTRAST = 4.5, 7.0, 3.0
STEPS = 100
DARK = "@media screen and (prefers-color-scheme:dark){{:root{{{rules}}}}}\n"

NOT_A_COLOUR = "Write the color as # and six digits or letters a to f, such as #0b5563."
TOO_LIGHT = (
    "Text in this color is too hard to read: its contrast is {found:.1f} to 1, and 4.5 to 1 is "
    "needed. Choose a darker color, such as {better}."
)
TOO_CLOSE = (
    "Marks in the second color are too hard to see on the main color: the contrast is {found:.1f} "
    "to 1, and 3 to 1 is needed. Choose another second color, such as {better}."
)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2: from 1.0, no difference, to 21.0, black on white."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def is_colour(value: str) -> bool:
    return re.fullmatch(r"#[0-9a-fA-F]{6}", value) is not None


def validate_colour(value: str) -> None:
    """Raises ValidationError, with a sentence for the editor, unless `value` is a color."""
    if not is_colour(value):
        raise ValidationError(NOT_A_COLOUR)


def readable(colour: str, on: str, ratio: float, toward: str) -> str:
    """`colour`, moved toward `toward` no further than it takes to have `ratio` on `on`."""
    for step in range(STEPS + 1):
        moved = _mix(colour, toward, step / STEPS)
        if contrast(moved, on) >= ratio:
            return moved
    return toward


def colour_errors(brand: str, accent: str) -> dict[str, str]:
    """What is wrong with a practice's colors: name of the field, and a sentence for the editor.
    What is no color at all is left to `validate_colour`."""
    brand, accent = (value if is_colour(value) else "" for value in (brand, accent))
    errors = {}
    if brand and (found := contrast(brand, LIGHT_GROUND)) < TEXT_CONTRAST:
        better = readable(brand, LIGHT_GROUND, TEXT_CONTRAST, BLACK)
        errors["brand_colour"] = TOO_LIGHT.format(found=found, better=better)
    bar, mark = brand or USUAL_BRAND, accent or USUAL_ACCENT
    found = min(contrast(mark, bar), contrast(mark, _in_dark(bar)))
    if not errors and found < MARK_CONTRAST:
        better = readable(mark, bar, MARK_CONTRAST, WHITE)
        errors["accent_colour"] = TOO_CLOSE.format(found=found, better=better)
    return errors


def stylesheet(brand: str, accent: str) -> str:
    """The rules that put a practice's colors in the place of the usual ones; "" if it has none."""
    tokens = {}
    if brand:
        in_dark = readable(brand, DARK_GROUND, STRONG_CONTRAST, WHITE)
        tokens = {
            "--brand": (brand, in_dark),
            "--brand-strong": (
                readable(brand, LIGHT_GROUND, STRONG_CONTRAST, BLACK),
                _mix(in_dark, WHITE, 0.4),
            ),
            "--on-brand": (WHITE, DARK_PAPER),
            "--bar": (brand, _in_dark(brand)),
        }
    light = [f"{name}:{shade}" for name, (shade, _) in tokens.items()]
    dark = [f"{name}:{shade}" for name, (_, shade) in tokens.items()]
    if accent:
        light.append(f"--accent:{accent}")
    css = f":root{{{';'.join(light)}}}\n" if light else ""
    return css + (DARK.format(rules=";".join(dark)) if dark else "")


def digest(css: str) -> str:
    """A short name for exactly this stylesheet: another one has another address."""
    return hashlib.sha256(css.encode()).hexdigest()[:12]


def _in_dark(bar: str) -> str:
    """The bar's shade on a dark page."""
    return _mix(bar, BLACK, 0.5)


def _rgb(colour: str) -> Rgb:
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))


def _mix(colour: str, other: str, share: float) -> str:
    """So much of `other` (0.0 to 1.0) in `colour`."""
    pairs = zip(_rgb(colour), _rgb(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def _luminance(colour: str) -> float:
    channels = [value / 255 for value in _rgb(colour)]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
