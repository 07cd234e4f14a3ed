"""The log: a refusal is a line, what failed is told in full."""

from __future__ import annotations

import logging

#: Characters of an answer that is no fault; an address alone could be as long as a book.
LONGEST = 1000


class ShortRefusals(logging.Filter):
    """Shortens what is logged of an answer that is no fault of the portal.

    Django logs refused hosts, forms and questions with all the calls that led to the refusal, some
    as errors; whoever sends rubbish could bury the faults in it.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything through, refusals on one line and as warnings at most."""
        if getattr(record, "status_code", 500) != 500:
            record.exc_info = record.exc_text = record.stack_info = None
            line = " ".join(record.getMessage().split())
            record.msg, record.args = line[:LONGEST] + "…" * (len(line) > LONGEST), None
            record.levelno = min(record.levelno, logging.WARNING)
            record.levelname = logging.getLevelName(record.levelno)
        return True
