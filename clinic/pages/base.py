"""What every page of the site is."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from wagtail.admin.panels import MultiFieldPanel
from wagtail.models import Page, PageViewRestriction

from clinic.delivery.prepared import prepared
from clinic.publishing.mixins import RecordedPage
from clinic.publishing.models import PublishedVersion
from clinic.publishing.panels import MissingPanel, RecordPanel, publish_question_panel
from clinic.publishing.publication import Publication

from .described import DescribedPage
from .frame import Frame, Links
from .querysets import ClinicPageManager
from .searchable import SearchablePage
from .site_settings import practice_settings

# Below every page stand its history, feed and handout; below the first, what clinic/urls.py has.
RESERVED_SLUGS = (
    *("updates", "versions", "feed", "handout", "review", "search", "health", "api"),
    *("admin", "documents", "media", "static"),
)
SLUG_IS_RESERVED = "“{slug}” is an address that the site itself uses. Choose another one."


@prepared
def _versions_of(*, page: int) -> QuerySet:
    return PublishedVersion.objects.filter(page=page).in_order()


class BasePage(RecordedPage, DescribedPage, SearchablePage, Page):
    """A page of the practice: recorded, dated by its record, linked only to what is public."""

    content_panels = [MissingPanel(), *Page.content_panels, publish_question_panel]
    settings_panels = [
        MultiFieldPanel([RecordPanel()], heading="Publication record", icon="history"),
        *Page.settings_panels,
    ]

    objects = ClinicPageManager()

    # The template of the page on paper; a type without one has no handout.
    handout_template = ""

    # The parameters of its address that change what it says; all others mean nothing.
    query_parameters: tuple[str, ...] = ()

    # Set where a page was found and already known to be open to everyone.
    is_known_public = False

    # Set where a page was found by its address: it holds nothing that is not saved.
    is_as_saved = False

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": SLUG_IS_RESERVED.format(slug=self.slug)})

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        # On the request too, for the template, and for what other apps add to this page.
        request.frame = Frame(request, page=self)
        context["frame"] = request.frame
        context["publication"] = SimpleLazyObject(lambda: self.get_publication(request))
        return context

    def get_url_parts(self, request: HttpRequest | None = None):
        """Wagtail's answer, kept while the page stays where it is: a page says its own address a
        dozen times."""
        known = self.__dict__.get("_known_parts", (None, None))
        if known[0] != self.url_path:
            known = self._known_parts = self.url_path, super().get_url_parts(request)
        return known[1]

    @classmethod
    def get_linked_pages(cls, page) -> dict[str, list[Links]]:
        """Groups of pages that one of this type links to, for the frame: a name, and where to find
        them. `page` is its id, or stands for one: see clinic.delivery.prepared."""
        return {}

    def read_versions(self) -> list[PublishedVersion]:
        return _versions_of(page=self.pk)

    def get_publication(self, request: HttpRequest) -> Publication | None:
        """The dates to print: in a preview, as they will be once this is published."""
        if getattr(request, "is_preview", False):
            return Publication.if_published_now(self)
        return self.publication

    def publication_credit(self) -> str:
        return practice_settings().name

    def get_view_restrictions(self):
        """Wagtail's answer, in one query instead of two, or none where it is known already."""
        if self.is_known_public:
            # Not none(), which a loop would put together in SQL to find that it asks for nothing.
            return []
        ends = range(self.steplen, len(self.path) + 1, self.steplen)
        return PageViewRestriction.objects.filter(page__path__in=[self.path[:end] for end in ends])
