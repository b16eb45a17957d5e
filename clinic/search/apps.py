from django.apps import AppConfig


class SearchConfig(AppConfig):
    """How readers find a page by the words that they have for it."""

    name = "clinic.search"
    label = "search"
    verbose_name = "Search"

    def ready(self) -> None:
        from wagtail.signals import page_published

        from clinic.erasure.registry import erasers
        from clinic.jobs.registry import jobs
        from clinic.pages.roles import KEEPERS, allow_crud

        from . import erasing, services, signal_handlers

        allow_crud("search.synonymgroup", *KEEPERS)
        allow_crud("wagtailsearchpromotions.searchpromotion", *KEEPERS)
        erasers.register("Search", find=erasing.find, remove=erasing.remove)
        page_published.connect(signal_handlers.on_page_published)
        jobs.register("Words that search knows", services.learn_all_words)
