"""The web server's configuration: nginx takes it, and says of pages what the application says."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from clinic.delivery.baked import PERIOD_SECONDS

FILE = Path(__file__).resolve().parents[1] / "deploy" / "nginx.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/sbin")

# Of one answer, not of pages: or added to it by nginx itself.
OWN = {"content-type", "content-length", "content-encoding", "etag", "last-modified", "vary"}


@pytest.mark.skipif(not NGINX, reason="nginx is not installed here")
def test_nginx_accepts_the_configuration(tmp_path):
    text = FILE.read_text().replace("/run/nginx.pid", f"{tmp_path}/nginx.pid")
    text = text.replace("/var/log/nginx", str(tmp_path)).replace("listen 80", "listen 127.0.0.1:0")
    adapted = tmp_path / "nginx.conf"
    adapted.write_text(text.replace("127.0.0.1:0", "127.0.0.1:65000"))
    said = subprocess.run([NGINX, "-t", "-c", str(adapted)], capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    assert "warn" not in said.stderr


@pytest.mark.django_db
def test_baked_pages_have_the_headers_that_the_application_sends(practice, client):
    page = practice.procedure(title="Needle", slug="needle")
    sent = {name.lower(): value for name, value in client.get(page.url).items()}
    pages = re.search(r"location / \{(.*?)\n        \}", FILE.read_text(), re.DOTALL)[1]
    added = {
        name.lower(): value.strip('"')
        for name, value in re.findall(r'^\s*add_header (\S+) ("[^"]*"|[^;"]+);', pages, re.M)
    }
    # Finished pages are always asked about again; an answer in a transaction is not finished.
    assert added.pop("cache-control") == "no-cache"
    assert added == {n: v for n, v in sent.items() if n not in OWN | {"cache-control"}}


def test_the_period_is_the_one_that_pages_are_baked_for():
    digits = re.search(r"\\d\{(\d+)\}\)\\d\{(\d+)\}\\\.", FILE.read_text())
    assert (10 ** int(digits[2]), int(digits[1]) + int(digits[2])) == (PERIOD_SECONDS, 10)
