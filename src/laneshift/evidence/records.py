"""A journal record and its line of JSON. Pure.

The line of a record is its canonical JSON; its digest covers everything else in the line, including the digest and the
key of the record before it. `previous` of record 1 is the journal's origin: random, so that no record can be taken
from one journal into another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from laneshift.errors import CheckFailed, Fault, LaneshiftError, Refused
from laneshift.evidence.canonical import Json, canonical, digest, is_digest, parse

SCHEMA = 1
_BOUND = 1 << 53
_INTEGERS = ("schema", "seq", "at")
_TEXTS = ("key", "kind", "actor", "tool", "previous_key")
_DIGESTS = ("previous", "digest")
_FIELDS = frozenset((*_INTEGERS, *_TEXTS, *_DIGESTS, "facts"))


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that happened. `seq` counts from 1; `at` is Unix milliseconds; `tool` is laneshift's version."""

    seq: int
    key: str
    kind: str
    at: int
    actor: str
    tool: str
    facts: Mapping[str, Json]
    previous: str
    previous_key: str
    digest: str

    def computed_digest(self) -> str:
        """The digest that a record with this content must have."""
        return digest(self._content())

    def line(self) -> bytes:
        """The record as one line of canonical JSON, without the line end."""
        return canonical({**self._content(), "digest": self.digest})

    def _content(self) -> dict[str, Json]:
        return {
            "schema": SCHEMA,
            "seq": self.seq,
            "key": self.key,
            "kind": self.kind,
            "at": self.at,
            "actor": self.actor,
            "tool": self.tool,
            "facts": self.facts,
            "previous": self.previous,
            "previous_key": self.previous_key,
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with one record of a journal. `key` is empty where nothing tells it any more."""

    code: str
    seq: int
    key: str
    what: str

    def __str__(self) -> str:
        """One line: record, key, what is wrong, code."""
        return f"record {self.seq} ({self.key or 'key unknown'}): {self.what} [{self.code}]"

    def fault(self, where: str) -> Fault:
        """The finding as part of an error about the file `where`."""
        named = f"record {self.seq} ({self.key!r})" if self.key else f"record {self.seq}"
        return Fault(self.code, where, f"{named}: {self.what}")


def seal(
    *, seq: int, key: str, kind: str, at: int, actor: str, tool: str, facts: Mapping[str, Json], after: tuple[str, str]
) -> Record:
    """The record with its digest computed; `after` is the digest and the key of the record before it."""
    open_ = Record(seq, key, kind, at, actor, tool, facts, after[0], after[1], "")
    return Record(seq, key, kind, at, actor, tool, facts, after[0], after[1], open_.computed_digest())


def read_lines(jsonl: bytes | str) -> tuple[list[Record], list[Finding]]:
    """Every record of an export in the order of its lines, and a finding for each line that is none.

    A line must be exactly the bytes that `Record.line` writes, and end with a line feed.
    """
    data = jsonl.encode("utf-8", "surrogatepass") if isinstance(jsonl, str) else jsonl
    records: list[Record] = []
    findings: list[Finding] = []
    lines = data.split(b"\n")
    cut = lines.pop()
    for number, line in enumerate(lines, start=1):
        _sort_line(line, number, records, findings)
    if cut:
        findings.append(_line_finding("evidence.line-cut", cut, len(lines) + 1, "the last line has no end"))
    return records, findings


def load(jsonl: bytes | str, *, where: str = "journal.jsonl") -> list[Record]:
    """The records of an export, for a replay. Says nothing about the chain: `check` does.

    Raises `Refused` (`evidence.journal-newer`) when a newer laneshift wrote it, `CheckFailed`
    (`evidence.journal-unreadable`) with every line that is not a record.
    """
    records, findings = read_lines(jsonl)
    if findings:
        raise unreadable(findings, where)
    return records


def unreadable(findings: list[Finding], where: str) -> LaneshiftError:
    """The error for lines or rows that cannot be read as records."""
    faults = [finding.fault(where) for finding in findings]
    if any(finding.code == "evidence.record-newer" for finding in findings):
        return Refused(
            "evidence.journal-newer",
            "a newer laneshift wrote this journal",
            where=where,
            why=str(faults[0]),
            cure="read it with that version, or a later one",
            faults=faults,
        )
    return CheckFailed(
        "evidence.journal-unreadable",
        f"{len(faults)} record(s) cannot be read; the first is record {findings[0].seq} ({findings[0].key!r})",
        where=where,
        why=faults[0].what,
        cure="keep this file as it is, and take an export or a backup from before the damage",
        faults=faults,
    )


class NewerSchemaError(ValueError):
    """A record of a schema that this version does not know."""


def from_fields(fields: Json) -> Record:
    """The record with these fields (those of a line). Raises `ValueError` when a field is missing, unknown or wrong."""
    schema = fields.get("schema") if isinstance(fields, dict) else None
    if isinstance(schema, int) and not isinstance(schema, bool) and schema > SCHEMA:
        raise NewerSchemaError(f"schema {schema}, this laneshift reads up to {SCHEMA}")
    if schema != SCHEMA or fields.keys() != _FIELDS:
        raise ValueError("the fields are not those of a journal record")
    for names, kind in ((_INTEGERS, int), (_TEXTS, str), (_DIGESTS, str)):
        for name in names:
            if type(fields[name]) is not kind:
                raise ValueError(f"{name} has the wrong type")
    if not all(is_digest(fields[name]) for name in _DIGESTS) or not isinstance(fields["facts"], Mapping):
        raise ValueError("a digest or the facts are malformed")
    if not (1 <= fields["seq"] < _BOUND and 0 <= fields["at"] < _BOUND):
        raise ValueError("seq or at is out of range")
    if not all(fields[name].isprintable() for name in _TEXTS):
        raise ValueError("a text has characters that cannot be printed")
    return Record(**{name: value for name, value in fields.items() if name != "schema"})


def _sort_line(line: bytes, number: int, records: list[Record], findings: list[Finding]) -> None:
    try:
        records.append(_read_line(line))
    except NewerSchemaError as error:
        findings.append(_line_finding("evidence.record-newer", line, number, str(error)))
    except ValueError as error:
        findings.append(_line_finding("evidence.record-unreadable", line, number, f"line {number}: {error}"))


def _read_line(line: bytes) -> Record:
    record = from_fields(parse(line))
    if record.line() != line:
        raise ValueError("the line is not in canonical form")
    return record


def _line_finding(code: str, line: bytes, number: int, what: str) -> Finding:
    """Name the record as well as a broken line allows; else by the number of the line."""
    try:
        fields = parse(line)
    except ValueError:
        return Finding(code, number, "", what)
    if not isinstance(fields, dict):
        return Finding(code, number, "", what)
    seq, key = fields.get("seq"), fields.get("key")
    return Finding(code, seq if type(seq) is int else number, printable(key), what)


def printable(key: Json) -> str:
    """What may be told of a damaged record's key: text only, without characters that could steer a terminal."""
    return "".join(letter for letter in key[:512] if letter.isprintable()) if isinstance(key, str) else ""
