"""Doorbells: Wagtail rings, a service answers."""

from .services import learn_words


def on_page_published(sender, instance, **kwargs):
    learn_words(page=instance)
