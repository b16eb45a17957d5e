"""Which kinds of page physicians sign; apps above name them by using the mixin."""

from django.apps import apps


def reviewable_models() -> list[type]:
    """Every page type that a physician can sign."""
    from .mixins import ReviewablePage

    return [model for model in apps.get_models() if issubclass(model, ReviewablePage)]


def reviewable_kinds() -> list[tuple[str, str]]:
    """The same as choices: the model's label in lower case, and what editors call it."""
    return [
        (model._meta.label_lower, str(model._meta.verbose_name).capitalize())
        for model in reviewable_models()
    ]
