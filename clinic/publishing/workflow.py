"""What happens when the last step of a workflow says yes.

Wagtail imports this module while it builds its models: nothing of Wagtail at the top.
"""

import logging

from django.core.exceptions import ValidationError

logger = logging.getLogger(__name__)


def publish_approved_revision(workflow_state, user=None) -> None:
    """Publish the revision that was approved, whatever was saved since.

    Wagtail's own action publishes the latest revision, which nobody may have read.
    """
    approved = (
        workflow_state.task_states.filter(status="approved").order_by("-finished_at", "-pk").first()
    )
    if approved is None:
        return
    # Whoever may decide this kind of task may publish by it, and by nothing else.
    publishes = getattr(approved.task.specific, "approval_publishes", False)
    try:
        approved.revision.publish(user=user, skip_permission_checks=publishes)
    except ValidationError as refusal:
        # The last step was switched off, say: the text stays a draft, and its form says why.
        logger.warning("Approved, but not published: %s", " ".join(refusal.messages))
