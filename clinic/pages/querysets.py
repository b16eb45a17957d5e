"""What the public may see: one rule, used by lists, links, search, sitemap and navigation."""

from django.db.models import CharField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.db.models.functions import Left, Length

from wagtail.models import Page, PageManager, PageQuerySet, PageViewRestriction

from clinic.delivery.memo import kept


@kept
def private_paths() -> tuple[str, ...]:
    """The paths of the pages that are private, each with all below it."""
    return tuple(PageViewRestriction.objects.values_list("page__path", flat=True).order_by())


def is_private(path: str) -> bool:
    """Whether the page at this path of the tree is open to some people only."""
    return path.startswith(private_paths())


def visible_to_public(pages: QuerySet, page: str = "") -> QuerySet:
    """Live pages that no restriction covers: drafts and private pages are never named. Where
    `pages` are rows about a page, `page` is the way to it, such as "condition__".

    Wagtail's own public() asks for the restrictions each time it is called.
    """
    private = Q()
    for path in private_paths():
        private |= Q(**{f"{page}path__startswith": path})
    public = pages.filter(**{f"{page}live": True})
    return public.exclude(private) if private else public


@kept
def public_pages() -> dict[int, tuple[str, str, str]]:
    """Title, address in the tree and path of every page that the public may see, by id: whatever
    one page says of another. Read once after each change; ten thousand pages take some 30 ms."""
    pages = visible_to_public(Page.objects.order_by())
    return {pk: row for pk, *row in pages.values_list("pk", "title", "url_path", "path")}


class ClinicPageQuerySet(PageQuerySet):
    """Questions asked of any type of page."""

    def visible_to_public(self):
        return visible_to_public(self)

    def with_list(self):
        """Each with `has_public_list`: whether the page above, which lists it, is live too."""
        path = ExpressionWrapper(OuterRef("path"), output_field=CharField())
        above = Left(path, Length(path) - Page.steplen)
        return self.annotate(has_public_list=Exists(Page.objects.live().filter(path=above)))

    def for_reading(self):
        """With what rendering one page needs; types with joins of their own override this."""
        return self

    def for_listing(self):
        """With what one row of a list needs."""
        return self.order_by("title").defer_streamfields()


ClinicPageManager = PageManager.from_queryset(ClinicPageQuerySet)
