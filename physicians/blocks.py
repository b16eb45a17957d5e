"""Credentials as dated rows: pages speak in the right tense without anyone editing them."""

from datetime import date

from django.core.exceptions import ValidationError

from wagtail import blocks


class DatedBlock(blocks.StructBlock):
    """A fact that began, and may end, on a day. Readers see the years."""

    start = blocks.DateBlock(label="From", required=False)
    end = blocks.DateBlock(
        label="To", required=False, help_text="Leave empty while it lasts or has no end."
    )

    class Meta:
        preview_template = "blocks/previews/facts.html"

    def clean(self, value):
        cleaned = super().clean(value)
        if cleaned["start"] and cleaned["end"] and cleaned["end"] < cleaned["start"]:
            raise blocks.StructBlockValidationError(
                {"end": ValidationError("The end must be later than the beginning.")}
            )
        return cleaned


class CertificationBlock(DatedBlock):
    """A board's certificate; shown only while it is in force."""

    board = blocks.CharBlock(max_length=150)
    specialty = blocks.CharBlock(max_length=150)

    class Meta:
        icon = "success"
        label = "Board certification"
        label_format = "{specialty}, {board}"
        description = "A certificate of a board. Readers see it while it is in force."
        preview_value = {
            "board": "A made-up board",
            "specialty": "Pain medicine",
            "start": date(2015, 1, 1),
        }


class TrainingBlock(DatedBlock):
    """Where they learned it."""

    kind = blocks.ChoiceBlock(
        choices=[
            ("Medical school", "Medical school"),
            ("Internship", "Internship"),
            ("Residency", "Residency"),
            ("Fellowship", "Fellowship"),
        ]
    )
    programme = blocks.CharBlock(label="Field", max_length=150, required=False)
    institution = blocks.CharBlock(max_length=150)

    class Meta:
        icon = "form"
        label = "Training"
        label_format = "{kind}: {programme}, {institution}"
        description = "Medical school, internship, residency or fellowship."
        preview_value = {
            "kind": "Fellowship",
            "programme": "Pain medicine",
            "institution": "Foxglove Hospital",
            "end": date(2012, 6, 30),
        }


class MembershipBlock(DatedBlock):
    """A society they belong to; shown only while they do."""

    organisation = blocks.CharBlock(label="Organization", max_length=150)

    class Meta:
        icon = "group"
        label = "Membership"
        label_format = "{organisation}"
        description = "A society they belong to. Readers see it while they do."
        preview_value = {"organisation": "Society of Made-up Medicine"}


class OfficeBlock(DatedBlock):
    """An office they hold, or once held: “President” becomes “Past President” by itself."""

    organisation = blocks.CharBlock(label="Organization", max_length=150)
    office = blocks.CharBlock(max_length=100, help_text="Such as “President”.")

    class Meta:
        icon = "crosshairs"
        label = "Office held"
        label_format = "{office}, {organisation}"
        description = "An office in a society. Once it has ended, readers see “Past …”."
        preview_value = {
            "organisation": "Society of Made-up Medicine",
            "office": "President",
            "start": date(2020, 1, 1),
        }


class AwardBlock(blocks.StructBlock):
    """An honor, with who gave it and when."""

    issuer = blocks.CharBlock(label="Given by", max_length=150)
    name = blocks.CharBlock(max_length=150)
    year = blocks.IntegerBlock(min_value=1900, max_value=2100)

    class Meta:
        icon = "pick"
        label = "Award"
        label_format = "{name}, {issuer}"
        description = "An honor, with who gave it and when."
        preview_template = "blocks/previews/facts.html"
        preview_value = {"issuer": "A made-up magazine", "name": "Kind Doctor", "year": 2024}


class CredentialsBlock(blocks.StreamBlock):
    """Everything a physician may claim, one dated row each."""

    certification = CertificationBlock()
    training = TrainingBlock()
    membership = MembershipBlock()
    office = OfficeBlock()
    award = AwardBlock()
