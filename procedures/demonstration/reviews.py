"""Signs the demonstration's pages, through the service by which an older site's reviews come in,
so that there is one page in each state of review, and one draft that waits for a signature."""

from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from physicians.models import PhysicianPage, Review
from physicians.services import ask_for_review, record_earlier_review
from procedures.models import ProcedurePage

from .wording import reworded, wall_clock


def add_reviews(source: dict[str, Any]) -> int:
    """Add the signatures of `source` (reviews.toml) to a practice that has none yet. Returns how
    many; 0 if there are signatures already."""
    if Review.objects.exists():
        return 0
    for row in source["reviews"]:
        page = ProcedurePage.objects.get(title=row["procedure"])
        version = page.recorded_versions[row["version"] - 1]
        if "at" in row:
            at = wall_clock(row["at"])
        else:
            at = timezone.now() - timedelta(days=row["days_ago"])
        record_earlier_review(
            page=page,
            revision=version.revision,
            signer=PhysicianPage.objects.get(last_name=row["signer"]),
            at=at,
            note=row.get("note", ""),
        )
    _submit_a_draft(source["waiting"])
    return len(source["reviews"])


def _submit_a_draft(row: dict[str, Any]) -> None:
    writer = get_user_model().objects.get(username="writer")
    page = ProcedurePage.objects.get(title=row["procedure"])
    if page.has_unpublished_changes:
        return  # Someone is at work on it.
    page.summary = row["summary"]
    page.sections = page.sections.stream_block.to_python(
        reworded(page.sections.get_prep_value(), dict(row["wording"]))
    )
    page.answer("major", row["note"])
    page.save_revision(user=writer)
    ask_for_review(page=ProcedurePage.objects.get(pk=page.pk), by=writer)
