"""Procedures, the conditions they treat, and the areas of the body they concern."""

from .areas import BodyArea
from .conditions import ConditionIndexPage, ConditionPage
from .procedures import (
    CREDIT_MISSING,
    CREDIT_NOT_PUBLIC,
    OVERVIEW_MISSING,
    ProcedureIndexPage,
    ProcedurePage,
)
from .relations import ProcedureCondition, ProcedurePhysician, ProcedureRelation

__all__ = [
    "CREDIT_MISSING",
    "CREDIT_NOT_PUBLIC",
    "OVERVIEW_MISSING",
    "BodyArea",
    "ConditionIndexPage",
    "ConditionPage",
    "ProcedureCondition",
    "ProcedureIndexPage",
    "ProcedurePage",
    "ProcedurePhysician",
    "ProcedureRelation",
]
