"""The pages that every practice has, and what it says on all of them."""

from clinic.pages.roles import Role
from clinic.pages.site_settings import PracticeSettings

from .alerts import Alert
from .content import ContentPage, NoticePage
from .home import HomePage
from .locations import LocationIndexPage, LocationPage, validate_time_zone

__all__ = [
    "Alert",
    "ContentPage",
    "HomePage",
    "LocationIndexPage",
    "LocationPage",
    "NoticePage",
    "PracticeSettings",
    "Role",
    "validate_time_zone",
]
