"""Reads the blocks of the demonstration's files into what StreamFields take."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils.html import escape

FindImage = Callable[[str, str], Any]


def stream(rows: list[dict], find_image: FindImage) -> list[dict]:
    """Blocks, or named sections of blocks, as raw stream data. Ids are derived from the content's
    place, so that the same block keeps its id from version to version, as in an editor's form."""
    return [_with_id(_raw(row, find_image), f"{position}") for position, row in enumerate(rows)]


def credential_rows(rows: list[dict]) -> list[dict]:
    """Credentials with years, as blocks with days: from the first of January to the last day."""
    return [_with_id(_credential(row), str(position)) for position, row in enumerate(rows)]


def _with_id(block: dict, place: str) -> dict:
    return {**block, "id": str(uuid5(NAMESPACE_URL, f"demonstration:{block['type']}:{place}"))}


def _raw(row: dict, find_image: FindImage) -> dict:
    if "blocks" in row:
        value = {"heading": row.get("heading", ""), "body": stream(row["blocks"], find_image)}
        return {"type": row["kind"], "value": value}
    return {"type": BLOCK_TYPES.get(row["type"], row["type"]), "value": _value(row, find_image)}


BLOCK_TYPES = {"faq": "questions"}
LIST_NAMES = {"bullets": "lines", "faq": "questions", "steps": "steps"}


def _value(row: dict, find_image: FindImage) -> Any:
    match row["type"]:
        case "text":
            return row["html"]
        case "bullets" | "faq" | "steps" as kind:
            rows = [{"type": "item", "value": _item(item)} for item in row["items"]]
            return {
                LIST_NAMES[kind]: [_with_id(item, str(n)) for n, item in enumerate(rows)],
            }
        case "urgent_card":
            signs = [{"type": "item", "value": _text(sign)} for sign in row["signs"]]
            numbered = [_with_id(sign, str(n)) for n, sign in enumerate(signs)]
            return {"kind": row["kind"], "heading": "", "signs": numbered}
        case "risks":
            names = ("harm", "how_often", "what_we_do")
            risks = [
                {"type": "item", "value": dict(zip(names, cells, strict=True))}
                for cells in row["rows"]
            ]
            return {"risks": [_with_id(risk, str(n)) for n, risk in enumerate(risks)]}
        case "callout":
            return {"kind": row["kind"], "heading": row["heading"], "text": _text(row["text"])}
        case "image":
            image = find_image(row["file"], row["alt"])
            picture = {"image": image.pk, "decorative": False, "alt_text": row["alt"]}
            return {"image": picture, "caption": row["caption"]}
        case "table":
            return {
                "caption": row["caption"],
                "columns": [{"type": "text", "heading": heading} for heading in row["columns"]],
                "rows": [{"values": cells} for cells in row["rows"]],
            }
    raise ValueError(f"No block is called {row['type']!r}.")


def _item(item: str | dict) -> str | dict:
    if isinstance(item, str):
        return _text(item)
    return {**item, "text": _text(item["text"])} if "text" in item else item


def _text(words: str) -> str:
    """Rich text as the editor writes it: in paragraphs."""
    return words if words.startswith("<") else f"<p>{escape(words)}</p>"


def _credential(row: dict) -> dict:
    kind = row["kind"]
    value = {key: item for key, item in row.items() if key not in ("kind", "kind_label")}
    if kind == "training":
        value["kind"] = row["kind_label"]
        value.setdefault("programme", "")
    if kind != "award":
        value["start"] = _day(row.get("start"), 1, 1)
        value["end"] = _day(row.get("end"), 12, 31)
    return {"type": kind, "value": value}


def _day(year: int | None, month: int, day: int) -> str | None:
    return date(year, month, day).isoformat() if year else None
