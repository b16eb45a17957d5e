"""The stock peer: what `wagtail start` makes, and one type of page with one rich text field."""

from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page


class HomePage(Page):
    """As `wagtail start` makes it."""


class TextPage(Page):
    """A page of one rich text."""

    body = RichTextField(blank=True)
    content_panels = [*Page.content_panels, FieldPanel("body")]
