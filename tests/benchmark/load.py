"""Sends requests with wrk, in rounds in which every peer takes its turn."""

import re
import statistics
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .running import Server

MILLISECONDS = {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}


@dataclass
class Reading:
    """One round of one peer. `cpu_ms` is user and system time of its processes for a request."""

    per_second: float
    cpu_ms: float
    p50_ms: float
    p99_ms: float
    failures: int


@dataclass
class Spread:
    """A median with the least and the most that was measured."""

    values: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def __str__(self) -> str:
        return f"{short(self.median)} ({short(min(self.values))}–{short(max(self.values))})"


def short(number: float) -> str:
    """Three digits that count: 0.0123, 1.23, 12.3, 1,230."""
    if number == 0:
        return "0"
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}"


def hammer(
    server: Server,
    *,
    connections: int = 8,
    seconds: float = 2,
    headers: Mapping[str, str] | None = None,
    script: str = "",
    watched=None,
) -> Reading:
    """Read the server's page as fast as it answers, over so many connections."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "30s", "--latency"]
    for name, value in (headers or {}).items():
        command += ["-H", f"{name}: {value}"]
    if script:
        command += ["-s", script]
    cpu_seconds = watched or server.cpu_seconds
    before = cpu_seconds()
    said = subprocess.run([*command, server.url], capture_output=True, text=True, check=True).stdout
    used = cpu_seconds() - before
    completed = int(re.search(r"(\d+) requests in", said)[1])
    errors = re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return Reading(
        per_second=float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]),
        cpu_ms=used / max(completed, 1) * 1000,
        p50_ms=_latency(said, 50),
        p99_ms=_latency(said, 99),
        failures=sum(map(int, errors.groups() if errors else ()))
        + int(refused[1] if refused else 0),
    )


def _latency(said: str, percent: int) -> float:
    value, unit = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s|m)\b", said).groups()
    return float(value) * MILLISECONDS[unit]


def in_rounds(
    servers: Iterable[Server], *, rounds: int, seconds: float = 2, **options
) -> dict[str, list[Reading]]:
    """`rounds` readings of each server, by name, taken in turns after one that does not count."""
    servers = list(servers)
    for server in servers:
        hammer(server, seconds=1, **options)
    readings: dict[str, list[Reading]] = {server.name: [] for server in servers}
    for _ in range(rounds):
        for server in servers:
            readings[server.name].append(hammer(server, seconds=seconds, **options))
    return readings


def cpu(readings: Iterable[Reading]) -> Spread:
    return Spread([reading.cpu_ms for reading in readings])


def ratios(readings: Iterable[Reading], to: Iterable[Reading]) -> Spread:
    """CPU for a request over that of a peer, round by round."""
    return Spread([a.cpu_ms / b.cpu_ms for a, b in zip(readings, to, strict=True)])
