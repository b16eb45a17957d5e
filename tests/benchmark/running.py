"""Starts servers on free ports of this machine, and ends them again."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import machine

ROOT = Path(__file__).resolve().parents[2]
SCRATCH = ROOT / "var" / "benchmark"


@dataclass
class Server:
    """A peer that runs: what it is called in tables, where it answers, and its main process."""

    name: str
    port: int
    pid: int
    path: str = "/"
    # Processes that work for it and are counted with it.
    helpers: tuple[int, ...] = ()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}"

    def cpu_seconds(self) -> float:
        return machine.cpu_seconds(machine.tree(self.pid, *self.helpers))

    def workers(self) -> list[int]:
        return machine.leaves(self.pid)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def serving(
    name: str,
    command: Sequence[str],
    *,
    port: int,
    path: str = "/",
    environment: Mapping[str, str] | None = None,
    folder: Path = ROOT,
    wait: bool = True,
    helpers: tuple[int, ...] = (),
) -> Iterator[Server]:
    """Runs `command` in a process group of its own until the block ends."""
    (SCRATCH / "logs").mkdir(parents=True, exist_ok=True)
    log = (SCRATCH / "logs" / f"{name.replace(' ', '-').replace('/', '-')}.log").open("w")
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**clean_environment(), **(environment or {})},
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    server = Server(name, port, process.pid, path, helpers)
    try:
        if wait:
            wait_for(server, process)
        yield server
    finally:
        _end(process)


def clean_environment() -> dict[str, str]:
    """This process's, without what would choose another site or database."""
    ours = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "VAR_DIR", "BASE_URL", "PYTHONPATH")
    return {name: value for name, value in os.environ.items() if name not in ours}


def get(port: int, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
    """Status and body of one request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers=dict(headers or {}))
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def wait_for(server: Server, process: subprocess.Popen, seconds: float = 60) -> None:
    """Returns when the server answers its page with 200; fails if it does not in time."""
    end, answer = time.monotonic() + seconds, "nothing"
    while time.monotonic() < end and process.poll() is None:
        try:
            status, body = get(server.port, server.path)
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
            continue
        if status == 200:
            return
        answer = f"{status} {body[:200]!r}"
        time.sleep(0.2)
    raise RuntimeError(f"{server.name} does not serve {server.path}: it answered {answer}")


def _end(process: subprocess.Popen) -> None:
    """Ask the whole group to end; insist after a while."""
    for sign, patience in ((signal.SIGTERM, 8), (signal.SIGKILL, 8)):
        try:
            os.killpg(process.pid, sign)
            process.wait(patience)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
        else:
            return
