"""Doorbells of migrations: tables move, and the triggers on them move along."""

from . import triggers


def on_pre_migrate(*, using, **kwargs) -> None:
    triggers.remove(using)


def on_post_migrate(*, using, **kwargs) -> None:
    triggers.install(using)
