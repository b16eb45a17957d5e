"""The pages as JSON, for programs: read-only, and only what readers of the pages are told.

Rooms above register their own types of page in `router`. docs/api.md describes the answers.
"""

from collections.abc import Iterable
from typing import Any

from rest_framework.filters import BaseFilterBackend
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from django.db import transaction
from django.http import Http404
from django.middleware.http import ConditionalGetMiddleware
from django.urls import path
from django.utils import timezone
from django.utils.decorators import decorator_from_middleware
from django.views.decorators.cache import cache_control

from wagtail.api.v2.pagination import WagtailPagination
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.utils import BadRequestError
from wagtail.api.v2.views import BaseAPIViewSet
from wagtail.models import Page, Site

from clinic.delivery.memo import kept

from .api_fields import Gathered, Link, fields
from .fact_blocks import WEEKDAYS
from .models import LocationPage
from .opening import Interval, coming_special_periods, today_at, usual_hours
from .phones import dial
from .querysets import visible_to_public
from .sites import find_site
from .structured_data import moment

DEFAULT_LIMIT = 20
HIGHEST_LIMIT = 100
HIGHEST_NUMBER = 999_999_999
KEEP_SECONDS = 60

router = WagtailAPIRouter("api")


def number_in(request, name: str, default: int = 0, highest: int = HIGHEST_NUMBER) -> int:
    """The whole number asked for under `name`. Raises BadRequestError with a sentence."""
    value = request.GET.get(name, str(default))
    if value.isascii() and value.isdigit() and len(value) < 10 and int(value) <= highest:
        return int(value)
    raise BadRequestError(f"“{name}” must be a whole number from 0 to {highest}.")


class Slice(WagtailPagination):
    """`?limit=` rows from `?offset=` on, and how many there are in all."""

    def paginate_queryset(self, queryset, request, view=None) -> list:
        offset = number_in(request, "offset")
        limit = number_in(request, "limit", DEFAULT_LIMIT, HIGHEST_LIMIT)
        ids = view.get_ids(queryset)
        self.total_count, shown = len(ids), ids[offset : offset + limit]
        found = queryset.in_bulk(shown)
        return [found[page_id] for page_id in shown if page_id in found]


class PublicFilter(BaseFilterBackend):
    """Narrows a list: `?slug=` exactly, and `?ROLE=` by the id of a page that is linked to."""

    def filter_queryset(self, request, queryset, view):
        for name in view.filters:
            if name not in request.GET:
                continue
            if name in view.links:
                queryset = queryset.filter(pk__in=self._linking(request, name, view.links[name]))
            else:
                queryset = queryset.filter(**{name: request.GET[name]})
        return queryset

    def _linking(self, request, role: str, links: Iterable[Link]):
        # Whoever asks for a page that is not public learns nothing of what links to it.
        asked = visible_to_public(Page.objects.filter(pk=number_in(request, role))).values("pk")
        parts = [
            link.rows().filter(**{f"{link.to}__in": asked}).values_list(link.of) for link in links
        ]
        return parts[0].union(*parts[1:]) if parts[1:] else parts[0]


class PublicPagesAPI(BaseAPIViewSet):
    """Lists and shows the public pages of one type. Who asks, and with which session, changes
    nothing."""

    authentication_classes: list[type] = []
    permission_classes: list[type] = []
    renderer_classes = [JSONRenderer]
    http_method_names = ["get", "head", "options"]
    pagination_class = Slice
    filter_backends = [PublicFilter]
    filters: tuple[str, ...] = ("slug",)
    links: dict[str, list[Link]] = {}

    body_fields = [
        "id",
        "title",
        *fields(url=lambda page, gathered: page.get_full_url(gathered.request)),
        "slug",
        *fields(
            description=lambda page, gathered: page.get_description(gathered.practice),
            record=lambda page, gathered: tell_record(page, gathered),
            review=lambda page, gathered: None,
        ),
    ]
    listed_fields: tuple[str, ...] = ("title", "url", "slug", "description", "record", "review")

    @classmethod
    def as_view(cls, actions=None, **initkwargs):
        """As a view outside transactions, with an ETag, that caches may keep for a minute."""
        view = super().as_view(actions, **initkwargs)
        view = decorator_from_middleware(ConditionalGetMiddleware)(view)
        return transaction.non_atomic_requests(
            cache_control(public=True, max_age=KEEP_SECONDS)(view)
        )

    @classmethod
    def get_urlpatterns(cls) -> list:
        return [
            path("", cls.as_view({"get": "listing_view"}), name="listing"),
            path("<int:pk>/", cls.as_view({"get": "detail_view"}), name="detail"),
        ]

    @classmethod
    def get_listing_default_fields(cls, model) -> list[str]:
        return [*super().get_listing_default_fields(model), *cls.listed_fields]

    def get_queryset(self):
        pages = self.model.objects.visible_to_public().for_reading()
        site = find_site(self.request)
        if site is None:
            return pages.none()
        return pages.descendant_of(site.root_page).order_by("title", "pk")

    def get_ids(self, queryset) -> list[int]:
        """The ids of `queryset`, all that is listed, in order; the whole list is kept."""
        if any(name in self.request.GET for name in self.filters):
            return list(queryset.values_list("pk", flat=True))
        return _ids_by_title(self.model, find_site(self.request))

    def filter_queryset(self, queryset):
        return super().filter_queryset(queryset) if self.action == "listing_view" else queryset

    def paginate_queryset(self, queryset) -> list:
        pages = super().paginate_queryset(queryset)
        self.gathered = Gathered(self.request, self.model, pages, self.links)
        return pages

    def detail_view(self, request, pk: int) -> Response:
        self.check_query_parameters()
        if pk > HIGHEST_NUMBER:
            raise Http404("There is no such page.")
        pages = [self.get_object()]
        self.gathered = Gathered(request, self.model, pages, self.links)
        return super().detail_view(request, pk)

    def check_query_parameters(self, queryset=None) -> None:
        """Raises BadRequestError with a sentence: a misspelled filter must not list everything."""
        known = ["fields"]
        if self.action == "listing_view":
            known += ["limit", "offset", *self.filters]
        for name, value in self.request.GET.items():
            if name not in known:
                raise BadRequestError(f"There is no “{name}” here. Known: {', '.join(known)}.")
            if name == "fields" and "(" in value:
                raise BadRequestError("“fields” are names, separated by commas.")


@kept
def _ids_by_title(model: type[Page], site: Site | None) -> list[int]:
    if site is None:
        return []
    pages = model.objects.visible_to_public().descendant_of(site.root_page)
    return list(pages.order_by("title", "pk").values_list("pk", flat=True))


def tell_record(page, gathered: Gathered) -> dict[str, Any] | None:
    """When the page was published and modified, in whose name; times on the practice's clock."""
    publication = page.publication
    if publication is None:
        return None
    modified_at = publication.modified_at
    return {
        "first_published_at": moment(publication.published_at),
        "modified_at": moment(modified_at) if modified_at else None,
        "credit": publication.credit,
        "version": len(page.recorded_versions),
        "updates_url": f"{page.get_full_url(gathered.request)}updates/",
    }


def tell_phones(page, gathered: Gathered) -> list[dict[str, str]]:
    rows = [row.value for row in page.phones]
    return [
        {"purpose": row["purpose"], "number": row["number"], "dial": dial(row["number"])}
        for row in rows
    ]


def tell_hours(page, gathered: Gathered) -> list[dict[str, Any]] | None:
    """The usual hours of each weekday, on the location's own clock; none if it is closed. None
    where the hours are not known."""
    if not page.hours:
        return None
    return [{"day": day, "hours": _told(usual_hours(page, day))} for day in WEEKDAYS]


def tell_special_hours(page, gathered: Gathered) -> list[dict[str, Any]]:
    """Days with other hours, as far ahead as the page tells them; closed where none are told."""
    periods = coming_special_periods(page, today_at(page, timezone.now()))
    return [
        {
            "first_day": period.start.isoformat(),
            "last_day": period.end.isoformat(),
            "hours": _told(period.hours),
            "reason": period.reason,
        }
        for period in periods
    ]


def _told(hours: list[Interval]) -> list[dict[str, str]]:
    return [{"opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"} for opens, closes in hours]


class LocationsAPI(PublicPagesAPI):
    """The offices: address, phones, hours, how to get in."""

    name = "locations"
    model = LocationPage
    body_fields = [
        *PublicPagesAPI.body_fields,
        *fields(
            address=lambda page, gathered: {
                name: getattr(page, name) for name in ("street", "city", "region", "postal_code")
            },
            phones=tell_phones,
            time_zone=lambda page, gathered: str(page.time_zone),
            hours=tell_hours,
            special_hours=tell_special_hours,
        ),
        "hours_note",
        "hours_confirmed_on",
        "entrance",
        "parking",
        "accessibility",
    ]
    listed_fields = (*PublicPagesAPI.listed_fields, "address", "phones")
