"""Acting on several pages at once, page by page: one that cannot go live stops no other."""

from wagtail.admin import messages
from wagtail.admin.views.pages.bulk_actions import (
    DeleteBulkAction,
    PublishBulkAction,
    UnpublishBulkAction,
)

from .permissions import deletion_refusal
from .services import publish_latest, withdraw
from .withdrawal import BulkWithdrawalForm


class PublishPages(PublishBulkAction):
    """Publishes what is ready, and names to the publisher what is not and why."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.refusals: list[str] = []

    def get_execution_context(self):
        return {**super().get_execution_context(), "refusals": self.refusals}

    @classmethod
    def execute_action(cls, objects, include_descendants=False, user=None, refusals=None, **kwargs):
        published = {True: 0, False: 0}
        for page, is_child in cls._drafts(objects, include_descendants, user):
            if reasons := publish_latest(page=page, by=user):
                title = page.get_admin_display_title()
                refusals.append(f"“{title}” was not published. {' '.join(reasons)}")
            elif page.scheduled_revision:
                title = page.get_admin_display_title()
                refusals.append(f"“{title}” is not public yet: it goes live as it is scheduled.")
            else:
                published[is_child] += 1
        return published[False], published[True]

    @staticmethod
    def _drafts(objects, include_descendants, user):
        for page in objects:
            yield page.specific, False
            if include_descendants:
                for child in page.get_descendants().not_live().specific():
                    if user is None or child.permissions_for_user(user).can_publish():
                        yield child, True

    def get_success_message(self, num_parent_objects, num_child_objects):
        for refusal in self.refusals:
            messages.warning(self.request, refusal)
        if not num_parent_objects and not num_child_objects:
            return None
        return super().get_success_message(num_parent_objects, num_child_objects)


class WithdrawPages(UnpublishBulkAction):
    """Withdraws several pages for one reason."""

    form_class = BulkWithdrawalForm
    template_name = "publishing/confirm_bulk_withdrawal.html"

    def get_execution_context(self):
        return {
            **super().get_execution_context(),
            "reason": self.cleaned_form.cleaned_data["reason"],
            "replacement": self.cleaned_form.cleaned_data["replacement"],
        }

    @classmethod
    def execute_action(
        cls,
        objects,
        include_descendants=False,
        user=None,
        permission_checker=None,
        reason="",
        replacement=None,
        **kwargs,
    ):
        parents, children = 0, 0
        for page in objects:
            below = page.get_descendants().live().specific() if include_descendants else []
            for child in below:
                if user is None or permission_checker(child):
                    withdraw(page=child, by=user, reason=reason, replacement=replacement)
                    children += 1
            withdraw(page=page.specific, by=user, reason=reason, replacement=replacement)
            parents += 1
        return parents, children


class DeletePages(DeleteBulkAction):
    """Deletes drafts nobody ever saw; what was public is listed as kept."""

    template_name = "publishing/confirm_bulk_delete.html"

    def check_perm(self, page):
        return super().check_perm(page) and not deletion_refusal(page)
