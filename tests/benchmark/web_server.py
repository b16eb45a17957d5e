"""nginx, with the site's own configuration or as it sends one plain file."""

import gzip
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from .peers import which
from .running import ROOT, SCRATCH, Server, free_port, serving

CONFIGURATION = ROOT / "deploy" / "nginx.conf"
STATIC = """
worker_processes auto;
pid {folder}/static.pid;
error_log {folder}/static-error.log warn;
events {{ worker_connections 2048; }}
http {{
    include /etc/nginx/mime.types;
    sendfile on;
    tcp_nopush on;
    access_log off;
    gzip_static on;
    server {{
        listen 127.0.0.1:{port};
        location / {{ root {root}; index index.html; }}
    }}
}}
"""


def nginx(configuration: Path) -> list[str]:
    # The workers of a root's nginx would otherwise give up their right to look into SCRATCH.
    also = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")
    return [which("nginx"), "-c", str(configuration), "-p", str(SCRATCH), "-g", also]


@contextmanager
def static_file(name: str, path: str, html: bytes, style: bytes = b"") -> Iterator[Server]:
    """nginx, sending the file `html` at `path`: what everything else is compared with."""
    root, port = SCRATCH / "static-root", free_port()
    page = root / path.strip("/") / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_bytes(html)
    (page.parent / "plain.css").write_bytes(style)
    (page.parent / "index.html.gz").write_bytes(gzip.compress(html, 9))
    file = SCRATCH / "static-nginx.conf"
    file.write_text(STATIC.format(folder=SCRATCH, port=port, root=root))
    with serving(name, nginx(file), port=port, path=path) as server:
        yield server


def adapted(configuration: str, *, folder: Path, port: int, application: int) -> str:
    """deploy/nginx.conf with this machine's names, ports and folders, and nothing else changed."""
    changes = {
        "listen 80 default_server;": f"listen 127.0.0.1:{port} default_server;",
        "listen 80;": f"listen 127.0.0.1:{port};",
        "server_name clinic.example.com;": "server_name 127.0.0.1 localhost;",
        "/srv/clinic/var": str(folder),
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{application};",
        "/run/nginx.pid": f"{folder}/nginx.pid",
        "/var/log/nginx": str(folder),
    }
    for here, there in changes.items():
        if here not in configuration:
            raise ValueError(f"deploy/nginx.conf has no {here!r} any more")
        configuration = configuration.replace(here, there)
    return configuration


def in_front_of(
    name: str, application: Server, folder: Path, path: str
) -> AbstractContextManager[Server]:
    """nginx with the site's configuration before a running `application` whose VAR_DIR is
    `folder`. Its CPU is counted with the application's."""
    port, file = free_port(), folder / "nginx.conf"
    text = CONFIGURATION.read_text()
    file.write_text(adapted(text, folder=folder, port=port, application=application.port))
    return serving(name, nginx(file), port=port, path=path, helpers=(application.pid,))
