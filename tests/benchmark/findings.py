"""What parts of the benchmark found, kept between runs, and written down as docs/performance.md."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from . import machine
from .running import ROOT, SCRATCH

REPORT = ROOT / "docs" / "performance.md"
KEPT = SCRATCH / "findings"
HEAD = """# Performance

Written by `make benchmark`, which measures all of this anew; nothing here is typed. Peers run on
the same machine in the same minutes, in turns, after a warm-up. A cell is the median of the rounds
(least–most). CPU is user and system time of a peer's whole process tree for one completed request,
read from the kernel; it repeats within 10–20 %, where requests per second depend on who else is at
work. So ratios inside one table count, not figures of two tables. Requests come from `wrk` on the
same cores, over eight connections unless said. No TLS, HTTP/2 or CDN is measured.
"""


@dataclass
class Verdict:
    """A target, what was measured for it, and whether that is enough (None: not measured)."""

    target: str
    measured: str
    met: bool | None


@dataclass
class Findings:
    """The answer of one part to its question."""

    title: str
    verdicts: list[Verdict] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def say(self, paragraph: str) -> None:
        self.text.append(paragraph)

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        lines = [heads, ["---"] * len(heads), *rows]
        self.text.append("\n".join(f"| {' | '.join(map(str, line))} |" for line in lines))

    def judge(self, target: str, measured: str, met: bool | None) -> None:
        self.verdicts.append(Verdict(target, measured, met))


def keep(part: str, findings: Findings, *, seconds: float, rounds: int) -> None:
    """Until the part is measured again."""
    KEPT.mkdir(parents=True, exist_ok=True)
    facts = {
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": machine.description(),
        "load": f"{machine.load():.1f}",
        "seconds": round(seconds),
        "rounds": rounds,
        **asdict(findings),
    }
    (KEPT / f"{part}.json").write_text(json.dumps(facts))


def write_report(parts: Iterable[str], versions: str) -> None:
    """docs/performance.md, from what is kept of each part."""
    known = [
        json.loads((KEPT / f"{part}.json").read_text())
        for part in parts
        if (KEPT / f"{part}.json").exists()
    ]
    if not known:
        return
    lines = [HEAD, f"Machine: {known[-1]['machine']}. {versions}.", "", "## Targets", ""]
    lines += ["| target | measured | met |", "| --- | --- | --- |"]
    words = {True: "yes", False: "**no**", None: "not measured"}
    for facts in known:
        for verdict in facts["verdicts"]:
            row = verdict["target"], verdict["measured"], words[verdict["met"]]
            lines.append(f"| {' | '.join(row)} |")
    for facts in known:
        spent = (
            f"{facts['at']}, {facts['rounds']} rounds, {facts['seconds']} s; load {facts['load']}"
        )
        lines += ["", f"## {facts['title']}", "", f"*{spent}*", ""]
        lines.append("\n\n".join(facts["text"]))
    REPORT.write_text("\n".join(lines).rstrip() + "\n")
