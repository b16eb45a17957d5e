"""Which procedures, conditions and physicians belong together: each kept once, drawn both ways."""

from django.db import models

from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel


class ProcedureCondition(models.Model):
    """This procedure is a treatment for that condition. Kept once, drawn on both pages."""

    procedure = ParentalKey(
        "procedures.ProcedurePage", on_delete=models.CASCADE, related_name="treated_conditions"
    )
    condition = models.ForeignKey(
        "procedures.ConditionPage", on_delete=models.CASCADE, related_name="+"
    )

    panels = [FieldPanel("condition")]


class ProcedurePhysician(models.Model):
    """This physician performs that procedure here."""

    procedure = ParentalKey(
        "procedures.ProcedurePage", on_delete=models.CASCADE, related_name="performing_physicians"
    )
    physician = models.ForeignKey(
        "physicians.PhysicianPage", on_delete=models.CASCADE, related_name="+"
    )

    panels = [FieldPanel("physician")]


class ProcedureRelation(models.Model):
    """These two procedures are worth comparing. Kept on one page, drawn on both."""

    procedure = ParentalKey(
        "procedures.ProcedurePage", on_delete=models.CASCADE, related_name="related_procedures"
    )
    related = models.ForeignKey(
        "procedures.ProcedurePage", on_delete=models.CASCADE, related_name="+"
    )

    panels = [FieldPanel("related")]
