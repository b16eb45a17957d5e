from django.apps import AppConfig


class PagesConfig(AppConfig):
    """The shapes all pages share, and the pages that are not about one specialty of the house."""

    name = "clinic.pages"
    label = "pages"
    verbose_name = "Pages"

    def ready(self) -> None:
        from .api import LocationsAPI, router

        router.register_endpoint(LocationsAPI.name, LocationsAPI)
