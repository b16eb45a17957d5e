"""Replaces Wagtail's command of the same name, which stops at the first page it cannot publish."""

from django.core.management.base import BaseCommand

from clinic.publishing.services import publish_due


class Command(BaseCommand):
    help = "Publishes what is scheduled and due, withdraws what has expired, page by page."

    def handle(self, *args, **options):
        self.stdout.write(publish_due())
