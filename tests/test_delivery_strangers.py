"""No visitor can put anything into another's page, nor make the site forget pages or fill up."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from django.db import OperationalError, connection
from django.test import Client

from clinic.delivery import generation, rendering
from clinic.delivery import store as stores
from clinic.delivery.store import store

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

NEEDLE = "/procedures/needle/"
POISON = "poison-7f3a"


@pytest.fixture
def page(practice):
    return practice.procedure(title="Needle", slug="needle")


def everything_kept() -> bytes:
    copies = [*store.pages.copies.values(), *store.queries.copies.values()]
    return b"".join(copy.bodies[""] + repr(copy.headers).encode() for copy in copies)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": f"{POISON}.example"},
        {"X-Forwarded-Proto": "https"},
        {"X-Forwarded-For": POISON},
        {"X-Original-URL": f"/{POISON}/"},
        {"X-Rewrite-URL": f"/{POISON}/"},
        {"Forwarded": f"host={POISON}.example"},
        {"Referer": f"http://{POISON}.example/"},
        {"User-Agent": POISON},
        {"Accept-Language": POISON},
        {"Accept": POISON},
        {"Cookie": f"messages={POISON}; csrftoken={POISON}; x={POISON}"},
        {"Cookie": f"sessionid={POISON}"},
        {"Authorization": f"Basic {POISON}"},
        {"Range": "bytes=0-10"},
        {"Accept-Encoding": POISON},
        {"If-None-Match": f'"{POISON}"'},
        {"X-HTTP-Method-Override": "DELETE"},
        {"Host": "localhost"},
        {"Host": "LOCALHOST"},
        {"Host": "testserver:4711"},
    ],
    ids=str,
)
def test_what_a_stranger_sends_reaches_no_other_reader(page, headers):
    clean = Client().get(NEEDLE).content
    for path in (NEEDLE, "/", "/procedures/?page=2", "/nothing/"):
        store.clear()
        Client().get(path, headers=headers)
        Client().head(path, headers=headers)
        assert POISON.encode() not in everything_kept()
    store.clear()
    Client().get(NEEDLE, headers=headers)
    answer = Client().get(NEEDLE)
    assert (answer.status_code, answer.content) == (200, clean)


@pytest.mark.parametrize("host", [f"{POISON}.example", "127.0.0.1.evil.example", "[::1", "a b"])
def test_a_strange_host_is_refused_and_leaves_nothing(page, host):
    answer = Client().get(NEEDLE, headers={"Host": host})
    assert answer.status_code == 400
    assert everything_kept() == b""


def test_a_wildcard_of_hosts_does_not_multiply_the_pages(page, settings):
    settings.ALLOWED_HOSTS = [".example.com", "localhost"]
    settings.WAGTAILADMIN_BASE_URL = "http://localhost"
    for number in range(20):
        host = f"{POISON}{number}.example.com"
        answer = Client().get(NEEDLE, headers={"Host": host})
        assert answer.status_code == 200
        assert POISON.encode() not in answer.content
    assert [key for key in store.pages.copies if "needle" in key] == [f"http://localhost{NEEDLE}"]


def test_a_query_that_means_nothing_is_no_page_of_its_own(page):
    plain = Client().get(NEEDLE)
    for number in range(200):
        answer = Client().get(f"{NEEDLE}?utm_source={POISON}{number}&page={number}&q=x")
        assert answer.content == plain.content
    assert len(store.queries.copies) == 0
    first = Client().get("/procedures/?page=1&utm=1")
    assert Client().get("/procedures/?utm=2&page=1").content == first.content
    assert len(store.queries.copies) == 1


def test_inventing_queries_neither_fills_the_memory_nor_pushes_out_a_page(page, monkeypatch):
    for path in ("/", NEEDLE, "/procedures/", "/search/"):
        Client().get(path)
    pages = dict(store.pages.copies)
    monkeypatch.setattr(store.queries, "most_copies", 50)
    monkeypatch.setattr(store.queries, "most_bytes", 2_000_000)
    client = Client()
    for number in range(300):
        assert client.get(f"/search/?q={POISON}{number}").status_code == 200
    assert store.pages.copies == pages
    assert 0 < len(store.queries.copies) <= 50
    assert store.queries.bytes <= 2_000_000
    assert store.queries.bytes == sum(copy.size for copy in store.queries.copies.values())


def test_a_hundred_thousand_queries_stay_within_the_bound_of_their_shelf(page):
    client = Client()
    client.get("/search/?q=needle")
    (copy,) = store.queries.copies.values()
    shelf = stores.Shelf(20 * copy.size, 2000)
    for number in range(100_000):
        shelf.put(f"http://testserver/search/?q={number}", copy)
    assert len(shelf.copies) == 20
    assert shelf.bytes == 20 * copy.size
    assert list(shelf.copies)[-1].endswith("=99999")


def test_addresses_where_there_is_nothing_are_not_kept(page):
    for number in range(50):
        assert Client().get(f"/{POISON}{number}/").status_code == 404
        assert Client().get(f"{NEEDLE}{POISON}{number}/").status_code == 404
        assert Client().get(f"/theme-{number:012x}.css").status_code == 200
    assert everything_kept() == b""


@pytest.mark.parametrize("query", ["q=" + "x" * 5000, "q=%00", "page=%ff", "&" * 3000, "=;=;"])
def test_a_monstrous_query_is_answered_and_not_kept(page, query):
    for path in ("/search/", "/procedures/"):
        assert Client().get(f"{path}?{query}").status_code in (200, 400)
    assert all(len(key) < 400 for key in store.queries.copies)


@hypothesis_settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    query=st.lists(
        st.tuples(st.sampled_from(["page", "q", "area", "x"]), st.text(max_size=12)), max_size=4
    ),
    cookie=st.sampled_from(["", "sessionid=abc", "csrftoken=1"]),
    accepted=st.sampled_from(["", "gzip", "br", "br;q=0"]),
)
def test_no_order_of_strange_requests_changes_what_a_plain_reader_gets(
    page, query, cookie, accepted
):
    plain = Client().get("/procedures/").content
    headers = {"Accept-Encoding": accepted} | ({"Cookie": cookie} if cookie else {})
    strange = Client().get("/procedures/", query, headers=headers)
    assert strange.status_code in (200, 400)
    assert Client().get("/procedures/").content == plain


def test_a_crowd_at_an_unfinished_page_renders_it_once(page, monkeypatch):
    rendered = []
    make = rendering._copy_of

    def counted(*args):
        rendered.append(threading.get_ident())
        return make(*args)

    monkeypatch.setattr(rendering, "_copy_of", counted)
    barrier = threading.Barrier(12)

    def visit(_) -> bytes:
        try:
            barrier.wait(10)
            return Client().get(NEEDLE).content
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as crowd:
        pages = set(crowd.map(visit, range(12)))
    assert len(pages) == 1
    assert len(rendered) == 1


def test_a_crowd_in_another_process_finds_the_page_finished(page, monkeypatch):
    """What one process has finished lies in a file for all of the host."""
    first = Client().get(NEEDLE).content
    store.clear()
    monkeypatch.setattr(rendering, "_copy_of", None)
    assert Client().get(NEEDLE).content == first


def test_a_damaged_file_is_rendered_anew(page, settings):
    first = Client().get(NEEDLE).content
    store.clear()
    for file in (settings.DELIVERY_DIR / "copies").glob("*/*"):
        file.write_bytes(file.read_bytes()[:100])
    assert Client().get(NEEDLE).content == first


def test_what_is_finished_stays_readable_while_the_database_restarts(page, monkeypatch):
    finished = Client().get(NEEDLE).content
    shared = generation.shared()

    def no_answer() -> int:
        raise OperationalError("The server is restarting.")

    monkeypatch.setattr(shared, "_read", no_answer)
    monkeypatch.setattr(shared, "_believed_until", 0.0)
    assert Client().get(NEEDLE).content == finished
    # But not where anything may have changed meanwhile.
    shared.enter()
    try:
        monkeypatch.setattr(shared, "_believed_until", 0.0)
        assert "ETag" not in Client().get(NEEDLE).headers
    finally:
        assert shared.leave() is None
    assert shared.believed() is None
    assert "ETag" not in Client().get(NEEDLE).headers


def test_with_several_hosts_what_another_one_wrote_is_read_at_once(page, settings):
    settings.DELIVERY_SEVERAL_HOSTS = True
    before = Client().get(NEEDLE)
    assert Client().get(NEEDLE)["ETag"] == before["ETag"]
    # As by another host: nothing here is told of it.
    with connection.cursor() as cursor:
        watch = generation.watch_over(connection)
        connection.execute_wrappers.remove(watch)
        cursor.execute("UPDATE pages_practicesettings SET name = 'Another Clinic'")
        connection.execute_wrappers.append(watch)
    assert "Another Clinic" in Client().get(NEEDLE).content.decode()


def test_of_a_parameter_that_is_said_twice_the_last_one_counts(page):
    last = Client().get("/search/?q=needle").content
    assert Client().get("/search/?q=zebra&q=needle").content == last
