"""What the form of a page says of its review."""

from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel


class ReviewStatePanel(Panel):
    """Says above the form whose signature the page carries or waits for, and leads there."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "physicians/panels/review_state.html"

        def is_shown(self):
            return super().is_shown() and self.instance.pk is not None

        def get_context_data(self, parent_context=None):
            from .review_status import statuses_of
            from .services import open_review

            context = super().get_context_data(parent_context)
            page = self.instance
            context["page"] = page
            context["status"] = statuses_of([page]).get(page.pk)
            context["waiting"] = waiting = open_review(page)
            context["has_newer"] = waiting and page.latest_revision_id != waiting.revision_id
            context["links"] = page.review_links.open().select_related("physician")
            return context


class SmallChangePanel(MultiFieldPanel):
    """Asks to confirm a small change that touches many words; only once that is in doubt."""

    class BoundPanel(MultiFieldPanel.BoundPanel):
        def is_shown(self):
            in_doubt = (
                "small_change_confirmed" in self.form.errors or self.instance.small_change_confirmed
            )
            return super().is_shown() and in_doubt


review_state_panel = ReviewStatePanel()
small_change_panel = SmallChangePanel(
    [FieldPanel("small_change_confirmed")], heading="A small change with many words", icon="warning"
)
