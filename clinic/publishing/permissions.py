"""Who may do what to a page that has, or may get, a record."""

from wagtail.models import Page, PagePermissionTester

from .models import AppendOnlyModel, PublishedVersion

KEEP_INSTEAD = (
    "“{title}” has been public or signed, so the practice must be able to show what it said. "
    "Withdraw it instead (Unpublish): readers no longer see it and its record stays."
)
KEEP_PARENT = (
    "“{title}” contains pages that have been public, so the practice must be able to show what "
    "they said. Withdraw it instead (Unpublish), or move those pages first."
)


# Models whose rows prove something about their `page`: apps above add theirs when they start.
EVIDENCE: list[type[AppendOnlyModel]] = [PublishedVersion]


def deletion_refusal(page: Page) -> str:
    """Why `page`, with everything below it, may not be deleted; empty if it may."""
    # The column spares a list of fifty live pages fifty questions.
    if page.first_published_at or _is_evidence(page_id=page.pk):
        return KEEP_INSTEAD.format(title=page.get_admin_display_title())
    if page.numchild and _is_evidence(page__path__startswith=page.path):
        return KEEP_PARENT.format(title=page.get_admin_display_title())
    return ""


def _is_evidence(**pages) -> bool:
    return any(model.objects.filter(**pages).exists() for model in EVIDENCE)


class RecordedPagePermissionTester(PagePermissionTester):
    """Wagtail's answers, and: what was once public is withdrawn, never deleted."""

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return not deletion_refusal(self.page) and super().can_delete(ignore_bulk)

    def can_move(self) -> bool:
        # Wagtail asks "may it be deleted?" here; moving a page keeps its record.
        if self.page.live and not self.can_publish():
            return False  # Wagtail's answer too, without its query for each row of a list.
        return super().can_delete(ignore_bulk=True)
