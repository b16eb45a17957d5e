"""What physicians find on the dashboard."""

from wagtail.admin.ui.components import Component


class OwnProfilePanel(Component):
    """Leads a physician to their own profile, the one page they edit."""

    order = 50
    template_name = "physicians/own_profile_panel.html"

    def __init__(self, profile) -> None:
        self.profile = profile

    def get_context_data(self, parent_context):
        return {"profile": self.profile}
