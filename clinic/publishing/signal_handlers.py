"""Doorbells: Wagtail rings, a service answers."""

from .mixins import RecordedPage
from .services import end_submission, record_publication, record_withdrawal


def on_page_published(sender, instance, revision, alias=False, **kwargs):
    # Wagtail also rings for aliases and for pages that were only scheduled.
    if alias or not isinstance(instance, RecordedPage):
        return
    if instance.live and instance.live_revision_id == revision.pk:
        record_publication(page=instance, revision=revision)


def on_page_unpublished(sender, instance, **kwargs):
    if isinstance(instance, RecordedPage):
        record_withdrawal(page=instance)
        end_submission(page=instance)
