"""A real Chromium: the one that is installed. Tests are skipped where there is none."""

import os

import pytest

from django.db import connections

from .demonstration import CHROMIUM, QUIET, demonstration_server

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


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The address of the demonstration practice, served from a database of its own."""
    with demonstration_server(tmp_path_factory.mktemp("site")) as address:
        yield address


@pytest.fixture(scope="session")
def base_url(request):
    """Addresses in tests of the public site start with "/"; others name their server."""
    wants_site = any("site" in getattr(item, "fixturenames", ()) for item in request.session.items)
    return request.getfixturevalue("site") if wants_site else None
