"""What the person who opens the dashboard finds there: reviews that wait, and their own profile."""

from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.permissions import policy_registry

from .due import (
    DuePage,
    Reason,
    SentBackText,
    WaitingText,
    counts_of,
    due_pages,
    physicians_share,
    sent_back_texts,
    waiting_texts,
)
from .signers import profile_of


class WaitingForMePanel(Component):
    """Shows a physician what to sign: submitted texts first, then public pages of theirs."""

    order = 40
    template_name = "physicians/dashboard/waiting_for_me.html"
    # The report has the rest.
    shown_pages = 10

    def __init__(self, profile, to_sign: list[WaitingText], due: list[DuePage]) -> None:
        self.profile, self.to_sign, self.due = profile, to_sign, due

    def get_context_data(self, parent_context):
        return {
            "profile": self.profile,
            "to_sign": self.to_sign,
            "due": self.due[: self.shown_pages],
            "more": len(self.due) > self.shown_pages,
        }


class SubmittedPanel(Component):
    """Shows writers what became of the texts that they sent to the physicians."""

    order = 60
    template_name = "physicians/dashboard/submitted.html"

    def __init__(self, waiting: list[WaitingText], sent_back: list[SentBackText]) -> None:
        self.waiting, self.sent_back = waiting, sent_back

    def get_context_data(self, parent_context):
        return {"waiting": self.waiting, "sent_back": self.sent_back}


class ReviewsPanel(Component):
    """Counts for publishers and administrators why public pages ask for a physician."""

    order = 70
    template_name = "physicians/dashboard/reviews.html"

    def __init__(self, due: list[DuePage]) -> None:
        self.due = due

    def get_context_data(self, parent_context):
        return {
            "counts": counts_of(self.due),
            "urgent": [row for row in self.due if Reason.URGENT in row.reasons],
        }


def review_panels(user) -> list[Component]:
    """The panels that have something to say to `user`. The number of queries depends on the
    kinds of page and on what the person is, not on how much waits."""
    panels: list[Component] = []
    waiting = waiting_texts()
    if profile := profile_of(user):
        to_sign, due = physicians_share(profile, waiting, due_pages())
        if to_sign or due:
            panels.append(WaitingForMePanel(profile, to_sign, due))
    submitted = [text for text in waiting if text.submitted_by == user]
    sent_back = [text for text in sent_back_texts() if text.submitted_by == user]
    if submitted or sent_back:
        panels.append(SubmittedPanel(submitted, sent_back))
    policy = policy_registry.get_by_type(Page)
    if policy.user_has_permission(user, "publish"):
        due = due_pages(among=policy.instances_user_has_permission_for(user, "publish"))
        if due:
            panels.append(ReviewsPanel(due))
    return panels


class OwnProfilePanel(Component):
    """Leads a physician to their own profile, the one page they edit."""

    order = 50
    template_name = "physicians/own_profile_panel.html"

    def __init__(self, profile) -> None:
        self.profile = profile

    def get_context_data(self, parent_context):
        return {"profile": self.profile}
