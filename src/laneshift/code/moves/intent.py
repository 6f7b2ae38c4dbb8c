"""What is asked for: one path becomes another."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Move:
    """Move `src` to `dst`: repository paths of two `.py` files, or of two package folders.

    >>> Move("labs/search/rank.py", "core/rank.py").inverse()
    Move(src='core/rank.py', dst='labs/search/rank.py')
    """

    src: str
    dst: str

    def inverse(self) -> Move:
        """The move back."""
        return Move(self.dst, self.src)
