from django.core.management.base import BaseCommand

from clinic.pages.services import set_up_roles


class Command(BaseCommand):
    """Run after every migrate: makes the practice's roles, and adds what a release brings."""

    help = "Makes the roles and the workflow. Safe to run again; undoes nothing you changed."

    def handle(self, *args, **options):
        for sentence in set_up_roles() or ["Roles and workflow are as they should be."]:
            self.stdout.write(sentence)
