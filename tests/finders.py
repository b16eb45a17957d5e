"""What a reader of a list sees and may press."""

import re
from html import unescape
from itertools import product
from urllib.parse import urlencode

MAIN = re.compile(r"<main.*</main>", re.S)
ROW = re.compile(r'<(h[23]) class="row__title"><a href="[^"]*">(.*?)</a></\1>')
FACET = re.compile(r'<h2 id="facet-\d+">(.*?)</h2>(.*?)</section>', re.S)
OPTION = re.compile(
    r'<(?:a href="(.*?)" rel="nofollow"|strong aria-current="true")>'
    r'(.*?) <span class="options__count">\((\d+)\)</span>'
)


def shown(client, address: str, **query) -> list[str]:
    """The titles of the pages listed, without lines that only send to them."""
    response = client.get(address, query)
    assert response.status_code == 200
    return [unescape(title) for _, title in ROW.findall(response.content.decode())]


def options(client, address: str) -> dict[tuple[str, str], tuple[int, str]]:
    """(facet's title, label) → (count, address) of every option that the page offers; one that is
    chosen leads to where the reader is."""
    html = client.get(address).content.decode()
    return {
        (unescape(title), unescape(label)): (int(count), unescape(url) or address)
        for title, found in FACET.findall(html)
        for url, label, count in OPTION.findall(found)
    }


def main_of(client, address: str, **query) -> str:
    """The page's main part, as HTML with its signs unescaped."""
    return unescape(MAIN.search(client.get(address, query).content.decode()).group())


def compare_with_model(client, address: str, people: dict, choices: dict[str, list[str]]) -> int:
    """Ask for every combination of `choices` (name → values, "" for none) and compare with
    `people` (title → {name: values it has}): pages found, and each option's count with what
    pressing it finds. Returns how many combinations were asked for."""
    asked = 0
    for values in product(*choices.values()):
        query = {name: value for name, value in zip(choices, values, strict=True) if value}
        expected = {
            title
            for title, has in people.items()
            if all(value in has.get(name, []) for name, value in query.items())
        }
        here = f"{address}?{urlencode(query)}"
        assert set(shown(client, address, **query)) == expected, query
        for option, (count, url) in options(client, here).items():
            found = shown(client, url) if url != address else list(people)
            assert len(found) == count > 0, (query, option)
        asked += 1
    return asked
