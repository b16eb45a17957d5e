"""Registers the medical review in Wagtail's admin: its screens, and actions below the form."""

from django.apps import apps
from django.shortcuts import redirect
from django.urls import path, reverse

from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import SubmitForModerationMenuItem

from clinic.publishing.requirements import publication_requirements

from .action_menu import SendInsteadItem, SendLinkItem, SignItem, UrgentItem
from .mixins import ReviewablePage
from .review_views import PublishUrgentlyView, ReviewView
from .services import ReviewRefused, ask_for_review, open_review
from .signers import may_sign

NOT_COMPLETE = "Not sent: {sentence}"


@hooks.register("register_admin_urls")
def register_review_screens():
    return [
        path("reviews/<int:page_id>/", ReviewView.as_view(), name="physicians_review"),
        path(
            "reviews/<int:page_id>/urgent/",
            PublishUrgentlyView.as_view(),
            name="physicians_publish_urgently",
        ),
    ]


for order, item in ((5, SignItem), (35, SendInsteadItem), (45, SendLinkItem), (95, UrgentItem)):
    hooks.register("register_page_action_menu_item", lambda item=item, order=order: item(order))


class SubmitItem(SubmitForModerationMenuItem):
    """Submitting, named after where it leads also while the page is being created."""

    def get_context_data(self, parent_context):
        context = super().get_context_data(parent_context)
        if parent_context["view"] == "create":
            # Wagtail names the workflow of the parent page; the new page may have another.
            named = parent_context["request"].resolver_match.kwargs
            model = apps.get_model(named["content_type_app_name"], named["content_type_model_name"])
            workflow = model().get_workflow() if issubclass(model, ReviewablePage) else None
            if workflow is not None:
                context["label"] = f"Submit to {workflow.name}"
        return context


@hooks.register("construct_page_action_menu", order=10)
def name_where_submitting_leads(menu_items, request, context):
    menu_items[:] = [
        SubmitItem(item.order) if item.name == "action-submit" else item for item in menu_items
    ]


@hooks.register("after_edit_page")
def go_on_to_the_review(request, page):
    """What was typed is saved; now what the pressed button says."""
    if not isinstance(page, ReviewablePage):
        return None
    if "action-sign" in request.POST and may_sign(request.user):
        return redirect(reverse("physicians_review", args=[page.pk]) + "?corrected=1")
    if "action-urgent" in request.POST:
        return redirect("physicians_publish_urgently", page.pk)
    if "action-send-link" in request.POST:
        return redirect("physicians_send_link", page.pk)
    if "action-send-instead" in request.POST:
        _send_instead(request, page)
    return None


def _send_instead(request, page) -> None:
    missing = publication_requirements(page.get_latest_revision_as_object())
    sentences = [one.sentence for one in missing if not one.settled_by_approval]
    if open_review(page) is None:
        sentences = ["It was decided meanwhile. Submit your text in the usual way."]
    if not sentences:
        try:
            ask_for_review(page=page, by=request.user)
        except ReviewRefused as refusal:
            sentences = [str(refusal)]
    for sentence in sentences:
        messages.error(request, NOT_COMPLETE.format(sentence=sentence))
    if not sentences:
        messages.success(request, "The physician now reads your newest text.")
