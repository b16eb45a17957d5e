from django.core.management.base import BaseCommand
from django.db.models import Count, F, Sum
from django.db.models.functions import Length
from django.template.defaultfilters import filesizeformat

from clinic.delivery.models import Piece, Rendition
from clinic.delivery.pieces import PARTS
from clinic.delivery.shown_files import kept_sizes

LARGEST = 10


class Command(BaseCommand):
    """How much the archive of what readers saw takes."""

    help = "Says how many pages, texts and files the archive has, how large, and which are largest."

    def handle(self, **options):
        rows, pages = Rendition.objects.count(), Rendition.objects.values("page").distinct().count()
        self.stdout.write(f"{rows} different bodies of {pages} pages.")
        for part in PARTS:
            pieces = Piece.objects.filter(pk__in=Rendition.objects.values(part))
            self._say(f"{part}:", *_totals(pieces))
        self._say("all texts:", *_totals(Piece.objects.all()))
        files = kept_sizes()
        size = filesizeformat(sum(files))
        self.stdout.write(f"{'files:':<12}{len(files):>8} pictures and style sheets, {size}")
        whole = Rendition.objects.aggregate(
            size=sum((Sum(f"{part}__size") for part in PARTS[1:]), Sum("head__size"))
        )
        self.stdout.write(
            f"As they were sent, the bodies are {filesizeformat(whole['size'] or 0)}."
        )
        self.stdout.write("The largest pages, by their own text:")
        packed = Sum(Length("main__packed"))
        largest = Rendition.objects.values("page", title=F("page__title"))
        for row in largest.annotate(size=packed, bodies=Count("pk")).order_by("-size")[:LARGEST]:
            self.stdout.write(
                f"  {filesizeformat(row['size'])}, {row['bodies']} bodies: "
                f"{row['title']} (page {row['page']})"
            )

    def _say(self, label: str, count: int, packed: int, size: int) -> None:
        packed_words, words = filesizeformat(packed), filesizeformat(size)
        self.stdout.write(f"{label:<12}{count:>8} texts, {words}, kept in {packed_words}")


def _totals(pieces) -> tuple[int, int, int]:
    found = pieces.aggregate(
        count=Count("pk"), packed_size=Sum(Length("packed")), full_size=Sum("size")
    )
    return found["count"], found["packed_size"] or 0, found["full_size"] or 0
