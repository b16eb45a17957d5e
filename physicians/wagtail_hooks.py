"""Registers what physicians add to Wagtail's admin."""

from wagtail import hooks
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

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
