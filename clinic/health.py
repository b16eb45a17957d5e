"""Whether the site is well, in plain words, for people and for monitors."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from clinic.delivery.models import Generation
from clinic.jobs.services import last_run_in_words

NOT_MIGRATED = (
    "The site is up, but slow, and its archive stands still: “manage.py migrate” is under way or "
    "did not finish. Run it again."
)


@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """200 if readers can be served and timed jobs run; 503 otherwise. Plain text either way."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        up_to_date, jobs_sentence = last_run_in_words()
        is_watched = Generation.objects.exists()
    except DatabaseError:
        return _plain("The database does not answer.", status=503)
    if not is_watched:
        return _plain(NOT_MIGRATED, status=503)
    return _plain(f"The site is up.\n{jobs_sentence}", status=200 if up_to_date else 503)


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
