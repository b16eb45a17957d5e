"""What does a page cost that has to be rendered, beside a stock Wagtail page?"""

import json
from contextlib import ExitStack

from . import delivery, load, peers
from .findings import Findings
from .growth import SIZES
from .ours import Site

TARGET = 0.35
QUERIES = 4


def measure(options) -> Findings:
    found = Findings("A page, rendered")
    site = Site("sqlite")
    path, html = delivery.prepare(site)
    ours, stock = "ours, store off", "stock"
    with ExitStack() as running:
        off = site.own_store("off")
        servers = [
            running.enter_context(site.serve(ours, path=path, DELIVERY_STORE="False", **off)),
            running.enter_context(peers.stock(stock, path)),
        ]
        readings = load.in_rounds(servers, rounds=options.rounds, seconds=options.seconds)
    rows = [
        (name, load.cpu(own), load.ratios(own, readings[stock])) for name, own in readings.items()
    ]
    found.say(
        f"Ours is the longest procedure in full ({len(html):,} bytes): text, physician box, dates, "
        "relations, breadcrumb, structured data. The stock page has the same words in one rich "
        "text field and nothing else. SQLite; ours under granian, stock under gunicorn."
    )
    found.table(("page", "CPU ms / request", "× stock"), rows)
    ratio = load.ratios(readings[ours], readings[stock])
    found.judge(
        f"Rendered with an empty store: ≤ {TARGET} × the CPU of a stock page",
        f"{ratio} ×",
        ratio.median <= TARGET,
    )
    _count_queries(found, site, path, options)
    return found


def _count_queries(found: Findings, site: Site, path: str, options) -> None:
    """Of a page and of a list, with a dozen procedures and with a thousand."""
    large = Site("sqlite", f"growth_{SIZES[0]}")
    large.set_up()
    large.python("-m", "tests.benchmark.grow", str(SIZES[0]))
    counts = {}
    views = [("page", path, ""), ("list", "/procedures/", ""), ("home page", "/", "")]
    job = json.dumps({"views": views, "most": 3})
    for size, one in (("demonstration", site), (f"{SIZES[0]:,} procedures", large)):
        said = one.python(
            "-m", "tests.benchmark.requesting", job, DELIVERY_STORE="False", **one.own_store("off")
        )
        counts[size] = json.loads(said.splitlines()[-1])
    rows = [(name, *(counts[size][name]["queries"] for size in counts)) for name, *_ in views]
    found.say("Queries of one request:")
    found.table(("view", *counts), rows)
    most = max(max(row[1:]) for row in rows[:2])
    found.judge(
        f"Queries: ≤ {QUERIES} a page, a list ≤ {QUERIES} at any size", f"{most}", most <= QUERIES
    )
