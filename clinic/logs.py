"""Keeps addresses that are secrets out of every log: only their first letters are written."""

import logging
import logging.config
import re
from typing import Any

from django.views.debug import ExceptionReporter

# Whoever reads such an address may act by it. Also where it is quoted inside another address.
SECRET_ADDRESS = re.compile(
    r"""((?:/|%2F)review(?:/|%2F)+(?:confirm(?:/|%2F)+)?)([^\s/?#"'<>%]{4})([^\s?#"'<>,;)]+)""",
    re.IGNORECASE,
)


def shorten(text: str) -> str:
    """`text`, with “/review/abcd…” for every address that is a secret."""
    return SECRET_ADDRESS.sub(r"\1\2…", text)


class ShorteningRecordFactory:
    """Makes the log's lines, so that none of them gives a physician's private link away.

    Not a filter: those hang on handlers, and servers and libraries bring handlers of their own.
    """

    def __init__(self, make_record) -> None:
        self.make_record = make_record

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record = self.make_record(*args, **kwargs)
        try:
            message = record.getMessage()
        except Exception:
            # A line that cannot be written is for logging itself to complain about, later; here
            # it would stop whoever wrote it.
            return record
        if SECRET_ADDRESS.search(message):
            record.msg, record.args = shorten(message), ()
        if record.exc_info and record.exc_info[0]:
            trace = logging.Formatter().formatException(record.exc_info)
            if SECRET_ADDRESS.search(trace):
                record.exc_text = shorten(trace)
        return record


class DiscreetExceptionReporter(ExceptionReporter):
    """Reports an error without the private link on which it happened."""

    def get_traceback_text(self) -> str:
        return self._without_secrets(super().get_traceback_text())

    def get_traceback_html(self) -> str:
        return self._without_secrets(super().get_traceback_html())

    def _without_secrets(self, report: str) -> str:
        report = shorten(report)
        path = getattr(self.request, "path", "")
        # A page of variables also names the secret by itself.
        if found := SECRET_ADDRESS.search(path):
            start, rest = found.group(2), found.group(3).rstrip("/")
            report = report.replace(start + rest, f"{start}…")
        return report


def configure(config: dict[str, Any]) -> None:
    """Configure logging as settings.LOGGING says, and shorten secrets in all that is logged."""
    logging.config.dictConfig(config)
    present = logging.getLogRecordFactory()
    if not isinstance(present, ShorteningRecordFactory):
        logging.setLogRecordFactory(ShorteningRecordFactory(present))
