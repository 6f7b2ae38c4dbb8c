"""Facts records by blob id: an immutable part of the index, decoded one record at a time."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence

_OID = 20


def lay_out(records: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
    """The sections of a `RecordSegment`: blob ids, where each record starts, and the records."""
    oids, parts, offsets = [], [], array("I", (0,))
    at = 0
    for oid, record in records:
        oids.append(oid)
        parts.append(record)
        at += len(record)
        offsets.append(at)
    return [b"".join(oids), offsets.tobytes(), b"".join(parts)]


class RecordSegment:
    """Records by blob id. Raises `ValueError` when the sections do not fit together."""

    def __init__(self, sections: Sequence[bytes | memoryview]) -> None:
        oids, offsets, records = sections
        ids = bytes(oids)
        self.oids = [ids[at : at + _OID] for at in range(0, len(ids), _OID)]
        self._offsets = memoryview(offsets).cast("B").cast("I")
        self._records = records
        if len(self._offsets) != len(self.oids) + 1 or self._offsets[-1] != len(records):
            raise ValueError("the records do not belong to these blobs")

    def record(self, number: int) -> bytes:
        """The record of the blob at `number` in `oids`."""
        return bytes(self._records[self._offsets[number] : self._offsets[number + 1]])


def merge(segments: Iterable[RecordSegment], keep: Mapping[bytes, object] | None = None) -> list[bytes]:
    """Several segments laid out as one; each blob once, and only those in `keep` when it is given."""
    chosen: dict[bytes, bytes] = {}
    for segment in segments:
        for number, oid in enumerate(segment.oids):
            if oid not in chosen and (keep is None or oid in keep):
                chosen[oid] = segment.record(number)
    return lay_out(chosen.items())
