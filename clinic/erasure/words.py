"""Finds a name however it is written, and puts “[removed]” in its place.

Only letters and digits count: case, accents, and whatever stands between two words (spaces,
non-breaking ones, hyphens, dots, line breaks, tags of rich text) make no difference, and neither
do the escapes of HTML, JSON and addresses. So “Jane Q. Roe” is found in “JANE <b>Q.&nbsp;Roe</b>”,
“jane-q-roe”, “Jane_Q._Roe.jpg” and “JaneQRoe”.
"""

import html
import re
from collections.abc import Iterable
from urllib.parse import unquote

from anyascii import anyascii

REMOVED = "[removed]"
# In addresses and file names, where brackets have a meaning of their own.
REMOVED_IN_ADDRESS = "removed"
FEWEST_SIGNS = 4
TOO_SHORT = "“{phrase}” is too short: it would be found where it means something else."
IS_THE_REPLACEMENT = "“{phrase}” is part of what stands in place of the words that are removed."

INLINE = "a|abbr|b|code|del|em|i|mark|s|small|span|strike|strong|sub|sup|u"
BLOCK = (
    "blockquote|br|dd|div|dl|dt|embed|figcaption|figure|h[1-6]|hr|img|li|ol|p|section|table|tbody"
    "|td|th|thead|tr|ul"
)
_ATTRIBUTES = r"""(?:\s+[\w:-]+=(?:"[^"<>]*"|'[^'<>]*'))*"""
# Only what the editor's rich text is made of; “<Jane Roe>” in a plain text is words.
TAG = re.compile(
    rf"</?(?:(?P<inline>{INLINE})|{BLOCK}){_ATTRIBUTES}\s*/?>"
    rf"|&lt;/?(?:(?P<inline_escaped>{INLINE})|{BLOCK})\s*/?&gt;",
    re.IGNORECASE,
)
_ENTITY = r"&(?:amp;)*(?:\#\d+|\#x[0-9a-f]+|[a-z]+\d*);"
_PERCENT = r"(?:%[0-9a-f]{2})+"
_ESCAPE = r"\\+u[0-9a-f]{4}|\\+[nrt]"
_SIGNS = re.compile(
    rf"(?P<tag>{TAG.pattern})|(?P<entity>{_ENTITY})|(?P<percent>{_PERCENT})|(?P<escape>{_ESCAPE})|.",
    re.IGNORECASE | re.DOTALL,
)
_VALUE = re.compile(r"""(?<==)("[^"]*"|'[^']*')""")
_LOOKS_LIKE_ADDRESS = re.compile(r"\S*[/@\\]\S*|[\w%+.-]+")
APOSTROPHES = re.compile("['’ʼ`´]")


# Of “Jane_Q._Roe.jpg”, where that is taken, Django makes “Jane_Q_x1Yz2Ab._Roe.jpg”.
BETWEEN = "(?:_[a-z0-9]{7})?[ _]{1,60}"


class _Folding(dict):
    """For str.translate: each sign as the plain small letters that it is read as; else a space.
    Underscores stay: in a name of a file, one begins what made it another one's."""

    def __missing__(self, code: int) -> str:
        self[code] = _fold_sign(chr(code))
        return self[code]


def _fold_sign(sign: str) -> str:
    if sign == "_":
        return sign
    plain = anyascii(sign).casefold()
    return "".join(letter if letter.isalnum() else " " for letter in plain)


FOLDING = _Folding()


class Words:
    """The names and phrases that have to go, each of at least four letters or digits."""

    def __init__(self, phrases: Iterable[str]) -> None:
        """Raises ValueError, with a sentence, for a phrase that would be found everywhere."""
        self.phrases = tuple(phrases)
        for phrase in self.phrases:
            signs = "".join(_words_of(phrase))
            if len(signs) < FEWEST_SIGNS:
                raise ValueError(TOO_SHORT.format(phrase=phrase))
            if signs in REMOVED:
                raise ValueError(IS_THE_REPLACEMENT.format(phrase=phrase))
        variants = {variant for phrase in self.phrases for variant in _variants(phrase)}
        self._needles = {max(variant, key=len) for variant in variants}
        written = sorted((BETWEEN.join(variant) for variant in variants), key=len, reverse=True)
        self._pattern = re.compile(rf"(?<![^\W_])(?:{'|'.join(written)})(?![^\W_])")

    def __bool__(self) -> bool:
        return bool(self.phrases)

    def may_stand_in(self, text: str) -> bool:
        """A quick look: False only where the words surely do not stand."""
        if not self.phrases:
            return False
        if self._has_needle(text):
            return True
        return any(sign in text for sign in "&%\\<") and self._has_needle(_unescaped(text))

    def stand_in(self, text: str) -> bool:
        return self.redact(text)[1] != []

    def redact(self, text: str, *, replacement: str = "") -> tuple[str, list[str]]:
        """`text` without the words, and how each was written in it. Tags that stand between two
        words stay, so that rich text stays whole."""
        if not self.may_stand_in(text):
            return text, []
        found: list[str] = []

        def redact_tag(tag: re.Match) -> str:
            return _VALUE.sub(redact_value, tag.group())

        def redact_value(value: re.Match) -> str:
            inner, spellings = self.redact(value.group()[1:-1], replacement=replacement)
            found.extend(spellings)
            return f"{value.group()[0]}{inner}{value.group()[0]}"

        text = TAG.sub(redact_tag, text)
        if not replacement:
            is_address = _LOOKS_LIKE_ADDRESS.fullmatch(text) and not text.isalnum()
            replacement = REMOVED_IN_ADDRESS if is_address else REMOVED
        folded, places = _fold(text)
        pieces, end = [], 0
        for match in self._pattern.finditer(folded):
            start, stop = places[match.start()][0], places[match.end() - 1][1]
            written = text[start:stop]
            found.append(TAG.sub("", written))
            tags = "".join(tag.group() for tag in TAG.finditer(written))
            pieces += [text[end:start], replacement, tags]
            end = stop
        return "".join([*pieces, text[end:]]), found

    def _has_needle(self, text: str) -> bool:
        folded = text.translate(FOLDING)
        return any(needle in folded for needle in self._needles)


def _variants(phrase: str) -> set[tuple[str, ...]]:
    """The words of a phrase; also as in file names, where apostrophes and spaces are left out."""
    with_all = _words_of(phrase)
    without_apostrophes = _words_of(APOSTROPHES.sub("", phrase))
    return {with_all, without_apostrophes, ("".join(with_all),)}


def _words_of(phrase: str) -> tuple[str, ...]:
    return tuple(phrase.translate(FOLDING).replace("_", " ").split())


def _fold(text: str) -> tuple[str, list[tuple[int, int]]]:
    """`text` as plain small letters and spaces, and for each of them where it stands in `text`."""
    letters, places = [], []
    for sign in _SIGNS.finditer(text):
        folded = _folded(sign)
        letters.append(folded)
        places += [sign.span()] * len(folded)
    return "".join(letters), places


def _folded(sign: re.Match) -> str:
    written = sign.group()
    match sign.lastgroup:
        case "tag":
            return "" if sign["inline"] or sign["inline_escaped"] else " "
        case "entity":
            return html.unescape(written.replace("amp;", "")).translate(FOLDING)
        case "percent":
            return unquote(written, errors="ignore").translate(FOLDING)
        case "escape":
            return _unescape_json(written).translate(FOLDING)
    return written.translate(FOLDING)


def _unescaped(text: str) -> str:
    text = unquote(html.unescape(html.unescape(TAG.sub("", text))), errors="ignore")
    return re.sub(_ESCAPE, lambda escape: _unescape_json(escape.group()), text)


def _unescape_json(escape: str) -> str:
    code = escape.lstrip("\\")
    return chr(int(code[1:], 16)) if len(code) > 1 else " "
