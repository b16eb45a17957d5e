"""The page views of Wagtail's admin, where the record asks more of them."""

from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect

from wagtail.admin import messages
from wagtail.admin.views.pages.copy import CopyView
from wagtail.admin.views.pages.delete import DeleteView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.admin.views.pages.unpublish import UnpublishView
from wagtail.admin.views.pages.workflow import WorkflowActionView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page

from .permissions import deletion_refusal
from .requirements import missing_for_approval
from .services import withdraw
from .withdrawal import WithdrawalForm

HELD = "It is locked, or scheduled, or not yours to withdraw: withdraw it by itself."


class WithdrawView(UnpublishView):
    """Unpublishing asks why, and what readers should read instead."""

    template_name = "publishing/confirm_withdrawal.html"
    page_title = "Withdraw"
    success_message = "“%(page_title)s” is withdrawn. Its record stays."

    def get_form(self) -> WithdrawalForm:
        page = self.object.specific
        return page.get_withdrawal_form_class()(self.request.POST or None, page=page)

    def unpublish(self):
        form = self.get_form()
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        if response := self.run_hook("before_unpublish_page", self.request, self.object):
            return response
        withdraw(
            page=self.object,
            by=self.request.user,
            reason=form.cleaned_data["reason"],
            replacement=form.cleaned_data["replacement"],
            include_descendants=bool(self.request.POST.get("include_descendants")),
        )
        if self.request.POST.get("include_descendants"):
            for title in self.object.get_descendants().live().values_list("draft_title", flat=True):
                messages.warning(self.request, f"“{title}” is still public. {HELD}")
        page, answers = self.object.specific, form.cleaned_data
        for sentence in page.after_withdrawal(by=self.request.user, answers=answers):
            messages.warning(self.request, sentence)
        return self.run_hook("after_unpublish_page", self.request, self.object)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context.setdefault("form", self.get_form())
        context["media"] = context["form"].media
        return context


class ApproveView(WorkflowActionView):
    """Approving from the dashboard names what is missing, if something is."""

    def post(self, request, *args, **kwargs):
        if self.action_name == "approve" and (missing := missing_for_approval(self.task_state)):
            for requirement in missing:
                messages.error(request, f"Not published. {requirement.sentence}")
            return redirect("wagtailadmin_pages:edit", self.object.pk)
        response = super().post(request, *args, **kwargs)
        page = self.object.specific_class.objects.get(pk=self.object.pk)
        if self.action_name == "approve" and page.live_revision_id == self.task_state.revision_id:
            title = page.get_admin_display_title()
            messages.success(
                request, f"“{title}” is public. Readers now see: {page.publication.in_words}."
            )
        return response


class KeepingDeleteView(DeleteView):
    """Deleting, with a sentence where the page has been public and stays."""

    def dispatch(self, request, page_id, *args, **kwargs):
        page = get_object_or_404(Page, pk=page_id).specific
        may_know = page.permissions_for_user(request.user).can_edit()
        if may_know and (refusal := deletion_refusal(page)):
            messages.error(request, refusal)
            return redirect("wagtailadmin_home")
        return super().dispatch(request, page_id, *args, **kwargs)


class OrderlyRevertView(RevisionsRevertView):
    """Going back to an earlier version, if there is such a version."""

    def get_object(self):
        if self.previous_revision is None:
            raise Http404
        return super().get_object()


class OrderlyCopyView(CopyView):
    """Copying, with a clear answer to a form that names no parent page."""

    def post(self, request, page_id, *args, **kwargs):
        parent_id = request.POST.get("new_parent_page", "")
        if not parent_id.isdecimal() or not Page.objects.filter(pk=parent_id).exists():
            raise BadRequest("Choose the page under which the copy should stand.")
        return super().post(request, page_id, *args, **kwargs)


class RecordedPageViewSet(PageViewSet):
    """The views behind every page of the site."""

    model = Page
    unpublish_view_class = WithdrawView
    workflow_action_view_class = ApproveView
    copy_view_class = OrderlyCopyView
    delete_view_class = KeepingDeleteView
    revisions_revert_view_class = OrderlyRevertView


recorded_page_viewset = RecordedPageViewSet()
