from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    """What is done here: procedures, the conditions they treat, the areas of the body."""

    name = "procedures"
    verbose_name = "Procedures"

    def ready(self) -> None:
        from django.db.models.signals import post_save

        from clinic.pages.api import router
        from clinic.pages.contributions import home_sections
        from clinic.pages.roles import KEEPERS, allow_crud
        from physicians.departures import credited_pages
        from physicians.directory import more_facets
        from physicians.profile_links import profile_links

        from . import listings, signal_handlers
        from .api import ConditionsAPI, ProceduresAPI
        from .directory import procedure_facet
        from .models import BodyArea

        allow_crud("procedures.bodyarea", *KEEPERS)
        for endpoint in (ProceduresAPI, ConditionsAPI):
            router.register_endpoint(endpoint.name, endpoint)
        home_sections.register(listings.procedures_for_home, order=100)
        profile_links.register("performed", "Procedures they perform", listings.performed_by)
        more_facets.append(procedure_facet)
        credited_pages.append(listings.pages_credited_to)
        profile_links.register("credited", "Pages credited to them", listings.credited_to)
        post_save.connect(signal_handlers.on_body_area_saved, sender=BodyArea)
