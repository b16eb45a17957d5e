"""A text that waits, and the phone on which its link was opened."""

import pytest

from tests.conftest import set_review_policy
from tests.links import (
    FIRST_TIME,
    Phone,
    give_address,
    newest_address,
    send,
)


@pytest.fixture
def clinic(practice):
    set_review_policy(procedures=True)
    give_address(practice.physician)
    return practice


@pytest.fixture
def draft(clinic):
    return clinic.procedure(live=False, **FIRST_TIME)


@pytest.fixture
def phone(clinic, draft):
    """A phone on which the link from the letter is open."""
    send(clinic, draft)
    return Phone(newest_address())
