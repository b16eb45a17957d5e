"""Doorbells: of migrations, under which tables move and the triggers on them move along; and of
pages that leave the public's sight."""

from wagtail.models import Page

from . import archive, triggers


def on_pre_migrate(*, using, **kwargs) -> None:
    triggers.remove(using)


def on_post_migrate(*, using, **kwargs) -> None:
    triggers.install(using)


def on_page_unpublished(sender, instance, **kwargs) -> None:
    archive.end(Page.objects.filter(pk=instance.pk), archive.WITHDRAWN)


def on_page_made_private(sender, instance, **kwargs) -> None:
    below = Page.objects.filter(path__startswith=instance.page.path)
    archive.end(below, archive.MADE_PRIVATE)
