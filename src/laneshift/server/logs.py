"""What the server's process logs: one line each to standard error, without anything that looks like a secret."""

from __future__ import annotations

import logging

from laneshift.evidence.redaction import redact_text


class Redacted(logging.Formatter):
    """Lines with every secret masked, whoever wrote them."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, tracebacks included."""
        return redact_text(super().format(record))


def to_stderr(level: int = logging.INFO) -> logging.Handler:
    """Have everything of this process logged there; what gives is what to take away again."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacted("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    return handler
