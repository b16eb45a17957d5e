"""What every page carries for machines: search engines, and whoever is sent a link to it."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from wagtail.models import Page, Site

from clinic.delivery.memo import kept

from . import structured_data
from .frame import Frame
from .site_settings import PracticeSettings, practice_settings
from .sites import surroundings_in
from .structured_data import Graph, Node, add

LONGEST_DESCRIPTION = 155


class DescribedPage:
    """A page that tells machines what it tells readers, and no more.

    Types override `get_structured_data` and add to what super() gives. `facts` is what the page's
    template is given, and `practice`: whatever is kept from readers there cannot be said here.
    """

    # The page's type in schema.org, and in Open Graph.
    schema_type = "WebPage"
    share_type = "article"
    # Whether the template prints the dates of the record.
    prints_dates = True

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["description"] = SimpleLazyObject(lambda: self.get_description(practice_settings()))
        is_preview = getattr(request, "is_preview", False)
        if is_preview or self.get_full_url(request) is None:
            return context

        def with_practice() -> dict[str, Any]:
            return context | {"practice": practice_settings()}

        # Found when the template asks, and the page's own type has added its part to the context.
        context["structured_data"] = SimpleLazyObject(
            lambda: structured_data.as_json(self.get_structured_data(with_practice()))
        )
        context["open_graph"] = SimpleLazyObject(lambda: self.get_open_graph(with_practice()))
        return context

    def get_structured_data(self, facts: dict[str, Any]) -> Graph:
        """This page's nodes, by `@id`. No query beyond those that show the page to readers."""
        request, frame, practice = facts["request"], facts["frame"], facts["practice"]
        graph = dict(site_graph(frame.site))
        page = webpage_node(
            frame.home.full_url,
            url=self.get_full_url(request),
            name=self.title,
            description=self.get_lead(practice),
            schema_type=self.schema_type,
        )
        if frame.breadcrumb:
            steps = [(step.title, step.full_url) for step in frame.breadcrumb]
            page["breadcrumb"] = add_breadcrumb(graph, [*steps, (self.title, page["url"])])
        if self.prints_dates and (publication := facts["publication"]):
            page |= {
                "datePublished": structured_data.moment(publication.published_at),
                "dateModified": structured_data.moment(publication.updated_at),
                "creditText": publication.credit,
                "author": page["publisher"] if publication.credit == practice.name else None,
            }
        add(graph, page)
        return graph

    def get_open_graph(self, facts: dict[str, Any]) -> list[tuple[str, str]]:
        request = facts["request"]
        return structured_data.open_graph(
            self,
            url=self.get_full_url(request),
            home_url=facts["frame"].home.full_url,
            practice=facts["practice"],
            title=self.get_share_title(facts["practice"]),
        )

    def webpage_id(self, request: HttpRequest) -> str:
        return f"{self.get_full_url(request)}#webpage"

    def get_lead(self, practice: PracticeSettings) -> str:
        """The sentence under the title, or on the practice, that sums the page up; or ""."""
        return ""

    def get_description(self, practice: PracticeSettings) -> str:
        """What search results say of the page: the editor's words for them, or the lead."""
        return self.search_description or self.get_lead(practice)

    def get_share_title(self, practice: PracticeSettings) -> str:
        return self.seo_title or self.title

    def get_share_picture(self) -> tuple[Any, str] | None:
        """The page's own picture, and what it shows; None if it has none."""
        return None


@kept
def site_graph(site: Site) -> Graph:
    """What head and foot of every answer tell: the practice, its website and its offices. Pages
    add to a copy."""
    practice, around, graph = practice_settings(), surroundings_in(site), {}
    home_url = around.home.full_url
    addresses = [structured_data.address_of(office) for office in around.offices]
    add(graph, structured_data.practice_node(practice, home_url, addresses))
    add(graph, structured_data.website_node(practice, home_url))
    for office in around.offices:
        add(graph, structured_data.office_node(office, office.link.full_url, home_url))
    return graph


def webpage_node(home_url: str, *, url: str, name: str, description: str, schema_type: str) -> Node:
    return {
        "@type": schema_type,
        "@id": f"{url}#webpage",
        "url": url,
        "name": name,
        "description": description,
        "inLanguage": "en",
        "isPartOf": {"@id": structured_data.website_id(home_url)},
        "publisher": {"@id": structured_data.practice_id(home_url)},
    }


def add_breadcrumb(graph: Graph, steps: list[tuple[str, str]]) -> Node:
    """`steps` are names and addresses from the home page down to the page, as readers see them."""
    # The first step is called that, whatever the home page's own title.
    (_, home_url), *below = steps
    url = steps[-1][1]
    return add(graph, structured_data.breadcrumb_node(url, [("Home", home_url), *below]))


def described_view(
    request: HttpRequest,
    frame: Frame,
    *,
    title: str,
    description: str,
    schema_type: str = "WebPage",
    above: Iterable[Page] = (),
) -> dict[str, Any]:
    """What base.html puts into the head of an answer that is no page, such as search results.
    `above` are the pages of its breadcrumb, the home page first."""
    practice = practice_settings()
    request.frame = frame
    context = {"head_title": title, "description": description, "frame": frame}
    if frame.home is None:
        return context | {"canonical": ""}
    home_url = frame.home.full_url
    # Of the site's own host, whichever name it was asked by, as pages' addresses are.
    url = urljoin(home_url, request.path)
    graph = dict(site_graph(frame.site))
    page = webpage_node(
        home_url, url=url, name=title, description=description, schema_type=schema_type
    )
    steps = [(step.title, step.get_full_url(request)) for step in above]
    if steps:
        page["breadcrumb"] = add_breadcrumb(graph, [*steps, (title, url)])
    add(graph, page)
    shared = {
        "og:type": "website",
        "og:title": title,
        "og:description": description,
        "og:url": url,
        "og:site_name": practice.name,
    }
    return context | {
        "canonical": url,
        "open_graph": list(shared.items()),
        "structured_data": structured_data.as_json(graph),
    }
