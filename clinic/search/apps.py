from django.apps import AppConfig


class SearchConfig(AppConfig):
    """How readers find a page by the words that they have for it."""

    name = "clinic.search"
    label = "search"
    verbose_name = "Search"

    def ready(self) -> None:
        from django.db.models.signals import post_delete, post_save

        from wagtail.signals import page_published

        from clinic.erasure.registry import erasers
        from clinic.jobs.registry import jobs
        from clinic.pages.roles import KEEPERS, allow_crud

        from . import erasing, services, signal_handlers
        from .models import SynonymGroup

        allow_crud("search.synonymgroup", *KEEPERS)
        allow_crud("wagtailsearchpromotions.searchpromotion", *KEEPERS)
        erasers.register("Search", find=erasing.find, remove=erasing.remove)
        page_published.connect(signal_handlers.on_page_published)
        for signal in (post_save, post_delete):
            signal.connect(signal_handlers.on_synonyms_changed, sender=SynonymGroup)
        jobs.register("Words that search knows", services.learn_all_words)
