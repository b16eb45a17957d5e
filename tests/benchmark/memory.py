"""How much memory does a worker take, and does it grow?"""

from contextlib import ExitStack

from . import delivery, load, machine, ours, peers
from .findings import Findings
from .ours import Site
from .running import Server

REQUESTS = 100_000
BOUND_MB = 64
BATCH_SECONDS = 2


def measure(options) -> Findings:
    found = Findings("Memory")
    site = Site("sqlite")
    path, _ = delivery.prepare(site)
    wanted = options.times(REQUESTS, REQUESTS // 10)
    with ExitStack() as running:
        stock = running.enter_context(peers.stock("stock", path))
        server = running.enter_context(site.serve("ours", path=path, **site.own_store("memory")))
        load.hammer(stock, seconds=5)
        count = len(ours.public_paths(server))
        first = _resident(server)
        ours.read_all(server)
        before = _resident(server)
        asked = 0
        while asked < wanted:
            reading = load.hammer(server, seconds=BATCH_SECONDS)
            asked += int(reading.per_second * BATCH_SECONDS)
        after = _resident(server)
        # Every page, again and again, with queries that no page knows.
        for turn in range(options.times(20, 3)):
            ours.read_all(server, f"?nonsense={turn}")
        strange = _resident(server)
        stock_mb = _resident(stock)
    found.say("Resident memory of the largest worker, in MB, what workers share counted in each.")
    rows = [
        ("stock, after a warm-up", f"{stock_mb:.0f}", ""),
        ("ours, started", f"{first:.0f}", f"{first / stock_mb:.2f}"),
        (f"ours, all {count} pages kept", f"{before:.0f}", f"{before / stock_mb:.2f}"),
        (f"ours, after {asked:,} requests", f"{after:.0f}", f"{after / stock_mb:.2f}"),
        ("ours, after queries that mean nothing", f"{strange:.0f}", f"{strange / stock_mb:.2f}"),
    ]
    found.table(("worker", "MB", "× stock"), rows)
    found.judge(
        f"Memory: a worker ≤ 1.1 × stock's, plus {BOUND_MB} MB for kept pages at most",
        f"{after / stock_mb:.2f} × with all {count} pages of the demonstration kept",
        after <= 1.1 * stock_mb + BOUND_MB,
    )
    found.judge(
        f"Memory: flat after {wanted:,} requests",
        f"{before:.0f} → {after:.0f} MB",
        after <= before * 1.05,
    )
    return found


def _resident(server: Server) -> float:
    return max(machine.resident_megabytes(pid) for pid in server.workers())
