from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from clinic.publishing.rebuild import disagreements, rebuild, recorded_pages


class Command(BaseCommand):
    """Adopts a site that has no record yet, and proves that a record agrees with its sources."""

    help = (
        "Adds the record of pages that have none from Wagtail's log and revisions. "
        "With --check, changes nothing, lists every disagreement and fails if there is one."
    )

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="Only check; change nothing.")

    def handle(self, *args, check: bool, **options):
        added, pages, found = 0, 0, []
        for page in recorded_pages():
            pages += 1
            if not check:
                with transaction.atomic():
                    added += rebuild(page)
            found += [
                f"“{page.title}” ({page.pk}): {sentence}." for sentence in disagreements(page)
            ]
        if added:
            self.stdout.write(f"{added} versions added from Wagtail's log.")
        if found:
            raise CommandError("\n".join(["The record does not agree:", *found]))
        self.stdout.write(f"The record of {pages} pages agrees with Wagtail's log and revisions.")
