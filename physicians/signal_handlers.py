"""Doorbells: Wagtail rings, a service answers."""

from clinic.search.services import index_again

from .services import end_links_to
from .signing_email import tell_of_deletion


def on_page_unpublished(sender, instance, **kwargs):
    end_links_to(instance)


def on_specialty_saved(sender, instance, **kwargs):
    index_again(pages=instance.physicians.select_related("specialty"))


def on_account_deleted(sender, instance, **kwargs):
    tell_of_deletion(instance)
