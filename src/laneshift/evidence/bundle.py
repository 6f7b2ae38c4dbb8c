"""A journal as one file for other clones: its lines, then the evidence that a replay needs, then its last seal. Pure.

The lines of records are those of `Record.line`, so whoever knows the journal's format alone can read them too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from laneshift.evidence.canonical import canonical, digest_of, is_digest, parse
from laneshift.evidence.records import Finding, Record, read_lines

_EVIDENCE = b'{"evidence":'
_SEAL = b'{"seal":'


@dataclass(frozen=True)
class Bundle:
    """What such a file holds. `seal` is a note, or its text alone; empty where the journal was not sealed."""

    records: Sequence[Record]
    evidence: Mapping[str, bytes] = field(default_factory=dict)
    seal: str = ""
    unreadable: Sequence[Finding] = ()
    faults: Sequence[str] = ()
    """Lines after the records that are not what was written."""

    def written(self) -> bytes:
        """The file. `evidence` is text in UTF-8."""
        lines = [record.line() for record in self.records]
        lines += (canonical({"evidence": name, "text": self.evidence[name].decode()}) for name in sorted(self.evidence))
        if self.seal:
            lines.append(canonical({"seal": self.seal}))
        return b"".join(line + b"\n" for line in lines)


def read_bundle(data: bytes) -> Bundle:
    """What a file holds, and what in it cannot be read."""
    lines = data.split(b"\n")
    whole, cut = lines[:-1], lines[-1]
    after = [number for number, line in enumerate(whole, 1) if line.startswith((_EVIDENCE, _SEAL))]
    first = after[0] - 1 if after else len(whole)
    records, unreadable = read_lines(b"".join(line + b"\n" for line in whole[:first]) + (b"" if after else cut))
    evidence: dict[str, bytes] = {}
    seals: list[str] = []
    faults = [f"line {len(whole) + 1} has no end"] if after and cut else []
    for number, line in enumerate(whole[first:], first + 1):
        try:
            _sort(line, evidence, seals)
        except ValueError as error:
            faults.append(f"line {number}: {error}")
    if len(seals) > 1:
        faults.append("there is more than one seal")
    return Bundle(records, evidence, seals[0] if len(seals) == 1 else "", tuple(unreadable), tuple(faults))


def _sort(line: bytes, evidence: dict[str, bytes], seals: list[str]) -> None:
    fields = parse(line)
    if not isinstance(fields, dict) or canonical(fields) != line:
        raise ValueError("is not canonical JSON")
    if fields.keys() == {"seal"} and isinstance(fields["seal"], str):
        seals.append(fields["seal"])
        return
    digest, text = fields.get("evidence"), fields.get("text")
    if fields.keys() != {"evidence", "text"} or not is_digest(digest) or not isinstance(text, str):
        raise ValueError("is neither evidence nor a seal")
    content = text.encode()
    if digest_of(content) != digest:
        raise ValueError(f"the evidence is not what {digest} covers")
    if digest in evidence:
        raise ValueError(f"the evidence {digest} stands here twice")
    evidence[digest] = content
