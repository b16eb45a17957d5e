"""Registers what physicians add to Wagtail's admin."""

from django.shortcuts import redirect

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from . import link_hooks, report_hooks, review_hooks  # noqa: F401
from .account_views import PhysicianAccountViewSet
from .accounts import owns_profile
from .dashboard import OwnProfilePanel
from .models import PhysicianPage

register_snippet(PhysicianAccountViewSet)


@hooks.register("construct_homepage_panels")
def add_own_profile(request, panels):
    profile = PhysicianPage.objects.filter(account__user=request.user).first()
    if profile is not None:
        panels.append(OwnProfilePanel(profile.get_latest_revision_as_object()))


@hooks.register("after_edit_page")
def return_to_the_dashboard(request, page):
    # Wagtail leads to the list of pages next, which a physician may not open.
    if request.POST.get("action-submit") and owns_profile(request.user, page.pk):
        return redirect("wagtailadmin_home")
