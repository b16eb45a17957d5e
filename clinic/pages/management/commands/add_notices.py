from django.core.management.base import BaseCommand, CommandError

from clinic.pages.models import HomePage
from clinic.pages.services import add_notices


class Command(BaseCommand):
    """Run once the site has its home page: gives editors a start on what a practice must say."""

    help = "Makes drafts of the notices that have no page yet. Safe to run again."

    def handle(self, *args, **options):
        home = HomePage.objects.first()
        if home is None:
            raise CommandError("Make the home page first: notices stand below it.")
        drafts = add_notices(home=home)
        for draft in drafts:
            self.stdout.write(f"Draft made: {draft.title}")
        self.stdout.write(
            "In the admin, fill in what stands in [brackets], then publish."
            if drafts
            else "Every notice has its page already."
        )
