from django.apps import AppConfig


class PagesConfig(AppConfig):
    """The shapes all pages share, and the pages that are not about one specialty of the house."""

    name = "clinic.pages"
    label = "pages"
    verbose_name = "Pages"

    def ready(self) -> None:
        from .contributions import home_sections
        from .latest import updates_for_home
        from .listings import locations_for_home
        from .roles import KEEPERS, allow_crud

        allow_crud("pages.alert", *KEEPERS)
        home_sections.register(locations_for_home, order=300)
        home_sections.register(updates_for_home, order=900)
