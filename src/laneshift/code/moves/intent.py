"""What is asked for: one path becomes another."""

from __future__ import annotations

from laneshift.repo.plain_records import NamedTuple


class Move(NamedTuple):
    """Move `src` to `dst`: repository paths of two `.py` files, or of two package folders.

    >>> Move("labs/search/rank.py", "core/rank.py").inverse()
    Move(src='core/rank.py', dst='labs/search/rank.py')
    """

    src: str
    dst: str

    def inverse(self) -> Move:
        """The move back."""
        return Move(self.dst, self.src)
