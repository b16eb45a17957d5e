"""Settings that fail safe: production refuses to start half configured, and pages stay quiet."""

import os
import re
import subprocess
import sys

import pytest

COMPLETE = {
    "SECRET_KEY": "not-a-real-key-" * 5,
    "ALLOWED_HOSTS": "clinic.example.com",
    "DATABASE_URL": "sqlite:////tmp/never-made.sqlite3",
    "BASE_URL": "https://clinic.example.com",
}
# Every kind of link in the head but "canonical" makes the browser fetch something.
LINKS = re.compile(r'(<link [^>]*href="([^"]+)"[^>]*>)')


def start(environment: dict) -> subprocess.CompletedProcess:
    ours = {name: value for name, value in os.environ.items() if name not in COMPLETE}
    return subprocess.run(
        [sys.executable, "-c", "import clinic.settings.production"],
        env={**ours, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_when_it_is_told_everything():
    assert start(COMPLETE).returncode == 0


@pytest.mark.parametrize("missing", COMPLETE)
def test_production_refuses_to_start_without(missing):
    refused = start({name: value for name, value in COMPLETE.items() if name != missing})
    assert refused.returncode != 0
    assert f"The site does not start without {missing}" in refused.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY is too short"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS names the site's own host names"),
    ],
)
def test_production_refuses_what_would_be_unsafe(name, value, sentence):
    assert sentence in start({**COMPLETE, name: value}).stderr


@pytest.mark.django_db
def test_public_pages_ask_nobody_else_and_set_no_cookie(practice, client):
    practice.procedure(title="Needle", slug="needle")
    addresses = re.findall(r"<loc>([^<]+)</loc>", client.get("/sitemap.xml").content.decode())
    paths = [re.sub(r"^https?://[^/]+", "", address) for address in addresses]
    assert len(paths) >= 7
    for path in [*paths, "/search/?q=needle", "/no-such-page/"]:
        response = client.get(path)
        html = response.content.decode()
        policy = response["Content-Security-Policy"]
        assert "unsafe-inline" not in policy
        assert policy.startswith("default-src 'none'")
        assert response["Permissions-Policy"]
        assert not response.cookies
        loaded = re.findall(r'<(?:script|img|iframe|source)[^>]+src="([^"]+)"', html)
        loaded += [link for tag, link in LINKS.findall(html) if "canonical" not in tag]
        assert loaded
        assert [address for address in loaded if not address.startswith("/")] == []
        # Data for machines, which browsers do not run, and files of our own.
        scripts = re.findall(r"<script[^>]*>", html)
        inline = [
            tag for tag in scripts if not re.match(r'<script src="/static/[^"]+" defer>', tag)
        ]
        assert set(inline) <= {'<script type="application/ld+json">'}
        assert " style=" not in html


@pytest.mark.django_db
def test_the_admin_has_a_policy_of_its_own(practice):
    response = practice.client("writers").get("/admin/")
    assert "'unsafe-inline'" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
