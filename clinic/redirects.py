"""Leads readers from an address that is no more to the page that stands for it now."""

from urllib.parse import unquote, urlsplit

from django.http import HttpRequest, HttpResponse

from wagtail.contrib.redirects.middleware import RedirectMiddleware

from clinic.pages.routing import find_page, find_withdrawal
from clinic.pages.sites import find_site


class OpenRedirectMiddleware(RedirectMiddleware):
    """Wagtail's redirects, where readers may follow them.

    Wagtail keeps one for each address that a page ever had, draft or not. Following it to a page
    that the public cannot open would tell the page's new address; and a page that got its old
    address back would lead to itself.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        answer = super().process_response(request, response)
        if answer is response or may_be_followed(request, answer.url):
            return answer
        return response


def may_be_followed(request: HttpRequest, url: str) -> bool:
    """Whether a reader at the address of `request` may be sent on to `url`: to another site, to
    what is not a page, or to a page that is public, or was and says why it is gone."""
    parts = urlsplit(url)
    site = find_site(request)
    if site is None or parts.hostname not in (None, site.hostname):
        return True
    path = unquote(parts.path).strip("/")
    if path == request.path.strip("/"):
        return False
    page = find_page(site, site.root_page.url_path + (f"{path}/" if path else ""))
    if page is None:
        return True
    return page.is_known_public and (page.live or find_withdrawal(page) is not None)
