"""Can two people publish beside 32 readers, and what do the readers notice?"""

import json
import subprocess
import threading
from contextlib import ExitStack

from . import load, ours, peers
from .board import Board
from .findings import Findings
from .ours import Site
from .running import ROOT, clean_environment

READERS = 32
TARGET_P99_MS = 1000
TARGET_KEPT = 0.75
# Two people of a busy practice; without a pause they take what the readers leave of the cores.
PAUSE_SECONDS = 1.0


def measure(options) -> Findings:
    found = Findings("Publishing beside readers")
    found.say(
        f"{READERS} connections read the longest procedure as fast as they are answered (two web "
        "processes, nothing in front) while two people publish two procedures, each in a process "
        "of its own, one of them a physician's profile every fifth time: first as fast as they "
        f"can, then with a pause of {PAUSE_SECONDS:g} s. Readers' rate is compared with their rate "
        "alone, measured just before."
    )
    rows = []
    for database in options.databases:
        fast = one_run(database, options.times(500, 40), 0, options)
        slow = one_run(database, options.times(30, 5), PAUSE_SECONDS, options)
        for name, run in (("without pause", fast), ("a pause after each", slow)):
            rows.append(
                (
                    f"{database}, {name}",
                    run["published"],
                    run["failed"],
                    f"{run['median']:.0f}",
                    f"{run['p99']:.0f}",
                    f"{run['alone']:,.0f}",
                    f"{run['beside']:,.0f}",
                    load.short(run["kept"]),
                    f"{run['readers_p99']:.0f}",
                    run["readers_failed"],
                )
            )
        tries = fast["published"] + fast["failed"]
        found.judge(
            f"Publishing beside {READERS} readers, {database}: 0 failures, p99 ≤ 1 s",
            f"{fast['failed']} of {tries} failed, p99 {fast['p99']:.0f} ms, without pause",
            fast["failed"] == 0 and fast["p99"] <= TARGET_P99_MS,
        )
        found.judge(
            f"Readers keep ≥ {TARGET_KEPT} of their rate, {database}",
            f"{load.short(slow['kept'])} with a pause of {PAUSE_SECONDS:g} s, "
            f"{load.short(fast['kept'])} without pause",
            slow["kept"] >= TARGET_KEPT,
        )
    heads = (
        "database",
        "published",
        "failed",
        "publish ms: median",
        "p99",
        "readers / s alone",
        "beside",
        "kept",
        "readers' p99 ms beside",
        "readers failed",
    )
    found.table(heads, rows)
    return found


def one_run(database: str, count: int, pause: float, options) -> dict:
    """`count` publications by each of two people."""
    # Of its own: a page with a thousand versions is not what others measure.
    site = Site(database, "publishing")
    site.set_up(anew=True)
    board = Board(site.folder / "board", new=True)
    with ExitStack() as running:
        server = running.enter_context(site.serve(f"ours, published to, {database}"))
        path, _ = ours.longest_procedure(server)
        other = next(p for p in ours.procedures(server) if p != path)
        server.path = path
        load.hammer(server, connections=READERS, seconds=1)
        alone = load.hammer(server, connections=READERS, seconds=3 * options.seconds)
        paths = ((path, other, "AAAAB"), (other, path, "A"))
        people = [
            _start(
                site,
                count=count,
                pause=pause,
                port=server.port,
                path=own,
                other_path=others,
                kinds=kinds,
                board=str(board.path),
                task="publish",
                look=False,
            )
            for own, others, kinds in paths
        ]
        readings: list[load.Reading] = []
        stop = threading.Event()

        def read() -> None:
            while not stop.is_set():
                readings.append(load.hammer(server, connections=READERS, seconds=2))

        reader = threading.Thread(target=read)
        reader.start()
        said = [person.communicate() for person in people]
        stop.set()
        reader.join()
    answers = []
    for out, error in said:
        if not out:
            raise RuntimeError(error[-2000:])
        answers.append(json.loads(out.splitlines()[-1]))
    took = sorted(ms for answer in answers for times in answer["took_ms"].values() for ms in times)
    # The first and the last reading are partly alone.
    inner = readings[1:-1] or readings
    beside = load.Spread([reading.per_second for reading in inner]).median
    return {
        "published": len(took),
        "failed": sum(len(answer["failures"]) for answer in answers),
        "median": took[len(took) // 2],
        "p99": took[min(int(len(took) * 0.99), len(took) - 1)],
        "alone": alone.per_second,
        "beside": beside,
        "kept": beside / alone.per_second,
        "readers_p99": max(reading.p99_ms for reading in inner),
        "readers_failed": sum(reading.failures for reading in readings),
    }


def _start(site: Site, **job) -> subprocess.Popen:
    return subprocess.Popen(
        [peers.PYTHON, "-m", "tests.benchmark.publisher", json.dumps(job)],
        cwd=ROOT,
        env={**clean_environment(), **site.environment()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
