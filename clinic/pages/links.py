"""Links inside texts: only to what the public may see."""

from django.utils.html import escape

from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler

from .querysets import public_pages
from .sites import know_addresses


class PublicPageLinkHandler(PageLinkHandler):
    """Links to pages; a link to a draft or a private page is printed as plain words."""

    @classmethod
    def get_many(cls, attrs_list: list[dict]) -> list[Page | None]:
        return [_public_page(str(attrs.get("id"))) for attrs in attrs_list]

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        pages = cls.get_many(attrs_list)
        return [f'<a href="{escape(page.url)}">' if page else "<a>" for page in pages]


def _public_page(page_id: str) -> Page | None:
    """As much of the page as its address needs; None where the public may not see it."""
    found = public_pages().get(int(page_id)) if page_id.isdecimal() else None
    if found is None:
        return None
    title, url_path, path = found
    page = Page(pk=int(page_id), title=title, url_path=url_path, path=path)
    know_addresses(page)
    return page
