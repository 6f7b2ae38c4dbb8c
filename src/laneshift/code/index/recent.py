"""The bytes of small blobs that were searched not long ago: what a run makes is asked about again and again."""

from __future__ import annotations

LARGEST = 64 * 1024
AT_MOST = 16 * 1024 * 1024


class RecentBytes:
    """Blob id to bytes, at most `AT_MOST` bytes in all; the first to come is the first to go. Not for several threads.

    A blob's id is made of its bytes, so nothing in here is ever out of date.
    """

    def __init__(self, largest: int = LARGEST, at_most: int = AT_MOST) -> None:
        self._largest = largest
        self._at_most = at_most
        self._held = 0
        self._data: dict[bytes, bytes] = {}

    @property
    def held(self) -> int:
        """How many bytes are in here."""
        return self._held

    def get(self, oid: bytes) -> bytes | None:
        """The bytes of a blob; None when they are not in here."""
        return self._data.get(oid)

    def put(self, oid: bytes, data: bytes) -> None:
        """Take in a blob, unless it is too large to be worth its room."""
        if oid in self._data or len(data) > self._largest:
            return
        self._data[oid] = data
        self._held += len(data)
        while self._held > self._at_most:
            self._held -= len(self._data.pop(next(iter(self._data))))
