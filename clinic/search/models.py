"""What search knows besides the pages themselves."""

from django.core.exceptions import ValidationError
from django.db import models

from wagtail.admin.panels import FieldPanel
from wagtail.snippets.models import register_snippet

from .words import LONGEST_WORD, words_in

TOO_FEW_PHRASES = "Write at least two words or phrases, with commas between them."


@register_snippet
class SynonymGroup(models.Model):
    """Words and phrases that mean the same to readers: whoever looks for one finds all."""

    phrases = models.CharField(
        "words that mean the same",
        max_length=500,
        help_text="Separate with commas: slipped disc, herniated disc, disc herniation. "
        "Plurals are found by themselves.",
    )

    panels = [FieldPanel("phrases")]

    class Meta:
        verbose_name = "group of search words"
        verbose_name_plural = "search words that mean the same"
        ordering = ["phrases"]

    def __str__(self) -> str:
        return self.phrases

    def clean(self) -> None:
        super().clean()
        if len(set(self.phrases_as_words)) < 2:
            raise ValidationError({"phrases": TOO_FEW_PHRASES})

    @property
    def phrases_as_words(self) -> list[tuple[str, ...]]:
        """“Slipped disc, PT” → [("slipped", "disc"), ("pt",)]."""
        phrases = (tuple(words_in(phrase)) for phrase in self.phrases.split(","))
        return [phrase for phrase in phrases if phrase]


class Word(models.Model):
    """A word that stands on pages the public may see: what a mistyped word may have meant."""

    erased_as_a_whole = "Learned again from the pages."
    unseen_columns = {"learned_at"}

    text = models.CharField(max_length=LONGEST_WORD, unique=True)
    sound = models.CharField(max_length=80, help_text="How it sounds, roughly.")
    pages = models.PositiveIntegerField(help_text="How many pages it stands on.")
    learned_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text
