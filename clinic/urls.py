"""Every address of the site. Pages come last: they may have any address that is left."""

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path, reverse
from django.views.static import serve as serve_file

from wagtail import urls as wagtail_urls
from wagtail.admin import urls as admin_urls
from wagtail.documents import urls as document_urls
from wagtail.documents.views.serve import serve as serve_document

from .delivery.marks import deliver
from .handouts import handout, handout_pdf
from .health import health
from .pages.api import router as api
from .pages.serving import serve_page
from .search.views import search, suggest
from .security_txt import security_txt
from .sitemap import sitemap
from .theme import theme
from .updates import UpdatesFeed, page_updates, site_updates
from .versions import earlier_version, file_of_earlier_version

# A reader's request takes no part in transactions: it must never wait for a writer's lock.
outside_transactions = transaction.non_atomic_requests


def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('wagtailadmin_home')}",
        f"Disallow: {reverse('search')}",
        # What it says, the pages say in full.
        "Disallow: /api/",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
        "",
    ]
    return deliver(HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))


urlpatterns = [
    path("admin/", include(admin_urls)),
    # Before Wagtail's own, of which only the question for a password is left.
    re_path(r"^documents/(\d+)/(.*)$", outside_transactions(serve_document)),
    path("documents/", include(document_urls)),
    path("review/", include("physicians.urls")),
    path("api/v2/", api.urls),
    path("search/", outside_transactions(search), name="search"),
    path("search/suggest/", outside_transactions(suggest), name="search_suggest"),
    path("health/", outside_transactions(health), name="health"),
    re_path(r"^theme-(?P<name>[0-9a-f]{12})\.css$", outside_transactions(theme), name="theme"),
    path("sitemap.xml", outside_transactions(sitemap), name="sitemap"),
    path("robots.txt", outside_transactions(robots), name="robots"),
    path(".well-known/security.txt", outside_transactions(security_txt), name="security_txt"),
]

if settings.SERVE_MEDIA:
    urlpatterns += [
        re_path(
            r"^media/(?P<path>.+)$",
            outside_transactions(serve_file),
            {"document_root": settings.MEDIA_ROOT},
        )
    ]

urlpatterns += [
    path("updates/", outside_transactions(site_updates), name="site_updates"),
    path("feed/", outside_transactions(UpdatesFeed()), name="feed"),
    re_path(r"^(?P<path>[\w\-/]+)/feed/$", outside_transactions(UpdatesFeed())),
    re_path(r"^(?P<path>[\w\-/]+)/updates/$", outside_transactions(page_updates)),
    re_path(
        r"^(?P<path>[\w\-/]+)/versions/(?P<number>[1-9][0-9]{0,5})/$",
        outside_transactions(earlier_version),
    ),
    re_path(
        r"^(?P<path>[\w\-/]+)/versions/(?P<number>[1-9][0-9]{0,5})/files/(?P<name>[0-9a-f]{64}\.\w{1,8})$",
        outside_transactions(file_of_earlier_version),
    ),
    re_path(r"^(?P<path>[\w\-/]+)/handout/$", outside_transactions(handout)),
    re_path(r"^(?P<path>[\w\-/]+)/handout\.pdf$", outside_transactions(handout_pdf)),
    # Wagtail's own addresses, where a private page is unlocked, are not pages.
    re_path(r"^(?!_util/)((?:[\w\-]+/)*)$", outside_transactions(serve_page), name="wagtail_serve"),
    path("", include(wagtail_urls)),
]
