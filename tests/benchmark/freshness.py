"""Does a reader ever get an old page after a publication, and how soon is the new one ready?"""

import json
import statistics
from contextlib import ExitStack

from . import ours, web_server
from .board import Board
from .findings import Findings
from .ours import Site
from .readers import hammering

READERS = 8
FRONTS = ("nothing in front", "behind nginx")


def measure(options) -> Findings:
    found = Findings("After a publication")
    found.say(
        f"{READERS} readers ask again 4 ms after each answer while one publishes: nine of ten by "
        "the publishing service in a process of its own (one of them a physician's profile, which "
        "their procedures show), one of ten by posting the admin's form as an administrator does. "
        "Each publication writes its number into the text. A reader notes the newest number whose "
        "publisher has had its answer, then asks: an older number in the answer is an old page. "
        "In a race, readers come between Wagtail's signal and the commit. Two web processes."
    )
    rows, ready_idle, old, asked, published, races = [], [], 0, 0, 0, 0
    for database in options.databases:
        for front in FRONTS:
            row = one_front(database, front, options)
            rows.append(row["cells"])
            print(*row["cells"], sep=" | ", flush=True)
            ready_idle.append(row["ready"])
            old, asked = old + row["old"], asked + row["asked"]
            published, races = published + row["published"], races + row["races"]
    heads = (
        "database, front",
        "published",
        "readers' answers",
        "old",
        "failed",
        "races",
        "old",
        "ready after, ms: quiet, text",
        "quiet, dependent",
        "beside the readers",
    )
    found.table(heads, rows)
    found.judge(
        "After a publish: the old page 0 times",
        f"{old} in {asked:,} answers, {published:,} publishes and {races} forced races",
        old == 0,
    )
    worst = max(ready_idle)
    found.judge(
        "New page ready ≤ 100 ms after the publisher's response, dependents included",
        f"{worst:.0f} ms (worst median of text or dependent, no other load)",
        worst <= 100,
    )
    return found


def one_front(database: str, front: str, options) -> dict:
    """The whole story for one database and one way to the reader."""
    # Of its own: a page with a thousand versions is not what others measure.
    site = Site(database, "freshness")
    site.set_up(anew=True)
    board = Board(site.folder / "board", new=True)
    with ExitStack() as running:
        run = running.enter_context
        bakes = {"DELIVERY_BAKES": "True"} if front == "behind nginx" else {}
        server = run(site.serve(f"ours, {front}, {database}", **bakes))
        path, _ = ours.longest_procedure(server)
        other = next(p for p in ours.procedures(server) if p != path)
        if bakes:
            server = run(web_server.in_front_of(f"nginx, {database}", server, site.folder, path))
        job = {"port": server.port, "path": path, "other_path": other, "board": str(board.path)}

        def publish(**more) -> dict:
            said = site.python("-m", "tests.benchmark.publisher", json.dumps(job | more), **bakes)
            return json.loads(said.splitlines()[-1])

        quiet = publish(task="publish", count=options.times(60, 10), kinds="AB")
        with hammering(server.port, [path, other], board.path, count=READERS) as seen:
            busy = publish(task="publish", count=options.times(250, 30))
        raced = publish(task="races", count=options.times(50, 10))
    took = sum(len(times) for times in busy["took_ms"].values())
    medians = {kind: statistics.median(quiet["ready_ms"][kind]) for kind in "AB"}
    everyone = [ms for times in busy["ready_ms"].values() for ms in times]
    beside = (
        f"{statistics.median(everyone):.0f} (p99 {sorted(everyone)[int(len(everyone) * 0.99)]:.0f})"
    )
    failed = seen.failed.value + len(busy["failures"])
    if busy["failures"]:
        print(f"{database}, {front}: {busy['failures'][:3]}")
    cells = (
        f"{database}, {front}",
        took,
        f"{seen.answers.value:,}",
        seen.old.value + busy["old"],
        failed,
        options.times(50, 10),
        raced["old"],
        f"{medians['A']:.0f} (max {max(quiet['ready_ms']['A']):.0f})",
        f"{medians['B']:.0f} (max {max(quiet['ready_ms']['B']):.0f})",
        beside,
    )
    return {
        "cells": cells,
        "ready": max(medians.values()),
        "old": seen.old.value + quiet["old"] + busy["old"] + raced["old"],
        "asked": seen.answers.value,
        "published": took,
        "races": options.times(50, 10),
    }
