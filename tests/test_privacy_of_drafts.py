"""Drafts and private pages are never linked, listed, searched or named."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from django.core.management import call_command

from wagtail.models import PageViewRestriction

from clinic.publishing.services import publish_version
from procedures.models import ProcedureCondition, ProcedurePhysician, ProcedureRelation
from tests.conftest import fresh
from tests.factories import ConditionFactory, ContentPageFactory, PhysicianFactory, section

pytestmark = pytest.mark.django_db

API_KINDS = ("procedures", "conditions", "physicians", "locations")
SECRET = "Whispertown"
# What is searched for stands beside it, since a results page repeats what was typed.
FULL = f"{SECRET} Sanctum"


@pytest.fixture(params=["draft", "private", "below a private page", "withdrawn"])
def hide(request, practice):
    """Takes a live page out of the public's sight, in one of the ways there are."""

    def hide_page(page):
        if request.param in ("draft", "withdrawn"):
            page.unpublish()
        elif request.param == "private":
            PageViewRestriction.objects.create(page=page, restriction_type="login")
        else:
            parent = page.get_parent()
            PageViewRestriction.objects.create(page=parent, restriction_type="login")

    hide_page.way = request.param
    return hide_page


def everything_public(client) -> str:
    """All that an anonymous reader can be told, page by page."""
    paths = ["/", "/procedures/", "/conditions/", "/physicians/", "/locations/"]
    paths += ["/procedures/needle/", "/physicians/ida-quillfeather-md/", "/plain/"]
    paths += ["/search/?q=sanctum", "/search/?q=Sanctum+", "/search/?q=needle+sanctom"]
    paths += ["/search/suggest/?q=sanct", "/search/suggest/?q=sanctom", "/sitemap.xml"]
    paths += ["/feed/", "/procedures/feed/", "/updates/", "/procedures/needle/updates/"]
    paths += ["/procedures/needle/handout/", "/physicians/ida-quillfeather-md/handout/"]
    paths += [f"/api/v2/{kind}/?fields=*" for kind in API_KINDS]
    answers = []
    for path in paths:
        response = client.get(path)
        if response.status_code == 200:
            answers.append(response.content.decode())
    assert len(answers) >= 15
    return "\n".join([*answers, words_of_pdf(client)])


def words_of_pdf(client) -> str:
    """What the PDF of the procedure says; "" where PDFs cannot be drawn."""
    response = client.get("/procedures/needle/handout.pdf")
    if response.status_code != 200:
        return ""
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)


@pytest.mark.parametrize("kind", ["procedure", "condition", "physician", "content"])
def test_nothing_public_names_a_page_that_is_not(practice, client, hide, kind):
    page = practice.procedure(title="Needle", slug="needle")
    if kind == "procedure":
        target = practice.procedure(title=FULL)
        page.related_procedures = [ProcedureRelation(related=target)]
    elif kind == "condition":
        target = ConditionFactory(parent=practice.conditions, title=FULL, live=False)
        page.treated_conditions = [ProcedureCondition(condition=target)]
    elif kind == "physician":
        target = PhysicianFactory(parent=practice.physicians, last_name=FULL, live=False)
        page.performing_physicians = [ProcedurePhysician(physician=target)]
    else:
        above = practice.home
        if hide.way == "below a private page":
            above = ContentPageFactory(parent=practice.home, live=False)
            publish_version(page=above)
        target = ContentPageFactory(parent=above, title=FULL, show_in_menus=True, live=False)
    if not target.live:
        publish_version(page=target)
    link = f'See <a linktype="page" id="{target.pk}">the other page</a>.'
    page.sections = [section("overview", link)]
    publish_version(page=page, kind="minor")
    plain = ContentPageFactory(parent=practice.home, slug="plain", live=False)
    plain.body = [{"type": "text", "value": f"<p>{link}</p>"}]
    publish_version(page=plain)
    call_command("rebuild_references_index", verbosity=0)
    call_command("update_index", verbosity=0)

    assert SECRET in everything_public(client), "while it is public, it is named"
    address = fresh(target).url
    hide(fresh(target))
    seen = everything_public(client)
    assert SECRET not in seen
    assert f'href="{address}"' not in seen


def test_a_draft_of_a_live_page_is_not_shown_or_found(practice, client):
    page = practice.procedure(title="Needle", slug="needle")
    page.summary = FULL
    page.save_revision()
    call_command("update_index", verbosity=0)
    assert SECRET not in everything_public(client)
