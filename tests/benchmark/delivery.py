"""How much does a reader's request for a page cost, beside a file and beside stock Wagtail?"""

from contextlib import ExitStack

from . import load, ours, peers, web_server
from .findings import Findings
from .ours import Site
from .running import Server, get

STATIC, CACHED, STOCK = "nginx, static file", "stock + Django's cache middleware", "stock"
EMBEDDED, ONE_WORKER = "ours, nothing in front", "ours, nothing in front, one worker"
BEHIND, UNCACHED = "ours behind nginx", "ours, store off"
BAKES = {"DELIVERY_BAKES": "True"}
AS_BROWSERS_ASK = {"Accept-Encoding": "gzip, deflate, br"}


def prepare(site: Site) -> tuple[str, bytes]:
    """Sets up our site and the stock one with the same words. Returns path and HTML of the page
    that is measured, the demonstration's longest procedure."""
    site.set_up()
    with site.serve("ours, to look at", path="/") as server:
        path, html = ours.longest_procedure(server)
        # So that no worker that is measured makes images in new sizes.
        ours.read_all(server)
    peers.set_up_stock(path, peers.main_text(html), html)
    return path, html.encode()


def measure(options) -> Findings:
    found = Findings("A page, delivered")
    site = Site("sqlite")
    path, html = prepare(site)
    with ExitStack() as running:
        run = running.enter_context
        embedded = run(site.serve(EMBEDDED, path=path))
        baking = run(site.serve("ours, baking", path=path, **BAKES, **site.own_store("baked")))
        servers = [
            run(web_server.static_file(STATIC, path, html)),
            run(web_server.in_front_of(BEHIND, baking, site.folder / "baked", path)),
            embedded,
            run(site.serve(ONE_WORKER, lambda port: ours.granian(port, workers=1), path=path)),
            run(peers.stock(CACHED, peers.in_full(path), CACHED="1")),
            run(peers.stock(STOCK, path)),
            run(site.serve(UNCACHED, path=path, DELIVERY_STORE="False", **site.own_store("off"))),
        ]
        one = options.rounds, options.seconds
        plain = load.in_rounds(servers, rounds=one[0], seconds=one[1])
        packed = load.in_rounds(servers[:4], rounds=one[0], seconds=one[1], headers=AS_BROWSERS_ASK)
        lengths = {server.name: len(get(server.port, server.path)[1]) for server in servers}
    found.say(
        "The demonstration's longest procedure with an empty memory filled by its first request. "
        f"The static file has the same HTML ({len(html):,} bytes), and the page of the stock site "
        f"with Django's cache middleware about as many bytes ({lengths[CACHED]:,}); the stock "
        "site's own (`wagtail start`, one rich text field) has the same words "
        f"({lengths[STOCK]:,} bytes)."
    )
    heads = (
        "peer",
        "CPU ms / request",
        "× nginx static",
        "× cache middleware",
        "requests / s",
        "p50 / p99 ms",
        "failed",
    )
    found.table(heads, [_row(server, plain) for server in servers])
    found.say("The same, asked for as browsers do (`Accept-Encoding: gzip, deflate, br`):")
    found.table(heads[:3] + heads[4:], [_row(s, packed, packed=True) for s in servers[:4]])
    _judge(found, plain)
    return found


def _row(server: Server, readings: dict, *, packed: bool = False) -> tuple:
    own = readings[server.name]
    return (
        server.name,
        load.cpu(own),
        load.ratios(own, readings[STATIC]),
        *(() if packed else (load.ratios(own, readings[CACHED]),)),
        load.Spread([reading.per_second for reading in own]),
        f"{own[len(own) // 2].p50_ms:.2f} / {own[len(own) // 2].p99_ms:.2f}",
        sum(reading.failures for reading in own),
    )


def _judge(found: Findings, plain: dict) -> None:
    to_static = load.ratios(plain[EMBEDDED], plain[STATIC])
    to_cached = load.ratios(plain[EMBEDDED], plain[CACHED])
    behind = load.ratios(plain[BEHIND], plain[STATIC])
    found.judge(
        "Page from the store, nothing in front: CPU ≤ 3 × nginx static file",
        f"{to_static} ×",
        to_static.median <= 3,
    )
    found.judge(
        "The same: ≤ 0.1 × Django's cache middleware", f"{to_cached} ×", to_cached.median <= 0.1
    )
    found.judge(
        "Behind our nginx configuration: CPU ≤ 1.6 × nginx static file",
        f"{behind} ×",
        behind.median <= 1.6,
    )
