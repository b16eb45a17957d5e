"""Which site a request is for, and what stands around each of its pages, kept until it changes."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.http import HttpRequest
from django.http.request import split_domain_port

from wagtail.models import Page, Site, get_page_models
from wagtail.models.sites import get_site_for_hostname

from clinic.delivery.memo import kept

from .querysets import visible_to_public

# The purposes of phones at which someone answers during the day.
BY_DAY = ("appointments", "questions")


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page that another one links to: as much of it as a link needs."""

    pk: int
    title: str
    # For readers of the same site, and for everyone else.
    url: str
    full_url: str
    path: str

    # Asked as a page is asked.
    def get_url(self, request: HttpRequest | None = None) -> str:
        return self.url

    def get_full_url(self, request: HttpRequest | None = None) -> str:
        return self.full_url


@dataclass(frozen=True)
class Surroundings:
    """What stands around every page of a site: only what the public may see."""

    home: PageLink | None
    # The sections below the home page that are shown in menus, in the editor's order.
    navigation: list[PageLink]
    # Where the practice is: its locations, by title, with their addresses, each with its `link`.
    offices: list[Any]
    # The notices linked at the foot of every page, in the editor's order.
    notices: list[PageLink]

    @property
    def day_phones(self) -> list[tuple[str, str]]:
        """Where patients are answered by day: each office's name, and a number of it."""
        phones = ((office.title, row.value) for office in self.offices for row in office.phones)
        return [(name, phone["number"]) for name, phone in phones if phone["purpose"] in BY_DAY]


def find_site(request: HttpRequest) -> Site | None:
    """The site of a request, as Wagtail finds it: by host and port, else the default one."""
    if not hasattr(request, "_wagtail_site"):
        # Where Wagtail itself looks first, for the site and for the addresses of its pages.
        host, _ = split_domain_port(request.get_host())
        request._wagtail_site = _site_at(host, request.get_port())
        know_addresses(request)
    return request._wagtail_site


def know_addresses(holder: HttpRequest | Page) -> None:
    """Give a request, or a page, what Wagtail needs to know the addresses of pages."""
    holder._wagtail_cached_site_root_paths = _root_paths()


@kept
def _site_at(host: str, port: str) -> Site | None:
    try:
        return get_site_for_hostname(host, port)
    except Site.DoesNotExist:
        return None


@kept
def _root_paths() -> list:
    # Wagtail's own copy is older than the database where another process has saved a site.
    Site.clear_site_root_paths_cache()
    return Site.get_site_root_paths()


def link_to(site: Site, pk: int, title: str, url_path: str, path: str) -> PageLink:
    """A link from a page of `site` to another page, of whatever site."""
    root = site.root_page.url_path
    if not url_path.startswith(root):
        page = Page(pk=pk, url_path=url_path)
        know_addresses(page)
        url = page.full_url or ""
        return PageLink(pk, title, url, url, path)
    # As Django's reverse() writes it, which would look through every address of the site.
    rest = quote(url_path[len(root) :])
    url = f"/{rest}"
    return PageLink(pk, title, url, site.root_url + url, path)


def link_to_page(site: Site, page: Page) -> PageLink:
    return link_to(site, page.pk, page.title, page.url_path, page.path)


@kept
def surroundings_in(site: Site | None) -> Surroundings:
    """One query, and none while nothing changes. Empty where there is no site."""
    if site is None:
        return Surroundings(None, [], [], [])

    home = site.root_page
    in_menu = Q(depth=home.depth + 1, show_in_menus=True)
    special = Q(locationpage__isnull=False) | Q(noticepage__isnull=False)
    pages = visible_to_public(Page.objects.descendant_of(home).filter(in_menu | special))
    rows = list(pages.select_related("locationpage", "noticepage").order_by("path"))
    offices = [page.locationpage for page in rows if hasattr(page, "locationpage")]
    for office in offices:
        office.link = link_to_page(site, office)
    return Surroundings(
        home=link_to_page(site, home),
        navigation=[
            link_to_page(site, page)
            for page in rows
            if page.show_in_menus and page.depth == home.depth + 1
        ],
        offices=sorted(offices, key=lambda office: office.title.lower()),
        notices=[link_to_page(site, page) for page in rows if hasattr(page, "noticepage")],
    )


@kept
def links_above(site: Site, path: str) -> list[PageLink]:
    """From the home page down to the page at `path`, the place in Wagtail's tree of a parent."""
    home = site.root_page.path
    ends = range(len(home), len(path) + 1, Page.steplen)
    pages = visible_to_public(Page.objects.filter(path__in=[path[:end] for end in ends]))
    return [link_to_page(site, page) for page in pages.order_by("path")]


@kept
def listed_types(site: Site) -> dict[str, type[Page]]:
    """What the site's lists list: the address in the tree of each list → the type of its pages."""
    from .listing import ListingPage

    lists = [model for model in get_page_models() if issubclass(model, ListingPage)]
    types = {ContentType.objects.get_for_model(model).pk: model.listed_model for model in lists}
    pages = Page.objects.descendant_of(site.root_page).filter(content_type__in=types).order_by()
    found = pages.values_list("url_path", "content_type")
    return {url_path: types[content_type] for url_path, content_type in found}
