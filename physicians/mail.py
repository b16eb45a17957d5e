"""Letters to physicians and staff. None carries a word of a page's text."""

import logging
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from clinic.pages.site_settings import PracticeSettings
from clinic.publishing.context import name_of

logger = logging.getLogger(__name__)


def admin_address(name: str, *args) -> str:
    """A screen of the admin, or of a private link, as a whole address, for letters."""
    return settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse(name, args=args)


def masked(address: str) -> str:
    """“i…@example.com”: enough to recognize one's own address by, and no more."""
    name, _, host = address.rpartition("@")
    return f"{name[:1]}…@{host}"


def send_letter(*, to: str, subject: str, template: str, **context) -> None:
    """Send one plain-text letter. Raises what the mail server says (OSError, SMTPException)."""
    context["practice"] = PracticeSettings.load().name
    text = render_to_string(f"physicians/mail/{template}.txt", context)
    send_mail(f"{subject} – {context['practice']}", text, None, [to])


def addresses_of(profiles: Iterable) -> list[str]:
    """Where physicians read: the verified signing address, else that of their account."""
    found = []
    for profile in profiles:
        account = getattr(profile, "account", None)
        if account is None:
            continue
        if account.signing_email and account.email_verified_at:
            found.append(account.signing_email)
        elif account.user and account.user.is_active and account.user.email:
            found.append(account.user.email)
    return list(dict.fromkeys(found))


def tell_physicians_of_urgent(*, page, by, reason: str) -> None:
    """Tell who should sign `page` that it is public already; all physicians, if nobody should."""
    from .models import PhysicianPage

    reviewer = page.get_reviewer()
    profiles = PhysicianPage.objects.live().filter(account__isnull=False)
    profiles = profiles.select_related("account__user")
    if reviewer is not None and profiles.filter(pk=reviewer.pk).exists():
        profiles = profiles.filter(pk=reviewer.pk)
    for address in addresses_of(profiles):
        try:
            send_letter(
                to=address,
                subject=f"Please review: “{page.title}” went live before a physician had signed",
                template="urgent",
                page=page,
                by=name_of(by),
                reason=reason,
                address=admin_address("physicians_review", page.pk),
            )
        except OSError:
            # The page is public already, and leads the list of due reviews all the same.
            logger.exception("A physician could not be told of an urgent publication")
