"""The practice's own colors, as a stylesheet whose address changes with them."""

from django.http import HttpRequest, HttpResponse

from clinic.delivery.marks import deliver
from clinic.pages.site_settings import practice_settings

FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_MINUTE = "public, max-age=60"


def theme(request: HttpRequest, name: str) -> HttpResponse:
    """/theme-NAME.css. An older name, from a page still open somewhere, gets today's colors."""
    practice = practice_settings()
    age = FOR_EVER if name == practice.stylesheet_name else FOR_A_MINUTE
    response = HttpResponse(
        practice.stylesheet,
        content_type="text/css; charset=utf-8",
        headers={"Cache-Control": age},
    )
    # Any name of twelve digits has an answer: only the true one is worth keeping.
    return deliver(response) if age == FOR_EVER else response
