"""Is this journal whole? Pure: records in the order they were found, and a checkpoint if there is one, to findings.

Each record vouches for itself (its digest) and for the one before it (`previous`, `previous_key`). So a record that was
edited, removed, moved or copied shows, also when whoever did it computed its digest again: then the record after it
still carries the old one. Only a cut tail, or a chain rewritten to its end, needs a checkpoint from outside.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from laneshift.evidence.checkpoint import Checkpoint
from laneshift.evidence.records import Finding, Record

_NAMED = 1_000


def check(
    records: Sequence[Record], checkpoint: Checkpoint | None = None, *, unreadable: Sequence[Finding] = ()
) -> list[Finding]:
    """Every record that was removed, moved, edited, copied or cut off, by number. Empty when the chain is whole.

    `unreadable` are the findings about records that could not even be read; they are in the result and not told again
    as removed.
    """
    first: dict[int, Record] = {}
    for record in records:
        first.setdefault(record.seq, record)
    told = {finding.seq for finding in unreadable}
    sound = {seq for seq, record in first.items() if record.computed_digest() == record.digest}
    findings = [
        *unreadable,
        *_copied(records, first),
        *_moved(list(first.values())),
        *_edited(first, sound),
        *_rewritten(first),
        *_removed(first, told, max(sound, default=0)),
        *_against(checkpoint, first, told),
    ]
    return sorted(dict.fromkeys(findings), key=lambda finding: (finding.seq, finding.code))


def _copied(records: Sequence[Record], first: Mapping[int, Record]) -> list[Finding]:
    """Two records with one number, or two numbers with one key."""
    findings = [
        Finding("evidence.duplicated", record.seq, record.key, "stands in the journal more than once")
        for record in records
        if first[record.seq] is not record
    ]
    owner: dict[str, int] = {}
    for seq in sorted(first):
        key = first[seq].key
        if owner.setdefault(key, seq) != seq:
            what = f"has the key of record {owner[key]}"
            findings.append(Finding("evidence.duplicated", seq, key, what))
    return findings


def _moved(records: Sequence[Record]) -> list[Finding]:
    """The fewest records whose removal leaves the rest in order: those are the ones that were moved."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, record in enumerate(records):
        place = bisect_right(tails, record.seq)
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [record.seq]
        ends[place : place + 1] = [index]
    kept = set()
    at = ends[-1] if ends else -1
    while at >= 0:
        kept.add(at)
        at = before[at]
    return [
        Finding("evidence.reordered", record.seq, record.key, _place(records, index))
        for index, record in enumerate(records)
        if index not in kept
    ]


def _place(records: Sequence[Record], index: int) -> str:
    before = f"after record {records[index - 1].seq}" if index else "at the start"
    after = f"before record {records[index + 1].seq}" if index + 1 < len(records) else "at the end"
    return f"stands {before} and {after}"


def _edited(first: Mapping[int, Record], sound: Set[int]) -> list[Finding]:
    return [
        Finding("evidence.edited", record.seq, record.key, "its content is not what its digest covers")
        for record in first.values()
        if record.seq not in sound
    ]


def _rewritten(first: Mapping[int, Record]) -> list[Finding]:
    """Records that the next one does not recognise."""
    findings = []
    for seq in sorted(first):
        record, following = first[seq], first.get(seq + 1)
        if following is None or (following.previous, following.previous_key) == (record.digest, record.key):
            continue
        healed = replace(following, previous=record.digest, previous_key=record.key)
        if healed.computed_digest() == following.digest:
            continue  # only the link of the following record was edited, which is told of that record
        what = f"record {following.seq} carries another digest or key for it ({following.previous_key!r})"
        findings.append(Finding("evidence.rewritten", seq, record.key, what))
    return findings


def _removed(first: Mapping[int, Record], told: Set[int], last: int) -> list[Finding]:
    """Gaps below `last`, the highest number that can be believed."""
    findings: list[Finding] = []
    free_from = 1
    for seq in sorted({*first, *told, last}):
        if 0 < seq <= last:
            following = first.get(seq)
            key = following.previous_key if following else ""
            findings += _missing("evidence.removed", free_from, seq - 1, key, "is missing")
            free_from = seq + 1
    return findings


def _against(checkpoint: Checkpoint | None, first: Mapping[int, Record], told: Set[int]) -> list[Finding]:
    if checkpoint is None:
        return []
    findings = []
    start = first.get(1)
    if start is not None and start.previous != checkpoint.origin:
        findings.append(
            Finding("evidence.foreign", 1, start.key, "this journal has another origin than the checkpoint")
        )
    last = max((seq for seq in (*first, *told) if seq <= checkpoint.size), default=0)
    what = f"is missing: {checkpoint.size} record(s) were there"
    findings += _missing("evidence.truncated", last + 1, checkpoint.size, checkpoint.key, what)
    tip = first.get(checkpoint.size)
    if tip is not None and (tip.digest, tip.key) != (checkpoint.tip, checkpoint.key):
        findings.append(Finding("evidence.rewritten", tip.seq, tip.key, "is not the record that the checkpoint saw"))
    return findings


def _missing(code: str, start: int, end: int, last_key: str, what: str) -> list[Finding]:
    """A finding for each number from `start` to `end`; a gap wider than `_NAMED` is one finding.

    `last_key` is the key of the last one missing; nothing tells those of the others.
    """
    if end < start:
        return []
    if end - start >= _NAMED:
        return [Finding(code, start, "", f"{what} (and all up to record {end}, {last_key!r})")]
    return [Finding(code, seq, last_key if seq == end else "", what) for seq in range(start, end + 1)]
