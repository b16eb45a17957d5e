"""What the medical review adds to the actions below an editor's form.

Each saves what was typed first, and then goes on: nothing is lost.
"""

from wagtail.admin.action_menu import ActionMenuItem

from .mixins import ReviewablePage
from .services import open_review
from .signers import may_sign


class ReviewAction(ActionMenuItem):
    """An action on a page that physicians sign, once the page exists."""

    def is_shown(self, context) -> bool:
        page = context.get("page")
        return (
            context["view"] == "edit"
            and isinstance(page, ReviewablePage)
            and not context["locked_for_user"]
            and self.is_for(page, context["request"].user)
        )

    def is_for(self, page, user) -> bool:
        raise NotImplementedError


class SignItem(ReviewAction):
    """For a physician who has corrected the text: on to the screen on which it is signed."""

    name, label, icon_name = "action-sign", "Read once more and sign…", "check"

    def is_for(self, page, user) -> bool:
        return may_sign(user) and open_review(page) is not None


class SendInsteadItem(ReviewAction):
    """For a writer who has typed on: let the newest text wait for the signature."""

    name, label, icon_name = "action-send-instead", "Send this version instead", "resubmit"

    def is_for(self, page, user) -> bool:
        return open_review(page) is not None and not may_sign(user)


class SendLinkItem(ReviewAction):
    """For everyone who may edit: send a physician a private link."""

    name, label, icon_name = "action-send-link", "Send to a physician…", "mail"

    def is_for(self, page, user) -> bool:
        return not may_sign(user)


class UrgentItem(ReviewAction):
    """For administrators: publish once before a physician has signed."""

    name, label, icon_name = "action-urgent", "Publish as urgent…", "warning"

    def is_for(self, page, user) -> bool:
        policy = page.review_settings.policy_for(type(page))
        return (
            policy.required
            and user.has_perm("physicians.publish_urgently")
            and page.permissions_for_user(user).can_publish()
        )
