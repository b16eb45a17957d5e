"""Doorbells: Wagtail rings, a service answers."""

from .services import end_links_to


def on_page_unpublished(sender, instance, **kwargs):
    end_links_to(instance)
