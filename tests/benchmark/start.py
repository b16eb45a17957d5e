"""How long does the first reader of a new worker wait?"""

import time
from contextlib import ExitStack
from pathlib import Path

from . import delivery, peers
from .findings import Findings
from .load import Spread
from .ours import Site
from .running import Server, free_port, get

TARGET = 2
CONNECTIONS = 12


def measure(options) -> Findings:
    found = Findings("Start")
    site = Site("sqlite")
    path, _ = delivery.prepare(site)
    peer_names = ("ours, from the store", "ours, store off", "stock")
    firsts: dict[str, list[float]] = {name: [] for name in peer_names}
    others: dict[str, list[float]] = {name: [] for name in peer_names}
    warm: dict[str, list[float]] = {name: [] for name in peer_names}
    for _ in range(options.rounds):
        for name in peer_names:
            with ExitStack() as running:
                server = running.enter_context(_start(name, site, path))
                _wait_until_open(server)
                times = [_milliseconds(server) for _ in range(CONNECTIONS)]
                firsts[name].append(times[0])
                others[name].append(max(times[1:]))
                steady = sorted(_milliseconds(server) for _ in range(30))
                warm[name].append(steady[len(steady) // 2])
    found.say(
        "The server is asked for the page as soon as all its workers take connections, then on "
        f"{CONNECTIONS - 1} connections more, so that the other worker's first request is among "
        "them; a warm request is the median of 30 after that. Milliseconds."
    )
    ratio = {
        name: Spread(
            [max(a, b) / w for a, b, w in zip(firsts[name], others[name], warm[name], strict=True)]
        )
        for name in peer_names
    }
    rows = [
        (name, Spread(firsts[name]), Spread(others[name]), Spread(warm[name]), ratio[name])
        for name in peer_names
    ]
    heads = ("peer", "first", "slowest of the next", "warm", "slowest / warm")
    found.table(heads, rows)
    judged = ratio["ours, store off"]
    found.judge(
        f"First request of each worker ≤ {TARGET} × a warm one (page rendered)",
        f"{judged} ×",
        judged.median <= TARGET,
    )
    return found


def _start(name: str, site: Site, path: str):
    if name == "stock":
        return peers.stock(name, path, wait=False)
    more = {"DELIVERY_STORE": "False"} if name == "ours, store off" else {}
    port = free_port()
    # The address that readers ask for: it is that one whose pages a worker prepares.
    more["BASE_URL"] = f"http://127.0.0.1:{port}"
    return site.serve(name, path=path, port=port, wait=False, **more, **site.own_store("start"))


def _wait_until_open(server: Server) -> None:
    """Until all who are to answer listen: each of granian's workers does for itself, gunicorn's
    share one socket. Who asks before competes for the processor with a worker that still loads."""
    sockets = 1 if server.name == "stock" else 2
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if _listening(server.port) == sockets:
            return
        time.sleep(0.02)
    raise RuntimeError(f"{server.name} does not take connections")


def _listening(port: int) -> int:
    """How many sockets of this machine listen at `port`."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == "0A" for row in rows)


def _milliseconds(server: Server) -> float:
    began = time.perf_counter()
    status, _ = get(server.port, server.path)
    if status != 200:
        raise RuntimeError(f"{server.name} answered {status}")
    return (time.perf_counter() - began) * 1000
