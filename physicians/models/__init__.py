"""Who the physicians are, and what they sign."""

from physicians.accounts import PhysicianAccount

from .links import ReviewLink
from .policy import ReviewSettings
from .profiles import PhysicianIndexPage, PhysicianPage, Specialty
from .relations import PhysicianLocation
from .reviews import MedicalReviewTask, Review, ReviewDigest

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
