"""Doorbells: Wagtail rings, a service answers."""

from clinic.search.services import index_again

from .services import end_links_to


def on_page_unpublished(sender, instance, **kwargs):
    end_links_to(instance)


def on_specialty_saved(sender, instance, **kwargs):
    index_again(pages=instance.physicians.select_related("specialty"))
