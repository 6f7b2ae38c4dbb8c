"""A file that steps write to: one line for each time a step really ran, in any process."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path


class Ledger:
    """Lines appended atomically, so that a kill leaves whole lines only."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def note(self, line: str) -> None:
        """Append one line."""
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, f"{line}\n".encode())
        finally:
            os.close(descriptor)

    def lines(self) -> list[str]:
        """Everything noted so far."""
        return self.path.read_text().splitlines() if self.path.exists() else []

    def counts(self) -> Counter[str]:
        """How often each line was noted."""
        return Counter(self.lines())
