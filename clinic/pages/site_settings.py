"""What the practice says about itself on every page."""

from django.core.exceptions import ValidationError
from django.db import models

from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.fields import StreamField

from clinic.delivery.memo import kept

from . import theme
from .fact_blocks import PhoneBlock, SocialLinkBlock


@register_setting(icon="home")
class PracticeSettings(BaseGenericSetting):
    """The practice: its name, logo, phones, colors and social pages."""

    name = models.CharField(
        "name of the practice",
        max_length=120,
        default="Our practice",
        help_text="As it is printed in bylines: “of NAME”.",
    )
    tagline = models.CharField(
        max_length=160, blank=True, help_text="One line on what you do and where."
    )
    logo = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    phones = StreamField(
        [("phone", PhoneBlock())],
        blank=True,
        help_text="They stand at the top and the foot of every page. Numbers typed into texts, and "
        "those of the locations, are changed there.",
    )
    social_links = StreamField([("link", SocialLinkBlock())], blank=True)
    brand_colour = models.CharField(
        "main color",
        max_length=7,
        blank=True,
        validators=[theme.validate_colour],
        help_text="For headings, links and buttons, such as #0b5563. Empty: the usual one.",
    )
    accent_colour = models.CharField(
        "second color",
        max_length=7,
        blank=True,
        validators=[theme.validate_colour],
        help_text="For small marks on the main color, such as #f0b9a9.",
    )

    show_earlier_versions = models.BooleanField(
        "readers may open earlier versions",
        default=False,
        help_text="Each page’s list of updates then leads to the page as it was before, marked as "
        "superseded. Search engines are told to leave it out. Off, only editors see earlier "
        "versions.",
    )

    select_related = ["logo"]

    panels = [
        MultiFieldPanel(
            [FieldPanel("name"), FieldPanel("tagline"), FieldPanel("logo")], heading="Who you are"
        ),
        FieldPanel("phones"),
        MultiFieldPanel(
            [FieldPanel("brand_colour"), FieldPanel("accent_colour")], heading="Colors"
        ),
        FieldPanel("social_links"),
        FieldPanel("show_earlier_versions"),
    ]

    class Meta:
        verbose_name = "practice settings"

    def clean(self) -> None:
        super().clean()
        if errors := theme.colour_errors(self.brand_colour, self.accent_colour):
            raise ValidationError(errors)

    @property
    def stylesheet(self) -> str:
        """The rules for the practice's own colors; "" while it has none."""
        return theme.stylesheet(self.brand_colour, self.accent_colour)

    @property
    def stylesheet_name(self) -> str:
        """What the address of that stylesheet ends with: new whenever a color is."""
        return theme.digest(self.stylesheet) if self.stylesheet else ""

    @property
    def main_phone(self):
        """The first phone for appointments, else the first at which someone can be spoken to, as
        its block's value; None if there is none."""
        voices = [phone.value for phone in self.phones if phone.value["purpose"] != "fax"]
        appointments = [phone for phone in voices if phone["purpose"] == "appointments"]
        return next(iter([*appointments, *voices]), None)


@kept
def practice_settings() -> PracticeSettings:
    """The settings as readers see them. Whoever changes them loads their own."""
    return PracticeSettings.load()
