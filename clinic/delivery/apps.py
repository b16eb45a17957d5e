from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """How a finished page reaches a reader: never stale, and kept as what was served."""

    name = "clinic.delivery"
    label = "delivery"
    verbose_name = "Delivery"

    def ready(self) -> None:
        from django.core.signals import request_finished
        from django.db.backends.signals import connection_created
        from django.db.models.signals import post_migrate, post_save, pre_migrate

        from wagtail.models import PageViewRestriction
        from wagtail.signals import page_unpublished

        from clinic.erasure.registry import erasers
        from clinic.jobs.registry import jobs

        from . import (
            archive_erasing,
            cdn,
            erasing,
            generation,
            patience,
            services,
            signal_handlers,
            sweep,
        )

        erasers.register("Archive", find=archive_erasing.find, remove=archive_erasing.remove)
        erasers.register("Finished pages", find=erasing.find, remove=erasing.remove)
        connection_created.connect(generation.on_connection_created)
        connection_created.connect(patience.on_connection_created)
        request_finished.connect(generation.on_request_finished)
        pre_migrate.connect(signal_handlers.on_pre_migrate, sender=self)
        post_migrate.connect(signal_handlers.on_post_migrate, sender=self)
        page_unpublished.connect(signal_handlers.on_page_unpublished)
        post_save.connect(signal_handlers.on_page_made_private, sender=PageViewRestriction)
        jobs.register("Archive of pages", sweep.sweep)
        jobs.register("CDN", cdn.purge_changes)
        jobs.register("Finished pages gone by", services.tidy_up)
