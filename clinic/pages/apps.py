from django.apps import AppConfig


class PagesConfig(AppConfig):
    """The shapes all pages share, and the pages that are not about one specialty of the house."""

    name = "clinic.pages"
    label = "pages"
    verbose_name = "Pages"

    def ready(self) -> None:
        from wagtail.documents import get_document_model
        from wagtail.images import get_image_model

        from clinic.delivery.clock import turns

        from . import turning_points
        from .api import LocationsAPI, router
        from .contributions import home_sections
        from .latest import updates_for_home
        from .listings import locations_for_home
        from .permissions import guard_library
        from .roles import KEEPERS, allow_crud

        turns.register(turning_points.of_alerts)
        turns.register(turning_points.of_offices)
        allow_crud("pages.alert", *KEEPERS)
        for model in (get_image_model(), get_document_model()):
            guard_library(model)
        home_sections.register(locations_for_home, order=300)
        home_sections.register(updates_for_home, order=900)
        router.register_endpoint(LocationsAPI.name, LocationsAPI)
