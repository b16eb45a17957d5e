"""The moments at which pages say something else by themselves, beside midnight at the practice."""

from datetime import datetime
from itertools import chain
from zoneinfo import ZoneInfo

from clinic.delivery.clock import Turns, midnights
from clinic.delivery.memo import kept

from .models import LocationPage
from .models.alerts import alerts_at_any_time


def of_alerts(now: datetime) -> Turns:
    """When alerts begin and end."""
    begins_and_ends = ((alert.starts_at, alert.ends_at) for alert in alerts_at_any_time())
    moments = [moment for moment in chain.from_iterable(begins_and_ends) if moment is not None]
    past = [moment for moment in moments if moment <= now]
    coming = [moment for moment in moments if moment > now]
    return max(past, default=None), min(coming, default=None)


def of_offices(now: datetime) -> Turns:
    """The midnights of offices in other zones: their row of today's hours moves then."""
    turns = [midnights(now, ZoneInfo(name)) for name in _other_zones()]
    return (
        max((last for last, _ in turns), default=None),
        min((coming for _, coming in turns), default=None),
    )


@kept
def _other_zones() -> list[str]:
    zones = LocationPage.objects.live().exclude(own_time_zone="").order_by()
    return list(zones.values_list("own_time_zone", flat=True).distinct())
