from django.apps import AppConfig


class BrokenLinksConfig(AppConfig):
    """Which addresses readers asked for in vain, so that editors can lead them on."""

    name = "clinic.broken_links"
    label = "broken_links"
    verbose_name = "Broken links"

    def ready(self) -> None:
        from clinic.erasure.registry import erasers
        from clinic.jobs.registry import jobs

        from . import erasing
        from .services import count_missed_addresses

        erasers.register("Broken links", find=erasing.find, remove=erasing.remove)
        jobs.register("Broken links", count_missed_addresses)
