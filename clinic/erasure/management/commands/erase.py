from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from clinic.erasure.files import compact_database, left_in_files
from clinic.erasure.findings import Found, in_sentences, look
from clinic.erasure.record import NoLongerWhole
from clinic.erasure.services import ErasureRefused, erase
from clinic.erasure.targets import Target, find_target
from clinic.erasure.twins import twins_of

NOTHING_NAMED = "Say what has to go: --text, --image or --document, each as often as needed."
NOT_COMPLETE = "To erase, give all three: --confirm, --by and --reason. Nothing was erased."
NO_ACCOUNT = "There is no account {username}."
HOW_TO_GO_ON = """
To remove all of this for good, give the same command again, with

    --confirm {code} --by USERNAME --reason "why it has to go"

USERNAME is the administrator who answers for it; the reason stays in the record. There is no way
back, except from a backup. The code is good only for what was found now."""
OUT_OF_REACH = """
What this command cannot reach, and what to do:
- Backups of the database, of MEDIA_ROOT and of ARCHIVE_ROOT: delete them, or note for whoever
  restores one that this erasure has to be done again.
- Copies of the database on other servers, and its logs of changes: they follow, or expire, by
  themselves; ask whoever looks after them when.
- Web processes and run_jobs: restart them, so that none keeps a page, an image or a PDF in
  memory, and run the first step again.
- Editors who have such a page open in a browser: ask them to reload it, and not to save before.
- A CDN or proxy in front: purge it. Browsers forget what they keep on their own.
- Search engines and web archives: ask each to remove the page (“remove outdated content”).
- Mail that was sent, sheets that were printed, files that were downloaded.
- Text inside pictures, PDFs and office files: look at those that stood near the words.
- The logs of the web server, and the history of this shell: the command line has the words."""


class Command(BaseCommand):
    """Removes what should never have been published, in two steps: first it only says where it
    stands, then it erases exactly that."""

    help = (
        "Removes a name, an image or a document from every page, version, copy and file. "
        "Without --confirm it changes nothing and says where everything stands."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--text", action="append", default=[], help="Words that have to go, such as a name."
        )
        parser.add_argument(
            "--image", action="append", default=[], type=int, help="The number of an image."
        )
        parser.add_argument(
            "--document", action="append", default=[], type=int, help="The number of a document."
        )
        parser.add_argument("--confirm", default="", help="The code that the first step printed.")
        parser.add_argument("--by", default="", help="The user name of who answers for it.")
        parser.add_argument("--reason", default="", help="Why it has to go; without the words.")

    def handle(self, *args, text, image, document, confirm, by, reason, **options):
        if not (text or image or document):
            raise CommandError(NOTHING_NAMED)
        try:
            target = find_target(texts=text, images=image, documents=document)
        except ValueError as error:
            raise CommandError(str(error)) from None
        if not (confirm or by or reason):
            self._report(look(target))
        elif confirm and by and reason:
            self._erase(target, code=confirm, by=_account(by), reason=reason)
        else:
            raise CommandError(NOT_COMPLETE)

    def _report(self, found: Found) -> None:
        left = left_in_files(found.target)
        self._list(f"Looked for {found.target.in_words()}. It stands in:", in_sentences(found))
        self._list("Written as:", _counted(found))
        self._list("In files:", left)
        self._list("Look at this too:", twins_of(found.target))
        if found:
            self.stdout.write(HOW_TO_GO_ON.format(code=found.code))
        elif not left:
            self.stdout.write("Nothing. If it was written differently, look for that too.")

    def _erase(self, target: Target, *, code: str, by, reason: str) -> None:
        try:
            changes = erase(target, by=by, reason=reason, code=code)
        except (ErasureRefused, NoLongerWhole) as error:
            raise CommandError(str(error)) from error
        count = sum(len(keys) for keys in changes.rows.values())
        self.stdout.write(f"Erased: {target.in_words()}. Rows changed or removed: {count}.")
        left = self._compact()
        # Words are looked for again; an image or document that has gone is named by nothing.
        again = look(target)
        left += [*in_sentences(Found(target, again.rows)), *again.elsewhere] if again.rows else []
        left += left_in_files(target)
        self._list("Still there:", left)
        self.stdout.write(OUT_OF_REACH)
        if left:
            raise CommandError("Something is still there: see above. The rest is erased.")

    def _compact(self) -> list[str]:
        try:
            compact_database()
        except DatabaseError as error:
            return [f"The database keeps bytes of removed rows until it uses them again: {error}"]
        return []

    def _list(self, heading: str, lines: list[str]) -> None:
        if lines:
            self.stdout.write("\n".join([heading, *(f"- {line}" for line in lines)]))


def _counted(found: Found) -> list[str]:
    return [f"“{spelling}”: {count}" for spelling, count in found.spellings().most_common()]


def _account(username: str):
    model = get_user_model()
    try:
        return model.objects.get_by_natural_key(username)
    except model.DoesNotExist:
        raise CommandError(NO_ACCOUNT.format(username=username)) from None
