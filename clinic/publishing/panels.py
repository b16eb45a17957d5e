"""What the record adds to an editor's form."""

from collections.abc import Callable
from typing import Any

from django import forms

from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, Panel

from .requirements import publication_requirements


class PublishQuestionPanel(MultiFieldPanel):
    """Asks what readers need to know; not before a page has been public."""

    class BoundPanel(MultiFieldPanel.BoundPanel):
        def is_shown(self):
            return super().is_shown() and self.instance.was_published


class MissingPanel(HelpPanel):
    """Lists what a page still lacks before readers may see it."""

    class BoundPanel(HelpPanel.BoundPanel):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.template_name = "publishing/panels/missing.html"
            # A page being created is not scolded for what nobody has typed yet.
            self.requirements = publication_requirements(self.instance) if self.instance.pk else []

        def is_shown(self):
            return super().is_shown() and bool(self.requirements)


# What rooms above lead to from a page's record: each is called with the page and returns a label
# and an address in the admin.
record_links: list[Callable[[Any], tuple[str, str]]] = []


class RecordPanel(Panel):
    """Shows the page's record beside its form: every version, when, why, by whom."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "publishing/panels/record.html"

        def is_shown(self):
            return super().is_shown() and self.instance.was_published

        def get_context_data(self, parent_context=None):
            context = super().get_context_data(parent_context)
            versions = self.instance.published_versions.order_by("-pk")
            context["may_correct"] = self.request.user.has_perm("publishing.correct_note")
            context["links"] = [make(self.instance) for make in record_links]
            context["publication"] = self.instance.publication
            context["versions"] = versions.prefetch_related("notes__replacement")
            return context


publish_question_panel = PublishQuestionPanel(
    [FieldPanel("change_kind", widget=forms.RadioSelect), FieldPanel("change_note")],
    heading="When you publish this change",
    icon="calendar-check",
)
