"""Doorbells: Django rings, a service answers."""

from clinic.search.services import index_again


def on_body_area_saved(sender, instance, **kwargs):
    index_again(pages=instance.procedures.select_related("body_area"))
