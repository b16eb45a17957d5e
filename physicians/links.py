"""Private links: sending one, recognizing it, the code that proves who opened it, ending it.

A link's address is a signed number and a secret. Only hashes are stored: who reads the database
can open no link. Opening one changes nothing, since mail scanners open links.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from wagtail.models import Revision

from clinic.publishing.context import lock_page, name_of
from clinic.publishing.requirements import publication_requirements
from clinic.publishing.templatetags.publishing_tags import practice_date

from .link_secrets import (
    hash_of,
    hash_of_code,
    new_code,
    new_secret,
    pass_for,
    read_pass,
    read_token,
    token_for,
)
from .mail import admin_address, send_letter
from .models import MedicalReviewTask, Review, ReviewLink, ReviewSettings
from .review_screen import DECLINE, DecisionForm, decide
from .services import ReviewRefused, TextHasChanged, ask_for_review, open_review
from .signers import signing_refusal

CODE_LASTS = timedelta(minutes=15)
CODE_PAUSE = timedelta(minutes=1)
CODES_PER_LINK = 5
GUESSES_PER_CODE = 5

NO_ADDRESS = (
    "{name} has no e-mail address for private links. An administrator adds one in Settings → "
    "Physicians’ accounts."
)
NOT_CONFIRMED = (
    "{name} has not confirmed the e-mail address for private links yet. An administrator can send "
    "the letter of confirmation again in Settings → Physicians’ accounts."
)
NOTHING_TO_SIGN = (
    "Nothing can be sent: pages of this kind do not go to the medical review, and this one is not "
    "public yet. Publish it first, or ask an administrator to require a signature."
)
LINK_ENDED = "This link has ended meanwhile. Ask the practice for a new one."
TOO_SOON = "We sent a code less than a minute ago. Please look for it, or try again in a minute."
NO_MORE_CODES = "We sent five codes for this link and send no more. Ask the practice for a new one."
NO_CODE = "Ask for a code first."
SIX_DIGITS = "Type the six digits from the e-mail."
WRONG_CODE = "That is not the code from the newest e-mail. Please compare them and type it again."
TOO_MANY_GUESSES = "That was wrong five times. Please ask for another code."
CODE_TOO_OLD = "That code is more than 15 minutes old. Please ask for another one."


class CodeRefused(Exception):
    """A code that cannot be sent, or was not right; says what to do, in a sentence."""


class LinkEnded(Exception):
    """The link was used, revoked or outlived while its page was open."""


def link_refusal(physician) -> str:
    """Why nobody can send a link to `physician` (a profile) today; empty if anyone can."""
    if refusal := signing_refusal(physician):
        return refusal
    account = getattr(physician, "account", None)
    if account is None or not account.signing_email:
        return NO_ADDRESS.format(name=physician.title)
    return "" if account.can_get_links else NOT_CONFIRMED.format(name=physician.title)


@transaction.atomic
def send_link(*, page, physician, by) -> ReviewLink:
    """Let the newest text of `page` wait for a signature, and send `physician` a link to it, in
    the name of `by`. An earlier link of theirs to this page ends.

    Raises ReviewRefused with a sentence. The letter leaves after the commit; if the mail server
    does not take it, the link is revoked and its complaint (OSError) raised.
    """
    if refusal := link_refusal(physician):
        raise ReviewRefused(refusal)
    lock_page(page.pk)
    revision = _text_to_send(page, by)
    for earlier in page.review_links.filter(physician=physician, closed_at=None):
        revoke_link(earlier)
    now, secret = timezone.now(), new_secret()
    link = ReviewLink.objects.create(
        page_id=page.pk,
        revision=revision,
        physician=physician,
        email=physician.account.signing_email,
        secret_hash=hash_of(secret),
        sent_by=by,
        sent_by_name=name_of(by),
        sent_at=now,
        expires_at=now + timedelta(days=ReviewSettings.load().link_days),
    )
    transaction.on_commit(lambda: _send_invitation(link, secret))
    return link


def find_link(token: str) -> ReviewLink | None:
    """The open link that `token` belongs to, if its physician can still sign and still reads
    mail at the address it went to. None for everything else, without a reason."""
    parts = read_token(token)
    if parts is None:
        return None
    number, secret = parts
    links = ReviewLink.objects.select_related("physician__account")
    link = links.filter(pk=number, secret_hash=hash_of(secret)).first()
    return link if link is not None and _is_usable(link) else None


def text_of(link: ReviewLink) -> Revision:
    """What the physician is asked to read: always the text that waits for a signature now."""
    state = open_review(link.page)
    return state.revision if state is not None else link.revision


@transaction.atomic
def send_code(link: ReviewLink) -> None:
    """Send six digits to the link's address: at most one code a minute, and five in all.

    Raises CodeRefused; or, once the code is counted, what the mail server says (OSError).
    """
    now, link = timezone.now(), _locked(link)
    if link is None:
        raise CodeRefused(LINK_ENDED)
    if link.codes_sent >= CODES_PER_LINK:
        raise CodeRefused(NO_MORE_CODES)
    if link.code_sent_at is not None and now < link.code_sent_at + CODE_PAUSE:
        raise CodeRefused(TOO_SOON)
    code = new_code()
    link.code_hash = hash_of_code(code, secret_hash=link.secret_hash)
    link.code_sent_at, link.codes_sent, link.wrong_codes = now, link.codes_sent + 1, 0
    link.save(update_fields=["code_hash", "code_sent_at", "wrong_codes", "codes_sent"])
    transaction.on_commit(
        lambda: send_letter(
            to=link.email, subject="Your code for the medical review", template="code", code=code
        )
    )


def check_code(link: ReviewLink, code: str) -> str:
    """Take the code that was sent last: returns the value of a cookie that stands for it, for
    `has_pass`. Raises CodeRefused, after the wrong guess has been counted: let the request
    answer normally then, so that the count stays."""
    with transaction.atomic():
        link = _locked(link)
        refusal = _why_no_code(link) or _judge(link, "".join(code.split()))
        if not refusal:
            secret = new_secret()
            link.pass_hash, link.code_hash = hash_of(secret), ""
            link.save(update_fields=["pass_hash", "code_hash"])
    if refusal:
        raise CodeRefused(refusal)
    return pass_for(link.pk, secret)


def has_pass(link: ReviewLink, value: str) -> bool:
    """Whether `value` (a cookie; may be anything) came from the newest code of this very link,
    at most two hours ago."""
    parts = read_pass(value)
    if parts is None or parts[0] != link.pk or not link.pass_hash:
        return False
    return constant_time_compare(hash_of(parts[1]), link.pass_hash)


def has_open_code(link: ReviewLink) -> bool:
    """Whether the code that was sent last can still be typed in."""
    return not _why_no_code(link)


@transaction.atomic
def decide_by_link(link: ReviewLink, form: DecisionForm) -> str:
    """Carry out the physician's decision, once: the link has ended then. Returns what was done,
    as a sentence. Raises LinkEnded, ReviewRefused (TextHasChanged where another text waits by
    now) or PublicationRefused; nothing is done then, and the link stays open."""
    # In this order: who decides locks the page before other links to it are closed.
    lock_page(link.page_id)
    link = _locked(link)
    if link is None:
        raise LinkEnded
    if form.cleaned_data["revision"] != text_of(link).pk:
        raise TextHasChanged
    sentence = decide(
        form,
        page=link.page.specific,
        signer=link.physician,
        method=Review.Method.LINK,
        asked_by=link.sent_by_name,
    )
    declined = form.cleaned_data["decision"] == DECLINE
    _close(link, ReviewLink.Outcome.DECLINED if declined else ReviewLink.Outcome.SIGNED)
    return sentence


def revoke_link(link: ReviewLink) -> bool:
    """End `link`. Returns False if it had ended already."""
    return _close(link, ReviewLink.Outcome.REVOKED)


def _text_to_send(page, by) -> Revision:
    # Asked before anything is submitted: Wagtail writes to staff at once, and takes no word back.
    if open_review(page) is not None or _goes_to_physicians(page):
        missing = publication_requirements(page.get_latest_revision_as_object())
        if sentences := [one.sentence for one in missing if not one.settled_by_approval]:
            raise ReviewRefused(f"Not sent, as the text is not complete. {' '.join(sentences)}")
        return ask_for_review(page=page, by=by).revision
    # Where no signature is required, a physician may still sign what readers see.
    if page.live and page.live_revision is not None:
        return page.live_revision
    raise ReviewRefused(NOTHING_TO_SIGN)


def _goes_to_physicians(page) -> bool:
    workflow = page.get_workflow()
    first = workflow.tasks.filter(active=True).first() if workflow is not None else None
    return first is not None and isinstance(first.specific, MedicalReviewTask)


def _send_invitation(link: ReviewLink, secret: str) -> None:
    try:
        send_letter(
            to=link.email,
            subject="A text waits for your review",
            template="link",
            link=link,
            address=admin_address("physicians_link", token_for(link.pk, secret)),
            until=practice_date(link.expires_at, "F j, Y, g:i A"),
        )
    except OSError:
        # Nobody has it: an editor's list of open links must not say that someone does.
        revoke_link(link)
        raise


def _is_usable(link: ReviewLink) -> bool:
    if not link.is_open or link_refusal(link.physician):
        return False
    return link.physician.account.signing_email == link.email


def _why_no_code(link: ReviewLink | None) -> str:
    """Why no code would be taken now, as a sentence; empty if the right one would be."""
    if link is None:
        return LINK_ENDED
    if not link.code_hash:
        return NO_CODE
    if timezone.now() >= link.code_sent_at + CODE_LASTS:
        return CODE_TOO_OLD
    return TOO_MANY_GUESSES if link.wrong_codes >= GUESSES_PER_CODE else ""


def _judge(link: ReviewLink, code: str) -> str:
    """Why `code` is not the right one, counting it as a guess; empty if it is right."""
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        return SIX_DIGITS
    if constant_time_compare(hash_of_code(code, secret_hash=link.secret_hash), link.code_hash):
        return ""
    link.wrong_codes += 1
    link.save(update_fields=["wrong_codes"])
    return TOO_MANY_GUESSES if link.wrong_codes >= GUESSES_PER_CODE else WRONG_CODE


def _close(link: ReviewLink, outcome: str) -> bool:
    return bool(ReviewLink.objects.filter(pk=link.pk).end(outcome))


def _locked(link: ReviewLink) -> ReviewLink | None:
    """The link as it is now; whoever else wants it waits. None if it has ended."""
    link = ReviewLink.objects.select_for_update().filter(pk=link.pk).first()
    return link if link is not None and _is_usable(link) else None
