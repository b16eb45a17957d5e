"""What proves that a private link, its code and its cookie are ours, and which link they mean."""

import hashlib
import secrets
from datetime import timedelta

from django.core import signing
from django.utils.crypto import salted_hmac

PASS_LASTS = timedelta(hours=2)


def new_secret() -> str:
    """128 random bits, for an address."""
    return secrets.token_urlsafe(16)


def new_code() -> str:
    """Six random digits, for a person to type."""
    return f"{secrets.randbelow(10**6):06}"


def hash_of(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hash_of_code(code: str, *, secret_hash: str) -> str:
    """What is stored of the code for the link with `secret_hash`. Six digits are soon tried out;
    without the site's key, which no database holds, they cannot be."""
    return salted_hmac("physicians.links.code", f"{secret_hash}{code}").hexdigest()


def token_for(link_id: int, secret: str) -> str:
    """The secret part of a link's address."""
    return _signer().sign(f"{link_id}.{secret}")


def read_token(token: str) -> tuple[int, str] | None:
    """The link's number and its secret; None if the site never sent `token`."""
    try:
        return _parts(_signer().unsign(token))
    except (signing.BadSignature, ValueError):
        return None


def pass_for(link_id: int, secret: str) -> str:
    """The value of the cookie that stands for a right code."""
    return _pass_signer().sign(f"{link_id}.{secret}")


def read_pass(value: str) -> tuple[int, str] | None:
    """The link's number and the pass's secret; None if it is not ours, or older than two hours."""
    try:
        return _parts(_pass_signer().unsign(value, max_age=PASS_LASTS))
    except (signing.BadSignature, ValueError):
        return None


def _parts(text: str) -> tuple[int, str]:
    number, secret = text.split(".")
    return int(number), secret


def _signer() -> signing.Signer:
    return signing.Signer(salt="physicians.links", sep=".")


def _pass_signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="physicians.links.pass", sep=".")
