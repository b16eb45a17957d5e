from django.core.management.base import BaseCommand
from django.utils import timezone

from physicians import digests


class Command(BaseCommand):
    """For whoever will not wait for Monday, or wants to see who would be written to."""

    help = (
        "Sends everyone the list of medical reviews that wait for them, now. Nobody gets it twice "
        "in a week. With --dry-run, only says who would get what."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="Only say it; send nothing.")

    def handle(self, *args, dry_run: bool, **options):
        if dry_run:
            self._describe()
        else:
            self.stdout.write(digests.outcome_in_words(*digests.send_letters(timezone.now())))

    def _describe(self) -> None:
        letters = digests.letters_to_send(timezone.now())
        for letter in letters:
            self.stdout.write(letter.address)
            for section in letter.sections:
                self.stdout.write(f"  {section.heading}")
                for line in section.lines:
                    self.stdout.write(f"    “{line.title}”: {line.words}")
        if not letters:
            self.stdout.write("Nobody would be written to.")
