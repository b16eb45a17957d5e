"""Hands finished pages to the archive without letting a reader wait for someone who writes: what
cannot be kept at once is owed, and handed in along with the next requests."""

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError, OperationalError

from . import archive
from .copies import Copy
from .patience import impatient
from .shown_files import FileNotKept

logger = logging.getLogger(__name__)

RETRY_SECONDS = 0.2
# A database that somebody writes to, and a disk that is full, take it later.
FOR_NOW = (OperationalError, FileNotKept)
MOST_OWED = 500


@dataclass(frozen=True)
class Debt:
    """A page as it was finished at `at` (aware), which the archive has still to get."""

    page: Any
    copy: Copy
    at: datetime


class Debts:
    """What this process owes to the archive, oldest first. If the process is killed meanwhile, the
    archive does not learn of it; nobody else was given those bytes."""

    def __init__(self) -> None:
        self._owed: deque[Debt] = deque()
        self._at_it = threading.Lock()
        self._tried_at = 0.0

    def hand_in(self, debt: Debt) -> bool:
        """Keep it in the archive, or owe it. False where neither can be done: then the page is to
        be finished anew for the next reader."""
        try:
            _keep(debt)
        except FOR_NOW:
            if len(self._owed) >= MOST_OWED:
                logger.exception("The archive has not taken %s pages.", MOST_OWED)
                return False
            self._owed.append(debt)
        except DatabaseError:
            logger.exception("The archive could not keep page %s.", debt.page.pk)
            return False
        else:
            debt.copy.is_kept = True
        return True

    def settle(self) -> None:
        """Hand in what is owed, as far as it goes; not more often than every now and then."""
        if not self._owed or time.monotonic() - self._tried_at < RETRY_SECONDS:
            return
        if not self._at_it.acquire(blocking=False):
            return
        try:
            self._tried_at = time.monotonic()
            while self._owed:
                _keep(self._owed[0])
                self._owed.popleft().copy.is_kept = True
        except FOR_NOW:
            logger.info("%s pages are still owed to the archive.", len(self._owed))
        except DatabaseError:
            # Such as of a page that is gone: no later try would be another.
            logger.exception("The archive could not keep page %s.", self._owed.popleft().page.pk)
        finally:
            self._at_it.release()

    def forget(self) -> None:
        """The database that was owed them is another one now."""
        self._owed.clear()


def _keep(debt: Debt) -> None:
    with impatient():
        archive.keep(page=debt.page, html=debt.copy.bodies[""], number=debt.copy.number, at=debt.at)


debts = Debts()
