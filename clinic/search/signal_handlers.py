"""Doorbells: Wagtail rings, a service answers."""

from .services import learn_words
from .synonyms import forget_groups


def on_page_published(sender, instance, **kwargs):
    learn_words(page=instance)


def on_synonyms_changed(sender, **kwargs):
    forget_groups()
