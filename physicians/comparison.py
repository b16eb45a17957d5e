"""Sets a text beside the one that was signed last: what a physician reads before signing."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import escape, format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe

from clinic.publishing.digest import comparable_content
from clinic.publishing.wording import LINE_ENDS, lines_of, marked, written_out

PICTURE = re.compile(r"<img\b[^>]*>", re.I)


@dataclass(frozen=True)
class Passage:
    """A block, a heading or a fact: as it reads, and where it differs as it read before."""

    html: SafeString
    before: SafeString | None = None
    after: SafeString | None = None
    is_changed: bool = False


@dataclass(frozen=True)
class SectionChange:
    """A titled part: `status` is "unchanged", "changed", "added" or "removed"."""

    title: str
    status: str
    passages: list[Passage] = field(default_factory=list)


@dataclass(frozen=True)
class FactChange:
    """A line of the table of facts."""

    label: str
    before: SafeString
    after: SafeString
    is_changed: bool


@dataclass(frozen=True)
class Comparison:
    """All that a signature covers. `is_first` if no text of the page was ever signed."""

    facts: list[FactChange]
    sections: list[SectionChange]
    is_first: bool

    @property
    def changed_sections(self) -> int:
        return sum(section.status != "unchanged" for section in self.sections)

    @property
    def changed_facts(self) -> list[FactChange]:
        return [fact for fact in self.facts if fact.is_changed]

    @property
    def unchanged_facts(self) -> list[FactChange]:
        return [fact for fact in self.facts if not fact.is_changed]

    @property
    def changes(self) -> int:
        return self.changed_sections + len(self.changed_facts)


def compare(before, after, request=None) -> Comparison:
    """Compare two texts of one page (specific): the one signed last, or None, and the new one."""
    context = {"page": after, "request": request}
    sections = list(_sections(before, after, context))
    facts = [*_order_of_sections(before, after), *_facts(before, after)]
    return Comparison(facts, sections, is_first=before is None)


def words_changed(before, after) -> int:
    """How many words were put in, taken out or replaced between two texts of a page."""
    old, new = _without_common_ends(*(_words(comparable_content(page)) for page in (before, after)))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return sum(
        max(old_end - old_start, new_end - new_start)
        for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes()
        if tag != "equal"
    )


def _without_common_ends(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """What a small change touches is little beside what it leaves as it was."""
    shorter = min(len(old), len(new))
    start = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    rest = shorter - start
    end = next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)
    return old[start : len(old) - end], new[start : len(new) - end]


def _words(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [word for key in sorted(value) for word in _words(value[key])]
    if isinstance(value, list):
        return [word for item in value for word in _words(item)]
    return strip_tags(LINE_ENDS.sub(" ", str(value))).split()


def _facts(before, after) -> Iterator[FactChange]:
    old = dict(before.get_review_facts()) if before is not None else {}
    new = dict(after.get_review_facts())
    for label in [*new, *(label for label in old if label not in new)]:
        was, now = old.get(label, ""), new.get(label, "")
        is_changed = before is not None and was != now
        if is_changed:
            yield FactChange(label, *marked(was, now), is_changed=True)
        elif now:
            yield FactChange(label, SafeString(""), written_out(now), is_changed=False)


def _order_of_sections(before, after) -> Iterator[FactChange]:
    """The order of the sections that both texts have, if it changed."""
    if before is None:
        return
    old = {part.key: part.title for part in before.get_review_sections()}
    new = {part.key: part.title for part in after.get_review_sections()}
    was, now = [key for key in old if key in new], [key for key in new if key in old]
    if was != now:
        lines = (
            "\n".join(titles[key] for key in keys) for titles, keys in ((old, was), (new, now))
        )
        yield FactChange("Order of sections", *marked(*lines), is_changed=True)


def _sections(before, after, context) -> Iterator[SectionChange]:
    old = {part.key: part for part in before.get_review_sections()} if before is not None else {}
    new = {part.key: part for part in after.get_review_sections()}
    for key, part in new.items():
        if before is None or key not in old:
            yield SectionChange(part.title, "added", _as_they_read(part, context))
        else:
            passages = list(_passages(old[key], part, context))
            changed = any(passage.is_changed for passage in passages)
            yield SectionChange(part.title, "changed" if changed else "unchanged", passages)
    for key, part in old.items():
        if key not in new:
            yield SectionChange(part.title, "removed", _as_they_read(part, context))


def _as_they_read(part, context) -> list[Passage]:
    return [Passage(_render(block, context)) for block in part.blocks]


def _passages(old, new, context) -> Iterator[Passage]:
    if old.title != new.title:
        before, after = marked(old.title, new.title)
        yield Passage(escape(new.title), before, after, is_changed=True)
    pairs = _pairs(list(old.blocks), list(new.blocks))
    places = {id(block): place for place, block in enumerate(old.blocks)}
    order = [places[id(was)] for was, now in pairs if was is not None and now is not None]
    if order != sorted(order):
        # Shown whole: which block moved matters less than how it reads now.
        before, after = (_joined(part.blocks, context) for part in (old, new))
        yield Passage(after, *_side_by_side(before, after), is_changed=True)
        return
    for was, now in pairs:
        before = _render(was, context) if was is not None else SafeString("")
        after = _render(now, context) if now is not None else SafeString("")
        if before == after:
            yield Passage(after)
        else:
            yield Passage(after, *_side_by_side(before, after), is_changed=True)


def _pairs(old: list, new: list) -> list[tuple[Any, Any]]:
    """Blocks that belong together: by id; blocks without a partner, by kind and order."""
    by_id = {block.id: block for block in old}
    partners = {block.id: by_id.get(block.id) for block in new}
    taken = {block.id for block in partners.values() if block is not None}
    left = [block for block in old if block.id not in taken]
    pairs = []
    for block in new:
        partner = partners[block.id]
        if partner is None:
            partner = next((b for b in left if b.block_type == block.block_type), None)
            if partner is not None:
                left.remove(partner)
        pairs.append((partner, block))
    return pairs + [(block, None) for block in left]


def _joined(blocks, context) -> SafeString:
    return mark_safe("".join(_render(block, context) for block in blocks))


def _render(block, context) -> SafeString:
    # Nothing that is signed is folded away.
    html = block.render(context=dict(context))
    return mark_safe(html.replace("<details>", "<details open>"))


def _side_by_side(before: str, after: str) -> tuple[SafeString, SafeString]:
    """Two rendered blocks as marked words, each with its pictures."""
    texts = marked(*("\n".join(lines_of(html)) for html in (before, after)))
    return tuple(
        format_html("{}{}", mark_safe("".join(PICTURE.findall(html))), words)
        for html, words in zip((before, after), texts, strict=True)
    )
