"""A finished answer: bytes in every encoding, and the headers that go with them."""

import gzip
import hashlib
import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import brotli

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date, parse_http_date_safe

# A millisecond a page; the best quality takes eighty.
BROTLI_QUALITY = 5
# "br", unless it is refused by a weight of nothing.
REFUSED = r"\b{}\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))"
ENCODINGS = (("br", re.compile(REFUSED.format("br"))), ("gzip", re.compile(REFUSED.format("gzip"))))
# Set anew for each encoding.
OWN_HEADERS = {"content-length", "content-encoding", "etag", "last-modified", "vary"}

Answer = tuple[int, list[tuple[str, str]], bytes]


@dataclass(slots=True)
class Copy:
    """One page as it is sent to every reader, true for one generation and until it expires."""

    number: int
    # Seconds since 1970.
    expires: float
    # When these bytes first became what readers get; never twice the same second for one address.
    modified: int
    digest: str
    parameters: frozenset[str]
    headers: list[tuple[str, str]]
    bodies: dict[str, bytes]
    # Whether the archive has it, if it is one of a page. If not, only this process gives it.
    is_kept: bool = True
    # The period for which it lies where a web server finds it.
    baked: int = 0
    answers: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    @classmethod
    def made_of(
        cls, response: HttpResponse, *, number: int, expires: float, modified: int, parameters
    ) -> "Copy":
        headers = [pair for pair in response.items() if pair[0].lower() not in OWN_HEADERS]
        if not response.has_header("Cache-Control"):
            headers.append(("Cache-Control", _cache_control()))
        body = response.content
        return cls(
            number=number,
            expires=expires,
            modified=modified,
            digest=hashlib.sha256(body).hexdigest(),
            parameters=parameters,
            headers=headers,
            bodies=_encoded(body),
        )

    @property
    def size(self) -> int:
        """Bytes held in memory, about."""
        return 4000 + sum(len(body) for body in self.bodies.values())

    @property
    def is_html(self) -> bool:
        return dict(self.headers)["Content-Type"].startswith("text/html")

    def answer(self, accepted: str, etags: str = "", since: str = "") -> Answer:
        """Status, headers and body for a reader who accepts these encodings, and who may have it
        already: `etags` and `since` as If-None-Match and If-Modified-Since say them."""
        encoding = choose_encoding(accepted)
        headers = self.answers.get(encoding)
        if headers is None:
            headers = self.answers[encoding] = self._headers_for(encoding)
        if (etags or since) and self._is_known(etags, since):
            kept = [pair for pair in headers if pair[0] != "Content-Length"]
            return 304, kept, b""
        return 200, headers, self.bodies[encoding]

    def response_to(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers
        status, headers, body = self.answer(
            sent.get("Accept-Encoding", ""),
            sent.get("If-None-Match", ""),
            sent.get("If-Modified-Since", ""),
        )
        return HttpResponse(body, status=status, headers=dict(headers))

    def _headers_for(self, encoding: str) -> list[tuple[str, str]]:
        # Other bytes have another tag, or it would not be a strong one (RFC 9110).
        suffix = f"-{encoding}" if encoding else ""
        headers = [
            *self.headers,
            ("ETag", f'"{self.digest[:32]}{suffix}"'),
            ("Last-Modified", http_date(self.modified)),
            ("Vary", "Accept-Encoding"),
            ("Content-Length", str(len(self.bodies[encoding]))),
        ]
        return [*headers, ("Content-Encoding", encoding)] if encoding else headers

    def _is_known(self, etags: str, since: str) -> bool:
        if etags:
            return self.digest[:32] in etags or etags.strip() == "*"
        return (parse_http_date_safe(since) or 0) >= self.modified

    def to_bytes(self, release: str) -> bytes:
        """For a file: a line that says what follows, and the bodies one after the other."""
        facts: dict[str, Any] = {
            "release": release,
            "number": self.number,
            "expires": self.expires,
            "modified": self.modified,
            "digest": self.digest,
            "parameters": sorted(self.parameters),
            "headers": self.headers,
            "bodies": {name: len(body) for name, body in self.bodies.items()},
        }
        return json.dumps(facts).encode() + b"\n" + b"".join(self.bodies.values())

    @classmethod
    def from_bytes(cls, content: bytes, release: str) -> "Copy":
        """The copy again. One that another release of the site has made is true of no generation,
        and only says when its bytes were new."""
        line, _, rest = content.partition(b"\n")
        facts = json.loads(line)
        if facts.pop("release") != release:
            facts["number"] = 0
        bodies, start = {}, 0
        for name, length in facts.pop("bodies").items():
            bodies[name] = rest[start : start + length]
            start += length
        if start != len(rest):
            raise ValueError("The file was cut off.")
        headers = [tuple(pair) for pair in facts.pop("headers")]
        parameters = frozenset(facts.pop("parameters"))
        return cls(**facts, parameters=parameters, headers=headers, bodies=bodies)


@lru_cache(maxsize=200)
def choose_encoding(accepted: str) -> str:
    """The best of what the reader's browser can unpack; "" for the text as it is."""
    return next((name for name, pattern in ENCODINGS if pattern.search(accepted)), "")


def _cache_control() -> str:
    """Browsers ask each time whether the page is still true; so does a CDN, or it lets go of the
    page after the time that the practice allows it."""
    if not settings.CDN_SECONDS:
        return "no-cache"
    return f"public, max-age=0, must-revalidate, s-maxage={settings.CDN_SECONDS}"


def _encoded(body: bytes) -> dict[str, bytes]:
    return {
        "": body,
        "br": brotli.compress(body, quality=BROTLI_QUALITY),
        "gzip": gzip.compress(body, compresslevel=6, mtime=0),
    }
