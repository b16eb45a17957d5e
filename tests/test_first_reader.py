"""A worker that has just started: its first reader waits no longer than the next."""

import pytest

from django.template import Template, engines

from clinic.delivery.warm_up import warm_up

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def templates_read(monkeypatch):
    """Names of the templates that are read from here on, none of which was read before."""
    for engine in engines.all():
        engine.engine.template_loaders[0].reset()
    read, compile_template = [], Template.compile_nodelist

    def compile_and_note(template):
        read.append(template.name)
        return compile_template(template)

    monkeypatch.setattr(Template, "compile_nodelist", compile_and_note)
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
