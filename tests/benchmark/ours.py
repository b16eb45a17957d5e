"""Our site as it is measured: the demonstration practice, in a database and folder of its own,
with the settings of a public server but no TLS."""

import hashlib
import re
import shutil
import subprocess
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from . import databases, peers
from .running import ROOT, SCRATCH, Server, clean_environment, free_port, get, serving

PASSWORD = "benchmark"


@dataclass(frozen=True)
class Site:
    """One copy of the site. `database` is "sqlite" or "postgresql"."""

    database: str
    use: str = "demonstration"

    @property
    def folder(self) -> Path:
        return SCRATCH / f"{self.use}-{self.database}"

    def environment(self, **more: str) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "clinic.settings.base",
            "SECRET_KEY": "benchmark-" + "0" * 50,
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "BASE_URL": "http://127.0.0.1",
            "VAR_DIR": str(self.folder),
            "DATABASE_URL": databases.url(
                self.database, f"clinic_benchmark_{self.use}", self.folder
            ),
            "PYTHONPATH": str(ROOT),
            **more,
        }

    def own_store(self, name: str) -> dict[str, str]:
        """For a server that shares the database with others, but no finished pages."""
        folder = self.folder / name / "delivery"
        folder.mkdir(parents=True, exist_ok=True)
        return {"DELIVERY_DIR": str(folder)}

    def command(self, *arguments: str, **environment: str) -> str:
        """What `manage.py` printed."""
        return self.python("manage.py", *arguments, **environment)

    def python(self, *arguments: str, **environment: str) -> str:
        run = subprocess.run(
            [peers.PYTHON, *arguments],
            cwd=ROOT,
            env={**clean_environment(), **self.environment(**environment)},
            capture_output=True,
            text=True,
        )
        if run.returncode:
            raise RuntimeError(f"{' '.join(arguments)}: {run.stderr[-3000:]}")
        return run.stdout

    def set_up(self, *, anew: bool = False) -> None:
        """Migrate, and load the demonstration; if not `anew`, only after the site itself has
        changed."""
        done, now = self.folder / ".done", _state_of_the_code()
        if not anew and done.exists() and done.read_text() == now:
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        databases.make(self.database, f"clinic_benchmark_{self.use}")
        self.command("migrate")
        self.command("collectstatic", "--noinput")
        self.command(
            *("load_demonstration", "--password", PASSWORD),
            DJANGO_SETTINGS_MODULE="clinic.settings.dev",
        )
        self.command("run_jobs", "--once")
        done.write_text(now)

    def serve(
        self,
        name: str,
        command=None,
        *,
        path: str = "/",
        port: int | None = None,
        wait: bool = True,
        **environment: str,
    ) -> AbstractContextManager[Server]:
        """`command(port)` gives the server's command line; ours unless told otherwise."""
        port = port or free_port()
        return serving(
            name,
            (command or granian)(port),
            port=port,
            path=path,
            environment=self.environment(**environment),
            wait=wait,
        )


def _state_of_the_code() -> str:
    """Changes with any file of the site."""
    folders = (ROOT / name for name in ("clinic", "physicians", "procedures"))
    files = sorted(file for folder in folders for file in folder.rglob("*") if file.is_file())
    digest = hashlib.sha256()
    for file in files:
        if "__pycache__" not in file.parts:
            digest.update(f"{file} {file.stat().st_mtime_ns}".encode())
    return digest.hexdigest()


def granian(port: int, workers: int = 2, threads: int = 2) -> list[str]:
    """The server that the README names, with its options."""
    return [
        *(peers.program("granian"), "--interface", "wsgi", "--port", str(port)),
        *("--workers", str(workers), "--no-ws", "--http", "1"),
        *("--blocking-threads", str(threads)),
        "clinic.wsgi:application",
    ]


def public_paths(server: Server) -> list[str]:
    """Where every public page is."""
    status, sitemap = get(server.port, "/sitemap.xml")
    if status != 200:
        raise RuntimeError(f"The sitemap was answered {status}")
    return re.findall(r"<loc>https?://[^/]+(/[^<]*)</loc>", sitemap.decode())


def read_all(server: Server, query: str = "") -> None:
    """Every public page four times, so that both workers are likely to have it."""
    for path in public_paths(server) * 4:
        get(server.port, f"{path}{query}")


def procedures(server: Server) -> list[str]:
    is_procedure = re.compile(r"/procedures/[^/]+/").fullmatch
    return [path for path in public_paths(server) if is_procedure(path)]


def longest_procedure(server: Server) -> tuple[str, str]:
    """Path and HTML of the demonstration's procedure that has most to say."""
    pages = {path: get(server.port, path)[1].decode() for path in procedures(server)}
    path = max(pages, key=lambda name: len(pages[name]))
    return path, pages[path]
