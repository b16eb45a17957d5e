"""Who the physicians are, and what they sign."""

from physicians.accounts import PhysicianAccount

from .links import ReviewLink
from .policy import ReviewSettings
from .profiles import PhysicianIndexPage, PhysicianPage
from .relations import PhysicianLocation
from .reviews import MedicalReviewTask, Review, ReviewDigest
from .specialties import Specialty

__all__ = [
    "MedicalReviewTask",
    "PhysicianAccount",
    "PhysicianIndexPage",
    "PhysicianLocation",
    "PhysicianPage",
    "Review",
    "ReviewDigest",
    "ReviewLink",
    "ReviewSettings",
    "Specialty",
]
