"""What the kernel says about processes and the machine (Linux)."""

import os
import platform
import subprocess
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def tree(*roots: int) -> set[int]:
    """The processes `roots` and everything that they started, by id."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    found, waiting = set(), list(roots)
    while waiting:
        pid = waiting.pop()
        found.add(pid)
        waiting += children.get(pid, [])
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time that the processes have used so far, all threads included."""
    ticks = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


def resident_megabytes(pid: int) -> float:
    """Memory of one process that is in RAM, what it shares with others included."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 1e6


def leaves(root: int) -> list[int]:
    """The workers below a server's main process; the process itself if it has none."""
    return sorted(tree(root) - {root}) or [root]


def load() -> float:
    """Processes that waited for a core, on average over the last minute."""
    return os.getloadavg()[0]


def description() -> str:
    """Processor, cores, memory and versions, as one line; no names of machines."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    memory = os.sysconf("SC_PHYS_PAGES") * PAGE / 2**30
    return (
        f"{os.cpu_count()} cores of {next(models, platform.machine())}, {memory:.0f} GiB; "
        f"Linux {platform.release().partition('-')[0]}, Python {platform.python_version()}"
    )


def version(*command: str) -> str:
    """The first line that a program says about its version."""
    answer = subprocess.run(command, capture_output=True, text=True)
    return (answer.stdout or answer.stderr).strip().partition("\n")[0]
