"""What the demo claims, held against what it found."""

from __future__ import annotations

from rich.console import Console


class PromiseBrokenError(Exception):
    """Something that was promised does not hold."""


class Promises:
    """Counts what held, says so, and stops at the first that does not."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.kept = 0

    def hold(self, claim: str, holds: bool, found: object = "") -> None:
        """Say that `claim` holds. Raises `PromiseBrokenError` with what was found when it does not."""
        if not holds:
            raise PromiseBrokenError(f"{claim}\n  found: {found}" if str(found) else claim)
        self.kept += 1
        self._console.print(f"  ✓ {claim}", markup=False, highlight=False, soft_wrap=True, style="green")

    def equal(self, claim: str, found: object, wanted: object) -> None:
        """Say that two things are the same."""
        self.hold(claim, found == wanted, f"{found!r} where {wanted!r} was promised")
