"""The dashboard's word about timed work."""

from wagtail.admin.ui.components import Component

from .services import current_reports, last_run_in_words


class JobsPanel(Component):
    """Says on the dashboard when scheduled publishing last ran, and what is stuck."""

    order = 400
    template_name = "jobs/jobs_panel.html"

    def get_context_data(self, parent_context):
        up_to_date, sentence = last_run_in_words()
        return {
            "up_to_date": up_to_date,
            "sentence": sentence,
            "reports": current_reports(),
        }
