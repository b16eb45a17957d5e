"""The demonstration practice, served as `make run` serves it, for browsers to look at."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PREPARATION = (
    *(["migrate"], ["set_up_roles"], ["load_demonstration"], ["run_jobs", "--once"]),
    ["collectstatic", "--noinput", "--settings", "clinic.settings.base"],
)


@contextmanager
def demonstration_server(folder: Path) -> Iterator[str]:
    """Loads the practice into `folder`, serves it, and yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    address = f"http://localhost:{port}"
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "DJANGO_SETTINGS_MODULE": "clinic.settings.dev",
        "VAR_DIR": str(folder),
        "BASE_URL": address,
    }
    manage = [sys.executable, str(ROOT / "manage.py")]
    for command in PREPARATION:
        subprocess.run([*manage, *command], env=environment, check=True, capture_output=True)
    server = subprocess.Popen(
        [*manage, "runserver", port, "--noreload"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(address)
        yield address
    finally:
        server.terminate()
        server.wait()


def _wait_for(address: str, seconds: float = 60) -> None:
    """Returns when `address` is answered; fails after so many seconds."""
    end = time.monotonic() + seconds
    while True:
        try:
            urlopen(address, timeout=10).close()
            return
        except (URLError, ConnectionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
