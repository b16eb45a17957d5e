"""/.well-known/security.txt: where to report a weakness of the site (RFC 9116)."""

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

GOOD_FOR = timedelta(days=180)


def security_txt(request: HttpRequest) -> HttpResponse:
    """The contacts that the settings name, in plain text. Not found while they name none, and
    after the last day on which they are answered: a report must not go where nobody reads it."""
    expires = _expires()
    if not settings.SECURITY_CONTACT or expires <= timezone.now():
        raise Http404
    lines = [
        *(f"Contact: {_as_address(contact)}" for contact in settings.SECURITY_CONTACT),
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
    ]
    if request.is_secure():
        lines.append(f"Canonical: {request.build_absolute_uri(request.path)}")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


def _expires() -> datetime:
    """In UTC: the end of the day set, on the practice's calendar, or half a year from today."""
    day = settings.SECURITY_CONTACT_UNTIL or timezone.localdate() + GOOD_FOR
    end = datetime.combine(day + timedelta(days=1), time.min, timezone.get_default_timezone())
    return end.astimezone(UTC)


def _as_address(contact: str) -> str:
    return f"mailto:{contact}" if "@" in contact and ":" not in contact else contact
