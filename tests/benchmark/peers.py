"""Sets up the peers from the package registries, once: an environment of their own that our site
is measured in too (the same Python, Django and Wagtail), and a stock Wagtail site."""

import re
import shutil
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

from .running import ROOT, SCRATCH, Server, clean_environment, free_port, serving

ENVIRONMENT = SCRATCH / "environment"
PYTHON = str(ENVIRONMENT / "bin" / "python")
SITE = SCRATCH / "stock"
PARTS = Path(__file__).parent / "stock"
# Only the benchmark needs these; what the site itself needs is in its requirements.
SERVERS = ("gunicorn==27.0.1", "granian==2.8.7", "uvicorn==0.54.0")


def program(name: str) -> str:
    return str(ENVIRONMENT / "bin" / name)


def set_up_environment() -> None:
    """About half a minute, and nothing once it is done."""
    done = ENVIRONMENT / ".done"
    wanted = "".join(
        (ROOT / name).read_text() for name in ("requirements.txt", "requirements-production.txt")
    ) + " ".join(SERVERS)
    if done.exists() and done.read_text() == wanted:
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
    install = [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*install, "-r", "requirements.txt"], cwd=ROOT, check=True)
    subprocess.run([*install, "-r", "requirements-production.txt"], cwd=ROOT, check=True)
    subprocess.run([*install, *SERVERS], cwd=ROOT, check=True)
    done.write_text(wanted)


def why_no_tools() -> str:
    """Why wrk or nginx cannot be had, after trying to install them; empty if they are here."""
    missing = {"wrk": "wrk", "nginx": "nginx-light"}
    missing = {name: package for name, package in missing.items() if not which(name)}
    if not missing:
        return ""
    apt = which("apt-get") or "apt-get"
    install = [apt, "install", "-y", "-qq", "--no-install-recommends", *missing.values()]
    try:
        subprocess.run([apt, "update", "-qq"], check=True, capture_output=True)
        subprocess.run(install, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return f"{' and '.join(missing)} cannot be installed here (apt, as root)"
    return ""


def which(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")


def set_up_stock(path: str, text: str, page: str) -> None:
    """A stock site whose page at `path` ("/procedures/NAME/") has the HTML `text`, and another,
    `in_full(path)`, all that stands in the HTML `page`: as many bytes as that."""
    done = SITE / ".done"
    if done.exists() and done.read_text() == path + text + page:
        return
    shutil.rmtree(SITE, ignore_errors=True)
    SITE.mkdir(parents=True)
    subprocess.run([program("wagtail"), "start", "stock", str(SITE)], check=True, stdout=-3)
    shutil.copy(PARTS / "models.py", SITE / "home" / "models.py")
    shutil.copy(PARTS / "text_page.html", SITE / "home" / "templates" / "home")
    shutil.copy(PARTS / "settings.py", SITE / "stock" / "settings" / "benchmark.py")
    stock_command("makemigrations", "home", "-n", "text_page")
    stock_command("migrate")
    stock_command("collectstatic", "--noinput")
    for address, html in ((path, text), (in_full(path), page)):
        file = SCRATCH / "stock-text.html"
        file.write_text(html)
        slug = address.strip("/").rpartition("/")[2]
        environment = {"PAGE_SLUG": slug, "PAGE_TEXT": str(file)}
        stock_command("shell", "-c", (PARTS / "fill.py").read_text(), environment=environment)
    done.write_text(path + text + page)


def in_full(path: str) -> str:
    return f"{path.rstrip('/')}-in-full/"


def stock_command(*arguments: str, environment: dict[str, str] | None = None) -> str:
    command = [PYTHON, "manage.py", *arguments, "--settings", "stock.settings.benchmark"]
    return subprocess.run(
        command,
        cwd=SITE,
        env={**clean_environment(), **(environment or {})},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def gunicorn(application: str, port: int, workers: int = 2) -> list[str]:
    """gunicorn as it is usually told to serve Django: a few threads in each process."""
    return [
        *(program("gunicorn"), application, "--bind", f"127.0.0.1:{port}"),
        *("--workers", str(workers), "--threads", "4", "--worker-class", "gthread"),
    ]


def stock(
    name: str, path: str, *, wait: bool = True, **environment: str
) -> AbstractContextManager[Server]:
    """The stock site under gunicorn."""
    port = free_port()
    return serving(
        name,
        gunicorn("stock.wsgi", port),
        port=port,
        path=path,
        folder=SITE,
        wait=wait,
        environment={"DJANGO_SETTINGS_MODULE": "stock.settings.benchmark", **environment},
    )


def main_text(page: str) -> str:
    """What stands in <main> of a page, as an editor would have it in one rich text: paragraphs,
    headings and lists, without the frame, classes and boxes of the site."""
    main = re.search(r"<main[^>]*>(.*)</main>", page, re.DOTALL)[1]
    kept = re.sub(r"<(svg|picture|figure|form|script|style)\b.*?</\1>", "", main, flags=re.DOTALL)
    kept = re.sub(r"<(?!/?(?:p|h2|h3|h4|ul|ol|li|b|i|strong|em)\b)[^>]*>", " ", kept)
    kept = re.sub(r"<(/?\w+)[^>]*>", r"<\1>", kept)
    return re.sub(r"\s+", " ", kept)
