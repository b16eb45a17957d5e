"""What the public may see: one rule, used by lists, links, search, sitemap and navigation."""

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, QuerySet
from django.db.models.functions import Left, Length

from wagtail.models import Page, PageManager, PageQuerySet, PageViewRestriction


def restrictions_of_page() -> QuerySet:
    """Restrictions on the outer query's page or on any page above it."""
    outer_path = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    return PageViewRestriction.objects.annotate(outer_path=outer_path).filter(
        outer_path__startswith=F("page__path")
    )


def visible_to_public(pages: PageQuerySet) -> PageQuerySet:
    """Live pages that no restriction covers: drafts and private pages are never named.

    Wagtail's own public() asks the restrictions in a query of its own each time it is called.
    """
    return pages.live().filter(~Exists(restrictions_of_page()))


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
