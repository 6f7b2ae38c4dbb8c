"""Seals: how long a journal was and what all its lines amounted to, kept outside of it. Pure.

A seal is a checkpoint in the format of C2SP tlog-checkpoint: origin, size, Merkle root. Signed, it is a note. With it
are kept the hashes of all lines, so that not only the fact of a change shows, but also which record was changed.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from laneshift.evidence.canonical import is_digest
from laneshift.evidence.merkle import leaf_of, root_of, roots_at
from laneshift.evidence.records import Finding, Record

_PREFIX = "laneshift.journal/"
HASH = 32
"""Bytes of the hash that stands for a line."""
_CHUNK = 256
_MOST_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Seal:
    """`origin` is the journal's own digest, `size` its number of records then, `root` the root of their lines."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The lines that a signature covers."""
        return f"{_PREFIX}{self.origin.removeprefix('sha256:')}\n{self.size}\n{b64encode(self.root).decode()}\n"


def read_seal(text: str) -> Seal:
    """The seal with this text. Raises `ValueError` when it is none, or is not written as `Seal.text` writes it."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0].startswith(_PREFIX):
        raise ValueError("a seal is an origin, a size and a root, one line each")
    origin = f"sha256:{lines[0].removeprefix(_PREFIX)}"
    if not is_digest(origin) or not lines[1].isdecimal() or len(lines[1]) > _MOST_DIGITS:
        raise ValueError("the origin or the size of a seal is malformed")
    try:
        seal = Seal(origin, int(lines[1]), b64decode(lines[2], validate=True))
    except binascii.Error as error:
        raise ValueError("the root of a seal is base64") from error
    if len(seal.root) != HASH or seal.text() != text:
        raise ValueError("a seal is written in one way only")
    return seal


def sealed(records: Sequence[Record], origin: str) -> tuple[Seal, list[bytes]]:
    """The seal of a whole journal, and the hashes of its lines."""
    leaves = [leaf_of(record.line()) for record in records]
    return Seal(origin, len(leaves), root_of(leaves)), leaves


def chunks(leaves: Sequence[bytes]) -> dict[str, bytes]:
    """The hashes as small files by name: a seal that follows another one changes only the last of them."""
    return {
        f"{start // _CHUNK:08d}": b"".join(leaves[start : start + _CHUNK]) for start in range(0, len(leaves), _CHUNK)
    }


def leaves_in(files: Iterable[bytes]) -> list[bytes]:
    """The hashes in files that `chunks` made, in the order of their names. Raises `ValueError` for a cut one."""
    data = b"".join(files)
    if len(data) % HASH:
        raise ValueError("a hash is cut off")
    return [data[at : at + HASH] for at in range(0, len(data), HASH)]


def against(seals: Sequence[Seal], kept: Sequence[bytes], records: Sequence[Record], origin: str) -> list[Finding]:
    """What was done to a journal since it was sealed: each record that is not what it was, or is missing.

    `kept` are the hashes that stand with the longest seal. Hashes that do not amount to its root are worth nothing:
    then the change is told of by the seals that see it and those that do not.
    """
    leaves = [leaf_of(record.line()) for record in records]
    findings = [
        Finding("evidence.foreign", 1, "", f"this journal has another origin than its seal over {seal.size} record(s)")
        for seal in seals
        if seal.origin != origin
    ]
    roots = roots_at(leaves, {seal.size for seal in seals})
    broken = [seal for seal in seals if roots.get(seal.size) != seal.root]
    if not broken:
        return findings
    longest = max(seals, key=lambda seal: seal.size)
    if len(kept) == longest.size and root_of(kept) == longest.root:
        named = list(_named(kept, leaves, records))
        return [*findings, *(named or [_bracketed(seals, broken, records)])]
    return [*findings, _bracketed(seals, broken, records)]


def _named(kept: Sequence[bytes], leaves: Sequence[bytes], records: Sequence[Record]) -> Iterator[Finding]:
    for index, leaf in enumerate(kept):
        if index >= len(leaves):
            yield Finding("evidence.truncated", index + 1, "", f"is missing: {len(kept)} record(s) were sealed")
        elif leaves[index] != leaf:
            what = "is not the record that was sealed"
            yield Finding("evidence.rewritten", index + 1, records[index].key, what)


def _bracketed(seals: Sequence[Seal], broken: Sequence[Seal], records: Sequence[Record]) -> Finding:
    """The change lies after the last seal that still holds, up to the first one that does not."""
    end = min(seal.size for seal in broken)
    start = max((seal.size for seal in seals if seal not in broken and seal.size < end), default=0) + 1
    if end > len(records):
        what = f"is missing or changed, or one up to record {end}: {len(records)} record(s) are here"
        start = min(start, len(records) + 1)
    else:
        what = f"or one up to record {end} is not what was sealed"
    return Finding("evidence.rewritten", start, records[start - 1].key if start <= len(records) else "", what)
