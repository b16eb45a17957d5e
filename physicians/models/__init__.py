"""Who the physicians are, and what they sign."""

from physicians.accounts import PhysicianAccount

from .links import ReviewLink
from .policy import ReviewSettings
from .profiles import PhysicianIndexPage, PhysicianPage, Specialty
from .reviews import MedicalReviewTask, Review, ReviewDigest

__all__ = [
    "MedicalReviewTask",
    "PhysicianAccount",
    "PhysicianIndexPage",
    "PhysicianPage",
    "Review",
    "ReviewDigest",
    "ReviewLink",
    "ReviewSettings",
    "Specialty",
]
