"""Who can sign: a public profile whose degree and license are complete and in force today."""

from datetime import date

from django.utils import timezone


def practice_today() -> date:
    """The day on the practice's calendar."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def signing_refusal(profile) -> str:
    """Why the physician of `profile` cannot sign today, as a sentence; empty if they can."""
    if profile is None:
        return "Only a physician with a profile on this site can sign."
    name = profile.title
    if not profile.live:
        return f"{name} has no public profile now, so cannot sign."
    if not profile.degrees or not profile.licence_type:
        return f"The profile of {name} lacks the degree or the license, so they cannot sign."
    if profile.licence_valid_until and profile.licence_valid_until < practice_today():
        return f"The license in the profile of {name} has expired, so they cannot sign."
    return ""


def profile_of(user):
    """The profile of the physician who uses this account; None for everyone else."""
    account = getattr(user, "physician_account", None)
    return account.profile if account is not None and user.is_active else None


def may_sign(user) -> bool:
    """Whether this account belongs to a physician who can sign today. Superusers are not asked."""
    return not signing_refusal(profile_of(user))
