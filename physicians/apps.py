from django.apps import AppConfig


class PhysiciansConfig(AppConfig):
    """Who the physicians are, what they may call themselves, what they answer for."""

    name = "physicians"
    verbose_name = "Physicians"

    def ready(self) -> None:
        from clinic.pages.contributions import home_sections
        from clinic.pages.roles import ADMINISTRATORS, KEEPERS, allow_crud

        from .listings import physicians_for_home

        allow_crud("physicians.specialty", *KEEPERS)
        allow_crud("physicians.physicianaccount", ADMINISTRATORS)
        home_sections.register(physicians_for_home)
