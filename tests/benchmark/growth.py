"""What does a site of ten thousand pages cost, beside one of a thousand?"""

import json
import statistics

from .findings import Findings
from .load import Spread, short
from .ours import Site

SIZES = (1_000, 10_000)
TARGET = 1.5
SEARCH_MS = 100
SEARCH = "search, commonest word"
VIEWS = (
    ("procedure page", "/procedures/procedure-900/", ""),
    ("list of procedures", "/procedures/", ""),
    ("list, last page of the A–Z", "/procedures/?page=LAST", ""),
    ("list, narrowed by area", "/procedures/?area=AREA", ""),
    ("sitemap section", "/sitemap.xml?section=1", ""),
    ("API, 20 procedures", "/api/v2/procedures/?limit=20", ""),
    (SEARCH, "/search/?q=bone", ""),
    ("admin: explorer", "/admin/pages/SECTION/", "administrator"),
    ("admin: edit", "/admin/pages/PAGE/edit/", "administrator"),
)


def measure(options) -> Findings:
    found = Findings("From 1,000 to 10,000 pages")
    found.say(
        "CPU of one request in process, the database server's included, nothing from the store; "
        "the last but one column is the first request after something was written, when nothing "
        "that is kept for a generation counts any more. Procedures are copies of the "
        "demonstration's longest one, with relations and versions."
    )
    heads = (
        "view",
        "queries",
        *(f"CPU ms at {size:,}" for size in SIZES),
        "×",
        "first after a change",
        "KB at 10,000",
    )
    for database in options.databases:
        small, large = (views_of(database, size, options) for size in SIZES)
        rows, growth = [], {}
        for name, *_ in VIEWS:
            before, after = Spread(small[name]["cpu_ms"]), Spread(large[name]["cpu_ms"])
            growth[name] = after.median / before.median
            queries = f"{small[name]['queries']} / {large[name]['queries']}"
            size = f"{large[name]['bytes'] / 1000:,.0f}"
            first = Spread(large[name]["after_ms"])
            rows.append((name, queries, before, after, short(growth[name]), first, size))
        found.say(f"**{database}**")
        found.table(heads, rows)
        search = statistics.median(large[SEARCH]["cpu_ms"])
        steep = {name: ratio for name, ratio in growth.items() if ratio > TARGET and name != SEARCH}
        told = ", ".join(f"{name} {short(ratio)} ×" for name, ratio in steep.items())
        found.judge(
            f"1,000 → 10,000 pages, {database}: each view ≤ {TARGET} × the CPU",
            told or f"at most {short(max(r for n, r in growth.items() if n != SEARCH))} ×",
            not steep,
        )
        found.judge(
            f"Search for the commonest word among 10,000 pages, {database}: ≤ {SEARCH_MS} ms",
            f"{short(search)} ms",
            search <= SEARCH_MS,
        )
    return found


def views_of(database: str, size: int, options) -> dict:
    """All views of a site of so many procedures, which is kept for the next run."""
    site = Site(database, f"growth_{size}")
    site.set_up()
    site.python("-m", "tests.benchmark.grow", str(size))
    ask = (
        "from procedures.models import *; page = ProcedurePage.objects.get(slug='procedure-900');"
        "import json; from django.utils.text import slugify;"
        "print(json.dumps({'PAGE': page.pk, 'SECTION': page.get_parent().pk,"
        "'AREA': slugify(page.body_area.name)}))"
    )
    ids = json.loads(site.command("shell", "--no-imports", "-c", ask).splitlines()[-1])
    views = []
    for name, path, account in VIEWS:
        for word, value in ids.items():
            path = path.replace(word, str(value))
        views.append((name, path, account))
    job = {"views": views, "most": options.times(20, 3)}
    said = site.python("-m", "tests.benchmark.requesting", json.dumps(job), DELIVERY_STORE="False")
    return json.loads(said.splitlines()[-1])
