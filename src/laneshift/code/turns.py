"""Items that two processes share: whoever is free takes the next, so that both end together."""

from __future__ import annotations

import os
import struct
from collections.abc import Collection, Iterator, Sequence
from typing import Generic, Self, TypeVar

Item = TypeVar("Item")
_TURN = struct.Struct("<I")
_MOST_TURNS = 2_000


class Turns(Generic[Item]):
    """Hands out items, each once, to this process or to a copy of it that `Beside` made later.

    A context manager: leaving it ends the handing out in this process. Iterating gives items as long as any are left.
    What the items are may be said later, by `begin`, in each process the same.
    """

    def __init__(self, items: Sequence[Item] | None = None) -> None:
        self._source, self._to = os.pipe()
        self._owner = os.getpid()
        self._items: Sequence[Item] = ()
        self._count = 0
        self.taken: list[int] = []
        """The turns that this process took. One turn is every so many items where there are very many."""
        if items is not None:
            self.begin(items)

    def __enter__(self) -> Self:
        """The items themselves."""
        return self

    def __exit__(self, *failure: object) -> None:
        """Close the pipe."""
        os.close(self._source)
        self._close()

    def begin(self, items: Sequence[Item]) -> None:
        """Say what the items are. A copy of the process that made this waits for its turns until that one has said it,
        too; to say it again changes nothing."""
        self._items = items
        self._count = min(len(items), _MOST_TURNS)
        if self._to >= 0 and os.getpid() == self._owner:
            os.write(self._to, b"".join(map(_TURN.pack, range(self._count))))
        self._close()

    def __iter__(self) -> Iterator[Item]:
        """Take turns until none is left."""
        while turn := os.read(self._source, _TURN.size):
            (number,) = _TURN.unpack(turn)
            self.taken.append(number)
            yield from self._of(number)

    def forgotten(self, taken: Collection[int]) -> list[Item]:
        """The items of the turns that neither this process took nor the one that says it took `taken`."""
        left = set(range(self._count)).difference(self.taken, taken)
        return [item for number in sorted(left) for item in self._of(number)]

    def others(self) -> list[Item]:
        """The items of all turns that this process did not take."""
        return self.forgotten(())

    def _of(self, number: int) -> Sequence[Item]:
        return self._items[number :: self._count]

    def _close(self) -> None:
        if self._to >= 0:
            os.close(self._to)
            self._to = -1
