"""How long does the first reader of a new worker wait?"""

import socket
import time
from contextlib import ExitStack

from . import delivery, peers
from .findings import Findings
from .load import Spread
from .ours import Site
from .running import Server, get

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
        "The server is asked for the page as soon as it takes connections, then on "
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
    return site.serve(name, path=path, wait=False, **more, **site.own_store("start"))


def _wait_until_open(server: Server) -> None:
    """Until both workers take connections: the port is open once the first one listens."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", server.port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"{server.name} does not take connections")


def _milliseconds(server: Server) -> float:
    began = time.perf_counter()
    # By the name that the site is known by: it is that address whose pages a worker prepares.
    status, _ = get(server.port, server.path, {"Host": "127.0.0.1"})
    if status != 200:
        raise RuntimeError(f"{server.name} answered {status}")
    return (time.perf_counter() - began) * 1000
