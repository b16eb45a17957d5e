"""How often one client may try addresses that we never sent. A guess would need 128 bits of luck;
this keeps the noise down, and the server's work."""

import hashlib
from ipaddress import ip_address

from django.core.cache import cache
from django.http import HttpRequest

WRONG_ADDRESSES = 30
FOR_SECONDS = 15 * 60


def is_shut_out(request: HttpRequest) -> bool:
    """Whether too many addresses from this client were wrong within a quarter of an hour."""
    return cache.get(_key(request), 0) >= WRONG_ADDRESSES


def count_wrong_address(request: HttpRequest) -> None:
    """Remember that this client asked for an address that we never sent."""
    key = _key(request)
    cache.add(key, 0, FOR_SECONDS)
    try:
        cache.incr(key)
    except ValueError:
        # It was forgotten between the two lines.
        cache.set(key, 1, FOR_SECONDS)


def _key(request: HttpRequest) -> str:
    return f"wrong-review-links:{hashlib.sha256(_client(request).encode()).hexdigest()}"


def _client(request: HttpRequest) -> str:
    """The client's address; behind our own web server, what that one says it is."""
    address = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if forwarded and _is_ours(address):
        return forwarded.rpartition(",")[2].strip()
    return address


def _is_ours(address: str) -> bool:
    try:
        return ip_address(address).is_private
    except ValueError:
        # A socket has no address.
        return True
