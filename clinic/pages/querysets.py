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
    """Live pages that no restriction covers: drafts and private pages are never named. `page`
    is the way from the rows of `pages` to the page meant, such as "condition__".

    Wagtail's own public() asks for the restrictions each time it is called.
    """
    private = Q()
    for path in private_paths():
        private |= Q(**{f"{page}path__startswith": path})
    public = pages.filter(**{f"{page}live": True})
    return public.exclude(private) if private else public


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
