"""What requests cost, within the site's settings and without a server between:
`python -m tests.benchmark.requesting '{"database": ..., "views": [[name, path, role]]}'`. Says in
JSON, for each view, its CPU time, queries and bytes. The CPU of PostgreSQL's own process counts."""

import json
import re
import sys
import time

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from wagtail.models import Site  # noqa: E402

from tests.benchmark.databases import backends  # noqa: E402
from tests.benchmark.machine import cpu_seconds  # noqa: E402

LONG_ENOUGH_SECONDS = 1.0


def cpu_so_far() -> float:
    """Of this process and of what the database server does for it."""
    helpers = [] if connection.vendor == "sqlite" else backends(connection.settings_dict["NAME"])
    return time.process_time() + cpu_seconds(helpers)


def look(client: Client, path: str, most: int) -> dict:
    """One view: the median is of groups of requests, since the kernel counts hundredths."""
    path = find_last_page(client, path)
    warm = client.get(path)
    if warm.status_code != 200:
        raise RuntimeError(f"{path} was answered {warm.status_code}")
    # Once more for what is prepared only by the first request.
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    # Now: the next request forgets them.
    queries = len(captured)
    took, began = [], time.monotonic()
    while len(took) < 3 or (time.monotonic() - began < LONG_ENOUGH_SECONDS and len(took) < most):
        before = cpu_so_far()
        for _ in range(5):
            client.get(path)
        took.append((cpu_so_far() - before) / 5 * 1000)
    after = [_after_a_change(client, path) for _ in range(3)]
    return {
        "cpu_ms": took,
        "after_ms": after,
        "queries": queries,
        "bytes": len(warm.content),
    }


def _after_a_change(client: Client, path: str) -> float:
    """CPU ms of the first request after something was written: nothing kept counts any more."""
    Site.objects.first().save()
    before = cpu_so_far()
    client.get(path)
    return (cpu_so_far() - before) * 1000


def find_last_page(client: Client, path: str) -> str:
    """`path` with LAST replaced by the number of the list's last page."""
    if "LAST" not in path:
        return path
    first = client.get(path.replace("LAST", "1")).content.decode()
    numbers = [int(number) for number in re.findall(r"[?&;]page=(\d+)", first)] or [1]
    return path.replace("LAST", str(max(numbers)))


def main(job: dict) -> dict:
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    answers = {}
    for name, path, account in job["views"]:
        client = Client(SERVER_NAME="127.0.0.1")
        if account:
            client.force_login(get_user_model().objects.get(username=account))
        answers[name] = look(client, path, job.get("most", 20))
    return answers


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
