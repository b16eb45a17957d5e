"""Links inside texts: only to what the public may see."""

from django.utils.html import escape

from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler

from .querysets import visible_to_public


class PublicPageLinkHandler(PageLinkHandler):
    """Links to pages; a link to a draft or a private page is printed as plain words."""

    @classmethod
    def get_many(cls, attrs_list: list[dict]) -> list[Page | None]:
        ids = [attrs.get("id") for attrs in attrs_list]
        pages = visible_to_public(Page.objects.filter(pk__in=ids)).in_bulk()
        return [pages.get(int(page_id)) if str(page_id).isdecimal() else None for page_id in ids]

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        pages = cls.get_many(attrs_list)
        return [f'<a href="{escape(page.url)}">' if page else "<a>" for page in pages]
