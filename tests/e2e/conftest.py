"""A real Chromium: the one that is installed. Tests are skipped where there is none."""

import os
import shutil

import pytest

from django.db import connections

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

# Playwright keeps an event loop in the thread in which the tests use the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session", autouse=True)
def initial_data_for_every_connection(django_db_setup):
    """Under Playwright's loop Django opens a connection anew, which does not know the data that
    migrations made and serialized_rollback puts back; so all connections are told."""
    contents = getattr(connections["default"], "_test_serialized_contents", None)
    type(connections["default"])._test_serialized_contents = contents
    yield
    del type(connections["default"])._test_serialized_contents


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if CHROMIUM is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail("No Chromium is installed, and REQUIRE_BROWSER is set.")
        pytest.skip("No Chromium is installed: install Debian's chromium, or set CHROMIUM.")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": QUIET}


@pytest.fixture
def log_in(page, live_server, practice):
    """Logs a role in through the login form, as a person does."""

    def as_role(role: str):
        user = practice.users[role]
        user.set_password("a long password")
        user.save()
        page.goto(f"{live_server.url}/admin/login/")
        page.set_default_timeout(10_000)
        page.locator("#id_username").fill(user.username)
        page.locator("#id_password").fill("a long password")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/admin/")
        return page

    return as_role
