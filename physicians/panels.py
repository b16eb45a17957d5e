"""What physicians find on the dashboard."""

from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.ui.components import Component


class SmallChangePanel(MultiFieldPanel):
    """Asks to confirm a small change that touches many words; only once that is in doubt."""

    class BoundPanel(MultiFieldPanel.BoundPanel):
        def is_shown(self):
            in_doubt = (
                "small_change_confirmed" in self.form.errors or self.instance.small_change_confirmed
            )
            return super().is_shown() and in_doubt


small_change_panel = SmallChangePanel(
    [FieldPanel("small_change_confirmed")], heading="A small change with many words", icon="warning"
)


class OwnProfilePanel(Component):
    """Leads a physician to their own profile, the one page they edit."""

    order = 50
    template_name = "physicians/own_profile_panel.html"

    def __init__(self, profile) -> None:
        self.profile = profile

    def get_context_data(self, parent_context):
        return {"profile": self.profile}
