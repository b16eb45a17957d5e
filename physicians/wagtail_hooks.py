"""Registers what physicians add to Wagtail's admin."""

from django.shortcuts import redirect

from wagtail import hooks
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from . import report_hooks, review_hooks  # noqa: F401
from .accounts import owns_profile
from .models import PhysicianAccount, PhysicianPage
from .panels import OwnProfilePanel


class PhysicianAccountViewSet(SnippetViewSet):
    """Settings → Physicians' accounts: who may edit which profile."""

    model = PhysicianAccount
    icon = "user"
    menu_label = "Physicians’ accounts"
    list_display = ["user", "profile"]
    add_to_settings_menu = True


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
