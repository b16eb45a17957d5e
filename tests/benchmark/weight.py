"""How heavy is a page on the wire, and how soon does a phone show it?"""

import json
import re
import shutil
import socket
import subprocess
from contextlib import ExitStack
from pathlib import Path

from . import delivery, web_server
from .findings import Findings
from .load import Spread
from .ours import Site
from .running import SCRATCH, Server

LIGHTHOUSE = ("lighthouse@12.8.2", "chrome-launcher@1.2.1")
TARGET_KB = 15
TARGET_LCP = 1.1
STYLE = b"body { max-width: 40em; margin: auto; font: 1.1em/1.5 sans-serif }"
SCRIPT = Path(__file__).with_name("lighthouse.mjs")


def measure(options) -> Findings:
    found = Findings("Weight and first view")
    site = Site("sqlite")
    path, html = delivery.prepare(site)
    with ExitStack() as running:
        run = running.enter_context
        server = run(site.serve("ours", path=path))
        ours = wire_bytes(server, path)
        parts = {
            name: sum(
                wire_bytes(server, found) for found in set(re.findall(pattern, html.decode()))
            )
            for name, pattern in (
                ("style sheets", r'<link[^>]+rel="stylesheet"[^>]+href="(/[^"]+)"'),
                ("scripts", r'<script[^>]+src="(/[^"]+)"'),
            )
        }
        total = ours + sum(parts.values())
        rows = [("page", ours), *parts.items(), ("together, without images", total)]
        found.say("Bytes on the wire of the longest procedure, headers included, with Brotli.")
        found.table(("part", "bytes"), [(name, f"{size:,}") for name, size in rows])
        found.judge(
            f"Weight: a procedure ≤ {TARGET_KB} KB with style sheets, without images; no script",
            f"{total / 1000:.1f} KB, of which scripts {parts['scripts']:,} bytes",
            total <= TARGET_KB * 1000 and not parts["scripts"],
        )
        why = why_no_lighthouse()
        if why:
            found.judge(f"LCP ≤ {TARGET_LCP} × a static page's, CLS 0, TBT 0", why, None)
            return found
        plain = as_static(html.decode()).encode()
        static = run(web_server.static_file("static page", path, plain, style=STYLE))
        _judge_first_view(found, server, static, options)
    return found


def as_static(html: str) -> str:
    """The page as someone would write it by hand: its words, one short style sheet, no image."""
    main = re.search(r"<main.*</main>", html, re.DOTALL)[0]
    main = re.sub(r"<(picture|svg|script)\b.*?</\1>|<img[^>]*>", "", main, flags=re.DOTALL)
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<link rel="stylesheet" href="plain.css">'
    )
    return f'<!doctype html><html lang="en"><head>{head}<title>Plain</title></head>{main}</html>'


def wire_bytes(server: Server, path: str) -> int:
    """All that the server sends for one request of a browser."""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        "Accept-Encoding: br\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(request.encode())
        return sum(len(part) for part in iter(lambda: line.recv(65536), b""))


def why_no_lighthouse() -> str:
    """Why Lighthouse cannot be had, after trying to install it; empty if it can."""
    npm, chromium = shutil.which("npm"), shutil.which("chromium")
    if not (npm and chromium and shutil.which("node")):
        return "node, npm and Chromium are not all here"
    folder = SCRATCH / "node"
    if not (folder / "node_modules" / "lighthouse").exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--silent", "--no-audit", "--no-fund", *LIGHTHOUSE]
        if subprocess.run(command, cwd=folder, capture_output=True).returncode:
            return "npm could not install Lighthouse"
    return ""


def _judge_first_view(found: Findings, ours: Server, static: Server, options) -> None:
    views: dict[str, list[dict]] = {"ours": [], "static page": []}
    for _ in range(options.times(3, 1)):
        for name, server in (("ours", ours), ("static page", static)):
            views[name].append(_look(server.url))

    def spread(name: str, what: str) -> Spread:
        return Spread([view[what] for view in views[name]])

    found.say(
        "Lighthouse's phone (slow 4G, simulated). The static page has the same words, one short "
        "style sheet, and no image."
    )
    rows = [(name, *(spread(name, what) for what in ("lcp", "cls", "tbt"))) for name in views]
    found.table(("page", "LCP ms", "CLS", "TBT ms"), rows)
    ratio = spread("ours", "lcp").median / spread("static page", "lcp").median
    shift, blocked = spread("ours", "cls").median, spread("ours", "tbt").median
    found.judge(
        f"LCP ≤ {TARGET_LCP} × a static page's, CLS 0, TBT 0",
        f"{ratio:.2f} ×, CLS {shift:.3g}, TBT {blocked:.0f} ms",
        ratio <= TARGET_LCP and shift == 0 and blocked == 0,
    )


def _look(address: str) -> dict:
    command = [
        *(shutil.which("node"), str(SCRIPT), str(SCRATCH / "node"), shutil.which("chromium")),
        address,
    ]
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
