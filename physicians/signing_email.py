"""The e-mail address that private links go to: its owner confirms it once, and hears when it
stops being the one."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from clinic.publishing.context import name_of

from .accounts import PhysicianAccount
from .mail import admin_address, send_letter
from .models import ReviewLink

logger = logging.getLogger(__name__)

LETTER_LASTS = timedelta(days=7)

OnFailure = Callable[[str], None]


def _say_nothing(address: str) -> None:
    """For callers who have nobody to tell."""


@transaction.atomic
def keep_address(
    *,
    before: PhysicianAccount | None,
    account: PhysicianAccount,
    by,
    again: bool = False,
    on_failure: OnFailure = _say_nothing,
) -> str:
    """Do what follows from `by` having saved `account`, which was as `before` until then (None:
    new). Another address, or another physician behind it, has to be confirmed (again); what was
    confirmed until then hears of it, and open links end.

    `again` asks for one more letter of confirmation. Returns the address that gets one, if any.
    Letters leave after the commit; `on_failure` is called with each address that got none.
    """
    if before is not None and _binding(before) == _binding(account):
        waits = bool(account.signing_email) and account.email_verified_at is None
        if not (again and waits):
            return ""
    else:
        account.email_verified_at = None
        account.save(update_fields=["email_verified_at"])
        if before is not None:
            _retire(before, by=by, on_failure=on_failure)
    if account.signing_email:
        _ask_to_confirm(account, on_failure)
    return account.signing_email


def find_unconfirmed(token: str) -> PhysicianAccount | None:
    """The account whose address a letter with `token` asks to confirm. None if the letter is more
    than seven days old, or not ours, or its address was confirmed or replaced meanwhile."""
    try:
        number, digest = _signer().unsign(token, max_age=LETTER_LASTS).split(".")
    except (signing.BadSignature, ValueError):
        return None
    waiting = PhysicianAccount.objects.filter(email_verified_at=None).exclude(signing_email="")
    account = waiting.select_related("profile").filter(pk=int(number)).first()
    if account is None or not constant_time_compare(digest, _digest(account)):
        return None
    return account


def is_genuine(token: str) -> bool:
    """Whether we sent `token` at some time, whatever became of it."""
    try:
        _signer().unsign(token)
    except signing.BadSignature:
        return False
    return True


@transaction.atomic
def confirm(account: PhysicianAccount) -> bool:
    """Note that someone reads mail at the account's address. False if it is another one by now,
    or confirmed already."""
    waiting = PhysicianAccount.objects.filter(
        pk=account.pk,
        profile_id=account.profile_id,
        signing_email=account.signing_email,
        email_verified_at=None,
    )
    return bool(waiting.update(email_verified_at=timezone.now()))


def tell_of_deletion(instance: PhysicianAccount) -> None:
    """Deleting and adding anew must not be a way around the notice."""
    _retire(instance, by=None, on_failure=_say_nothing)


def _retire(before: PhysicianAccount, *, by, on_failure: OnFailure) -> None:
    """`before` no longer says where a physician's links go."""
    ReviewLink.objects.filter(physician=before.profile_id).end(ReviewLink.Outcome.REVOKED)
    if before.can_get_links:
        name = name_of(by)
        _post(
            on_failure,
            to=before.signing_email,
            subject="Private links do not come to this address any more",
            template="address_changed",
            by=name,
        )


def _ask_to_confirm(account: PhysicianAccount, on_failure: OnFailure) -> None:
    token = _signer().sign(f"{account.pk}.{_digest(account)}")
    _post(
        on_failure,
        to=account.signing_email,
        subject="Please confirm this address",
        template="confirm_address",
        physician=account.profile.formal_name,
        address=admin_address("physicians_confirm_email", token),
    )


def _post(on_failure: OnFailure, *, to: str, **letter) -> None:
    def send() -> None:
        try:
            send_letter(to=to, **letter)
        except OSError:
            logger.exception("The mail server did not take a letter about a signing address.")
            on_failure(to)

    transaction.on_commit(send)


def _binding(account: PhysicianAccount) -> tuple[str, int]:
    return account.signing_email, account.profile_id


def _digest(account: PhysicianAccount) -> str:
    binding = f"{account.signing_email}:{account.profile_id}"
    return salted_hmac("physicians.signing-email", binding).hexdigest()[:32]


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="physicians.signing-email", sep=".")
