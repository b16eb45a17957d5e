"""Two wordings of a text, with what left and what came marked: for people who must see it."""

import re
from html import unescape

from django.utils.html import escape, format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe

from wagtail.admin.compare import diff_text

# Where one line of a rendered block ends and the next begins.
LINE_ENDS = re.compile(r"</(?:p|li|td|th|h\d|summary|figcaption|caption|dt|dd|div)>|<br/?>", re.I)
# What is read by a screen reader, or found behind a link, is text as well.
SPOKEN = re.compile(r'<img\b[^>]*\balt="([^"]+)"[^>]*>', re.I)
LINK = re.compile(r'<a\b[^>]*\bhref="([^"]+)"[^>]*>(.*?)</a>', re.I | re.S)


def lines_of(html: str) -> list[str]:
    """The words of rendered blocks, a line for each paragraph; pictures by their descriptions."""
    html = LINK.sub(r"\2 [\1]", SPOKEN.sub(r" [Picture: \1] ", html))
    lines = strip_tags(LINE_ENDS.sub("\n", html)).splitlines()
    return list(filter(None, (" ".join(unescape(line).split()) for line in lines)))


def marked(before: str, after: str) -> tuple[SafeString, SafeString]:
    """Two plain texts, with the words that left marked in the first and those that came in the
    second. Screen readers are told by the elements, eyes by their style."""
    old, new = SafeString(""), SafeString("")
    for kind, text in diff_text(before, after).changes:
        words = written_out(text)
        if kind == "equal":
            old, new = old + words, new + words
        elif kind == "deletion":
            old += format_html("<del>{}</del>", words)
        else:
            new += format_html("<ins>{}</ins>", words)
    return old, new


def written_out(text: str) -> SafeString:
    """Plain lines as HTML."""
    return mark_safe(escape(text).replace("\n", "<br>"))
