"""What the archive is told of the medical review: who had signed the text that readers saw then."""

from datetime import datetime

from clinic.publishing.models import PublishedVersion
from clinic.publishing.templatetags.publishing_tags import practice_date

from .mixins import ReviewablePage
from .models import Review
from .review_status import current_text, with_signatures

NOBODY = "No physician had signed this text by then."


def review_then(version: PublishedVersion, at: datetime) -> list[tuple[str, str]]:
    """Label and sentence on the review of `version` as it stood at `at` (aware); nothing for a page
    that physicians do not sign."""
    if not issubclass(version.page.specific_class, ReviewablePage):
        return []
    versions = PublishedVersion.objects.filter(page=version.page_id, pk__lte=version.pk)
    signed = current_text(with_signatures(list(versions.in_order()), signed_by=at))
    ids = [row.signature.review_id for row in signed if row.signature]
    review = Review.objects.filter(pk__in=ids).order_by("signed_at", "pk").last()
    if review is None:
        return [("Reviewed by", NOBODY)]
    signer = ", ".join(filter(None, (review.signer_name, review.signer_licence)))
    day, how = practice_date(review.signed_at), review.get_method_display().lower()
    return [("Reviewed by", f"{signer}, on {day} ({how})")]
