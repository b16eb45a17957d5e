"""A worker that has just started: its first reader waits no longer than the next."""

import jinja2
import pytest

from django.template import engines

from clinic.delivery.memo import forget_everything
from clinic.delivery.rendering import ask
from clinic.delivery.store import store
from clinic.delivery.warm_up import warm_up

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def templates_read(monkeypatch):
    """Names of the templates that are read from here on, none of which was read before."""
    engines["jinja2"].env.cache.clear()
    read, compile_template = [], jinja2.Environment.compile

    def compile_and_note(environment, source, name=None, *rest, **options):
        read.append(name)
        return compile_template(environment, source, name, *rest, **options)

    monkeypatch.setattr(jinja2.Environment, "compile", compile_and_note)
    return read


@pytest.mark.parametrize("keeps", [True, False], ids=["kept", "rendered-each-time"])
def test_the_first_reader_waits_for_no_template(practice, client, settings, templates_read, keeps):
    settings.DELIVERY_STORE = keeps
    page = practice.procedure(title="Needle", slug="needle")
    warm_up()
    assert "blocks/steps.html" in templates_read
    templates_read.clear()
    assert client.get(page.url).status_code == 200
    assert not templates_read


def test_a_worker_that_starts_among_finished_pages_can_render_like_any_other(
    practice, django_assert_max_num_queries
):
    page = practice.procedure(title="Needle", slug="needle")
    warm_up()
    # As in a process of its own, which finds all of them in files.
    store.clear()
    forget_everything()
    warm_up()
    with django_assert_max_num_queries(4):
        ask(page.url, anew=True)


def test_pages_at_the_top_of_the_site_are_finished_before_anyone_asks(practice):
    pages = [practice.procedure(title=f"Needle {n}", slug=f"needle-{n}") for n in range(3)]
    store.clear()
    warm_up()
    known = {address.rpartition("/procedures/")[2] for address in store.pages.copies}
    assert {f"{page.slug}/" for page in pages} <= known
