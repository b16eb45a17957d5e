"""What readers must be told today: from when, until when, and where."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from clinic.delivery.memo import kept
from clinic.publishing.moments import TOO_FAR, is_too_far

ENDS_BEFORE_START = "The end must be later than the beginning."
SAYS_NOTHING = "Write what readers must be told."
IS_OVER = "This time is past: nobody would see the alert. Choose a later one, or leave it empty."


class Alert(models.Model):
    """A sentence at the top of the site, or of one office's page, for as long as it is true."""

    class AlertKind(models.TextChoices):
        """How loudly it is said."""

        EMERGENCY = "emergency", "Emergency"
        NOTICE = "notice", "Notice"

    kind = models.CharField(max_length=10, choices=AlertKind.choices, default=AlertKind.EMERGENCY)
    text = models.TextField(
        max_length=500,
        help_text="One or two sentences, such as “Both offices are closed on Friday because of "
        "snow.”",
    )
    location = models.ForeignKey(
        "pages.LocationPage",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="alerts",
        help_text="Leave empty to show it at the top of every page.",
    )
    starts_at = models.DateTimeField("show from", default=timezone.now)
    ends_at = models.DateTimeField(
        "show until", null=True, blank=True, help_text="Leave empty to show it until you end it."
    )

    panels = [
        FieldPanel("text"),
        FieldPanel("kind"),
        FieldPanel("location"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")])],
            heading="When",
            help_text="On the practice’s clock, whatever the time zone of your account.",
        ),
    ]

    class Meta:
        ordering = ["-starts_at", "-pk"]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        super().clean()
        if not any(character.isalnum() for character in self.text):
            raise ValidationError({"text": SAYS_NOTHING})
        times = {"starts_at": self.starts_at, "ends_at": self.ends_at}
        if too_far := {name: TOO_FAR for name, moment in times.items() if is_too_far(moment)}:
            raise ValidationError(too_far)
        if self.ends_at and self.starts_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": ENDS_BEFORE_START})
        if self._state.adding and self.is_over:
            raise ValidationError({"ends_at": IS_OVER})

    def is_shown_at(self, moment: datetime) -> bool:
        return self.starts_at <= moment and (self.ends_at is None or moment < self.ends_at)

    @property
    def is_over(self) -> bool:
        return self.ends_at is not None and self.ends_at <= timezone.now()

    @property
    def state_now(self) -> str:
        """Whether readers see it as this is asked, in a word or two."""
        if self.is_over:
            return "No, it is over"
        return "Yes" if self.starts_at <= timezone.now() else "Not yet"


@kept
def alerts_at_any_time() -> list[Alert]:
    """Those that were shown, are, or will be; the loudest first."""
    return list(Alert.objects.order_by("kind", "-starts_at", "-pk"))
