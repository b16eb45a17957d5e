"""What pages tell machines, in the words of schema.org: dicts in, JSON out.

A page's nodes stand in one graph, a dict by `@id`. Whoever knows more about a node adds to it.
Nothing may be said here that readers of the page cannot read.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, time
from html import unescape
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from wagtail.rich_text import RichText

from .fact_blocks import PHONE_PURPOSES
from .opening import Interval, SpecialPeriod, WeekdayHours
from .pictures import full_url, resized

Node = dict[str, Any]
Graph = dict[str, Node]

CONTEXT = "https://schema.org"
# Inside a script element "</script>" would end it; the other two end lines in old JavaScript.
UNSAFE = {sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
# After these, words of a rich text do not run on.
ENDS = re.compile(r"</(?:p|h\d|li|blockquote)>|<(?:br|hr)\s*/>", re.IGNORECASE)
TAGS = re.compile(r"<[^>]*>")


def as_json(graph: Graph) -> str:
    """The graph as the content of a script element: safe whatever editors have typed."""
    if not graph:
        return ""
    data = {"@context": CONTEXT, "@graph": list(graph.values())}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign, escape in UNSAFE.items():
        text = text.replace(sign, escape)
    return SafeString(text)


def add(graph: Graph, node: Node) -> Node:
    """Put `node` into `graph`, or what it adds to the one that is there. Returns a reference."""
    graph[node["@id"]] = graph.get(node["@id"], {}) | filled_in(node)
    return {"@id": node["@id"]}


def filled_in(node: Mapping[str, Any]) -> Node:
    """`node` without properties that have nothing to say; False and 0 say something."""
    return {key: value for key, value in node.items() if value not in (None, "", [], {})}


def moment(value: datetime) -> str:
    """An aware datetime on the practice's clock: "2017-07-20T22:30:00-04:00"."""
    return timezone.localtime(value, timezone.get_default_timezone()).isoformat(timespec="seconds")


def practice_id(home_url: str) -> str:
    return f"{home_url}#practice"


def office_id(url: str) -> str:
    return f"{url}#clinic"


def website_id(home_url: str) -> str:
    return f"{home_url}#website"


def practice_node(practice, home_url: str, addresses: list[Node]) -> Node:
    """The practice, as head and foot of every page describe it."""
    return {
        "@type": "MedicalOrganization",
        "@id": practice_id(home_url),
        "name": practice.name,
        "slogan": practice.tagline,
        "url": home_url,
        "logo": picture_node(practice.logo, "max-96x96", home_url),
        "address": addresses,
        **phone_properties(practice.phones),
        "sameAs": [link.value["url"] for link in practice.social_links],
    }


def website_node(practice, home_url: str) -> Node:
    return {
        "@type": "WebSite",
        "@id": website_id(home_url),
        "url": home_url,
        "name": practice.name,
        "inLanguage": "en",
        "publisher": {"@id": practice_id(home_url)},
    }


def breadcrumb_node(url: str, steps: Iterable[tuple[str, str]]) -> Node:
    """`steps` are names and addresses from the home page down to the page at `url`."""
    return {"@type": "BreadcrumbList", "@id": f"{url}#breadcrumb", **list_items(steps)}


def list_items(rows: Iterable[tuple[str, str]], start: int = 1) -> Node:
    """The items of a list: names and addresses, in the order shown, counted from `start`."""
    return {
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": url}
            for position, (name, url) in enumerate(rows, start)
        ]
    }


def office_node(office, url: str, home_url: str) -> Node:
    """An office as every page's foot names it; its own page adds phones and hours."""
    return {
        "@type": "MedicalClinic",
        "@id": office_id(url),
        "name": office.title,
        "url": url,
        "address": address_of(office),
        "parentOrganization": {"@id": practice_id(home_url)},
    }


def address_of(office) -> Node:
    return filled_in(
        {
            "@type": "PostalAddress",
            "streetAddress": office.street,
            "addressLocality": office.city,
            "addressRegion": office.region,
            "postalCode": office.postal_code,
        }
    )


def phone_properties(phones) -> Node:
    """A stream of PhoneBlock as properties of an organization: each number with its purpose."""
    rows = [phone.value for phone in phones]
    voices = [row for row in rows if row["purpose"] != "fax"]
    return filled_in(
        {
            "telephone": voices[0]["number"] if voices else "",
            "faxNumber": next((row["number"] for row in rows if row["purpose"] == "fax"), ""),
            "contactPoint": [
                {
                    "@type": "ContactPoint",
                    "contactType": PHONE_PURPOSES[row["purpose"]],
                    "telephone": row["number"],
                }
                for row in voices
            ],
        }
    )


def opening_hours(week: Iterable[WeekdayHours]) -> list[Node]:
    """The usual hours, in the office's own time: each opening and closing with its days."""
    days: dict[Interval, list[str]] = {}
    for row in week:
        for interval in row.hours:
            days.setdefault(interval, []).append(f"{CONTEXT}/{row.name}")
    return [_hours_node(*interval) | {"dayOfWeek": names} for interval, names in days.items()]


def special_opening_hours(periods: Iterable[SpecialPeriod]) -> list[Node]:
    """Days with other hours than usual. To schema.org, a day that does not open is closed."""
    return [
        {
            **_hours_node(opens, closes),
            "name": period.reason,
            "validFrom": period.start.isoformat(),
            "validThrough": period.end.isoformat(),
        }
        for period in periods
        for opens, closes in period.hours or [(None, None)]
    ]


def _hours_node(opens: time | None, closes: time | None) -> Node:
    return filled_in(
        {
            "@type": "OpeningHoursSpecification",
            "opens": opens and f"{opens:%H:%M}",
            "closes": closes and f"{closes:%H:%M}",
        }
    )


def picture_node(image, size: str, home_url: str, alt: str = "") -> Node | None:
    """A picture in the very `size` (Wagtail's notation) that the page shows; None if none."""
    if image is None:
        return None
    return filled_in(
        {
            "@type": "ImageObject",
            "contentUrl": full_url(resized(image, size), home_url),
            "caption": alt,
        }
    )


def map_node(image, size: str, home_url: str, alt: str) -> Node | None:
    """A map that the page shows as a picture; None if none."""
    picture = picture_node(image, size, home_url, alt)
    return picture and {"@type": "Map", "image": picture}


def open_graph(page, *, url: str, home_url: str, practice, title: str) -> list[tuple[str, str]]:
    """Names and values of the head's og: elements, for whoever is sent a link to the page."""
    image, alt = page.get_share_picture() or (practice.logo, practice.name)
    found = {
        "og:type": page.share_type,
        "og:title": title,
        "og:description": page.get_description(practice),
        "og:url": url,
        "og:site_name": practice.name,
        "og:locale": "en_US",
    }
    if image is not None:
        # Not cropped: readers' programs do that, each in its own way.
        rendition = resized(image, "max-1200x1200")
        found |= {
            "og:image": full_url(rendition, home_url),
            "og:image:width": str(rendition.width),
            "og:image:height": str(rendition.height),
            # A decorative picture says whose site it is.
            "og:image:alt": alt or practice.name,
        }
    return [(name, value) for name, value in found.items() if value]


def words_of(blocks: Iterable) -> str:
    """What readers read in `blocks` (of BodyBlock), as one line of plain text."""
    return " ".join(" ".join(words for block in blocks for words in _words(block)).split())


def questions_of(blocks: Iterable) -> list[Node]:
    """The questions in `blocks`, each with its answer."""
    return [
        {
            "@type": "Question",
            "name": row["question"],
            "acceptedAnswer": {"@type": "Answer", "text": plain(row["answer"])},
        }
        for block in blocks
        if block.block_type == "questions"
        for row in block.value["questions"]
    ]


def plain(value: str | RichText) -> str:
    """Text without its markup. Links are not resolved: their words stay, at no query.

    As Wagtail's get_text_for_indexing, which parses HTML of any kind; ours is what its editor made.
    """
    if isinstance(value, RichText):
        value = unescape(TAGS.sub("", ENDS.sub(" ", value.source)))
    return " ".join(str(value or "").split())


URGENT = {"call_us": "Call us", "call_911": "Call 911"}
CALLOUTS = {"urgent": "Urgent", "important": "Important"}


def _words(block) -> Iterable[str]:
    value = block.value
    match block.block_type:
        case "bullets":
            return [plain(line) for line in value["lines"]]
        case "steps":
            return [
                words for step in value["steps"] for words in (step["title"], plain(step["text"]))
            ]
        case "callout":
            return [CALLOUTS.get(value["kind"], ""), value["heading"], plain(value["text"])]
        case "urgent_card":
            return [URGENT[value["kind"]], value["heading"], *map(plain, value["signs"])]
        case "image":
            return [value["caption"]] if value["image"] else []
        case "language_lines":
            return [line["text"] for line in value["lines"]]
        case "video":
            return [value["title"], value["length"], plain(value["transcript"])]
        case "risks":
            return [words for risk in value["risks"] for words in risk.values()]
        case "questions":
            rows = value["questions"]
            return [words for row in rows for words in (row["question"], plain(row["answer"]))]
        case "table":
            cells = [plain(cell.value) for row in value.rows for cell in row]
            return [value.caption or "", *(column["heading"] for column in value.columns), *cells]
        case _:
            return [plain(value)]
