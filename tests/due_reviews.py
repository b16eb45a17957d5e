"""Pages in each state of the medical review, and texts on their way to a physician."""

from datetime import timedelta

from django.utils import timezone

from clinic.publishing.services import publish_version
from physicians.models import PhysicianAccount
from physicians.services import (
    ask_for_review,
    open_review,
    publish_urgently,
    record_earlier_review,
    request_changes,
)
from tests.conftest import fresh, set_review_policy
from tests.factories import PhysicianFactory, UserFactory


def another_physician(practice, **fields):
    """A second public physician, with an account of their own."""
    fields = {"first_name": "Otis", "last_name": "Larkspur"} | fields
    profile = PhysicianFactory(parent=practice.physicians, live=False, **fields)
    publish_version(page=profile)
    user = UserFactory(username=fields["last_name"].lower())
    user.groups.set(practice.users["physicians"].groups.all())
    PhysicianAccount.objects.create(user=user, profile=profile)
    return fresh(profile)


def signed(practice, *, days_ago: int = 30, **fields):
    """A procedure that went live, and was signed by whom it is credited to, so long ago."""
    at = timezone.now() - timedelta(days=days_ago)
    page = practice.procedure(at=at, **fields)
    record_earlier_review(
        page=page, revision=page.live_revision, signer=page.credited_physician, at=at
    )
    return fresh(page)


def never_reviewed(practice, **fields):
    return practice.procedure(**fields)


def overdue(practice, **fields):
    return signed(practice, **{"days_ago": 800, **fields})


def due_soon(practice, **fields):
    return signed(practice, days_ago=700, **fields)


def changed(practice, **fields):
    page = signed(practice, **fields)
    page.summary = "Something else is true now."
    publish_version(page=page, kind="major", note="Something else is true now.")
    return fresh(page)


def largely_edited(practice, **fields):
    """Signed; then a change of many words that an editor called small, and confirmed."""
    page = signed(practice, **fields)
    page.summary = "A word that nobody acts on. " * 8
    page.answer("minor")
    page.small_change_confirmed = True
    page.save_revision().publish()
    return fresh(page)


def urgent(practice, **fields):
    """Public before a physician had signed; only for this moment the policy asks for it."""
    page = practice.procedure(live=False, **fields)
    reason = "The surgery center closes today."
    set_review_policy(procedures=True)
    publish_urgently(page=page, by=practice.users["administrators"], reason=reason)
    set_review_policy(procedures=False)
    return fresh(page)


# What the due report calls them, and how a page gets there; the most pressing first.
DUE = {
    "urgent": urgent,
    "never": never_reviewed,
    "changed": changed,
    "overdue": overdue,
    "due_soon": due_soon,
    "large_edits": largely_edited,
}


def submitted(practice, *, by: str = "writers", **fields):
    """A draft that waits for a physician's signature."""
    page = practice.procedure(live=False, **fields)
    send_to_physicians(practice, page, by=by)
    return fresh(page)


def send_to_physicians(practice, page, *, by: str = "writers") -> None:
    """Submit the newest draft; only for this moment the policy asks for a signature."""
    set_review_policy(procedures=True)
    ask_for_review(page=page, by=practice.users[by])
    set_review_policy(procedures=False)


def sent_back(practice, *, note: str = "Say who should not have it.", **fields):
    """A draft that a physician did not sign."""
    page = submitted(practice, **fields)
    request_changes(
        page=page,
        revision=open_review(page).revision,
        signer=practice.physician,
        note=note,
        account=practice.users["physicians"],
    )
    return fresh(page)
