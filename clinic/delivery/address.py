"""Where a reader asks, with everything taken off that does not decide what is read there."""

from dataclasses import dataclass, replace
from io import BytesIO
from operator import itemgetter
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.urls import reverse
from django.utils.functional import cached_property

# Longer ones are answered, but not kept.
LONGEST_PATH = 500
LONGEST_QUERY = 200


@dataclass(frozen=True)
class Address:
    """One address of the site: scheme, one of its own host names, path, and a query of nothing
    but parameters that mean something there, in the order of the alphabet."""

    is_secure: bool
    host: str
    path: str
    query: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Address | None":
        """What `request` asks for, its query left out; None for what is never kept."""
        path = request.path_info
        if request.META.get("SCRIPT_NAME") or len(path) > LONGEST_PATH or "\x00" in path:
            return None
        if path.startswith(never_kept()):
            return None
        host = _own_host(request)
        return cls(request.is_secure(), host, path) if host else None

    @classmethod
    def of_path(cls, path: str) -> "Address":
        """`path`, as links have it, at the address under which the site is known."""
        base = urlsplit(settings.WAGTAILADMIN_BASE_URL)
        return cls(base.scheme == "https", base.netloc, unquote(path))

    @cached_property
    def key(self) -> str:
        scheme = "https" if self.is_secure else "http"
        return f"{scheme}://{self.host}{self.path}{'?' + self.query if self.query else ''}"

    def with_query(self, query: str, parameters: frozenset[str]) -> "Address | None":
        """The same, with what `query` says of `parameters`; None if that is too long to keep."""
        try:
            said = parse_qsl(query, keep_blank_values=False, max_num_fields=50)
        except ValueError:
            return None
        # By name alone: of one that is said twice, the last one counts.
        wanted = [(name, text) for name, text in said if name in parameters]
        query = urlencode(sorted(wanted, key=itemgetter(0)))
        return replace(self, query=query) if len(query) <= LONGEST_QUERY else None

    def as_request(self) -> WSGIRequest:
        """A request for this address by nobody: no cookie, and nothing a visitor has sent, so that
        nothing of one visitor can reach the answer that all will get."""
        name, port = split_domain_port(self.host)
        environ = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": self.path.encode().decode("latin-1"),
            "QUERY_STRING": self.query,
            "SERVER_NAME": name,
            "SERVER_PORT": port or ("443" if self.is_secure else "80"),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": self.host,
            "wsgi.url_scheme": "https" if self.is_secure else "http",
            "wsgi.input": BytesIO(),
        }
        if self.is_secure and settings.SECURE_PROXY_SSL_HEADER:
            header, value = settings.SECURE_PROXY_SSL_HEADER
            environ[header] = value
        return WSGIRequest(environ)


def never_kept() -> tuple[str, ...]:
    """What stands below these paths is for one person, or is a file already."""
    own = (reverse("wagtailadmin_home"), reverse("health"))
    return (*own, "/review/", "/documents/", "/api/", settings.STATIC_URL, settings.MEDIA_URL)


def _own_host(request: HttpRequest) -> str | None:
    """The host that is asked for if it is one of the site's names at its own port; for any other
    that Django lets pass, such as one of a wildcard, the name the site is known by."""
    try:
        host = request.get_host().lower()
    except DisallowedHost:
        return None
    name, port = split_domain_port(host)
    base = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    own_ports = ("", request.META.get("SERVER_PORT", ""), str(base.port or ""))
    if name in settings.ALLOWED_HOSTS and port in own_ports:
        return host
    return base.netloc if base.hostname in settings.ALLOWED_HOSTS else None
