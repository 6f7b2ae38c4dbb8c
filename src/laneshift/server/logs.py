"""What the server's process logs: one line each to standard error, without anything that looks like a secret."""

from __future__ import annotations

import logging

from laneshift.evidence.redaction import redact_text

ACCESS = "laneshift.access"
"""The logger of requests, whose lines are masked where they are made."""


class Redacted(logging.Formatter):
    """Lines with every secret masked, whoever wrote them."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, tracebacks included."""
        line = super().format(record)
        return line if record.name == ACCESS else redact_text(line)


def to_stderr(level: int = logging.INFO) -> logging.Handler:
    """Have everything of this process logged there; what gives is what to take away again."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacted("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    return handler
