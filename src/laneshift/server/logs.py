"""What the server's process logs: one line each to standard error, without anything that looks like a secret."""

from __future__ import annotations

import logging
import time
from functools import lru_cache

from laneshift.evidence.redaction import redact_text

ACCESS = "laneshift.access"
"""The logger of requests, whose lines are masked where they are made."""
_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


class Redacted(logging.Formatter):
    """Lines with every secret masked, whoever wrote them."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, tracebacks included."""
        if record.name == ACCESS and not record.exc_info:
            # As the format below has it: a busy server writes more of these than of anything else.
            moment = f"{_second(int(record.created))},{int(record.msecs):03d}"
            return f"{moment} {record.levelname} {record.name} {record.getMessage()}"
        return redact_text(super().format(record))


@lru_cache(maxsize=4)
def _second(at: int) -> str:
    """A second since 1970 on the clock of this machine, as `logging` writes it."""
    return time.strftime(logging.Formatter.default_time_format, time.localtime(at))


def to_stderr(level: int = logging.INFO) -> logging.Handler:
    """Have everything of this process logged there; what gives is what to take away again."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacted(_FORMAT))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    return handler
