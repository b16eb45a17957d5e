"""An erasure, for signatures: each stands for what is left of the text that was signed."""

from django.utils import timezone

from clinic.erasure.changes import Changes
from clinic.erasure.rows import write_row

from .models import Review


def follow(changes: Changes) -> None:
    """Mark the signatures under versions that were changed, and those changed themselves; their
    digests follow the text. The old digest must not stay: with it, a guessed name could be proved.
    """
    reviews = Review.objects.filter(revision__in=changes.revisions)
    changed = reviews | Review.objects.filter(pk__in=changes.rows[Review])
    now = timezone.now()
    for review in changed:
        digest = changes.digests.get(review.revision_id, review.digest)
        write_row(Review, review.pk, {"digest": digest, "erased_at": now})
