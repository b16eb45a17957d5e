"""Which kinds of page physicians sign; apps above name them by using the mixin."""

from django.apps import apps

from clinic.pages.querysets import visible_to_public


def reviewable_models() -> list[type]:
    """Every page type that a physician can sign."""
    from .mixins import ReviewablePage

    return [model for model in apps.get_models() if issubclass(model, ReviewablePage)]


def kept_from_search() -> set[int]:
    """Ids of the public pages that the practice hides from search engines, since no physician has
    reviewed what they say. Three queries for each kind of page, if it hides any."""
    from .models.policy import review_settings

    if not review_settings().hides_unreviewed:
        return set()
    found = set()
    for model in reviewable_models():
        pages = list(visible_to_public(model.objects.defer_streamfields()))
        model.read_records(pages)
        found |= {page.pk for page in pages if page.is_kept_from_search(page.review_status)}
    return found


def reviewable_kinds() -> list[tuple[str, str]]:
    """The same as choices: the model's label in lower case, and what editors call it."""
    return [
        (model._meta.label_lower, str(model._meta.verbose_name).capitalize())
        for model in reviewable_models()
    ]
