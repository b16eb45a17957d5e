from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """The record: what the public saw, when, why, and in whose name."""

    name = "clinic.publishing"
    label = "publishing"
    verbose_name = "Publication record"

    def ready(self) -> None:
        from wagtail.signals import page_published, page_unpublished

        from clinic.jobs.registry import jobs

        from . import services, signal_handlers

        page_published.connect(signal_handlers.on_page_published)
        page_unpublished.connect(signal_handlers.on_page_unpublished)
        jobs.register("Scheduled publishing", services.publish_due, first=True)
