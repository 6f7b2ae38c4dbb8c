"""A journal record as one row of any database: its columns in order, and what is read back from them. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from laneshift.evidence.canonical import Json, canonical, parse
from laneshift.evidence.records import SCHEMA, Finding, NewerSchemaError, Record, from_fields, printable

NAMES = ("schema", "seq", "key", "kind", "at", "actor", "tool", "facts", "previous", "previous_key", "digest")


def values(record: Record) -> tuple[Json, ...]:
    """What is stored of the record, in the order of `NAMES`; the facts as canonical JSON."""
    return (
        SCHEMA,
        record.seq,
        record.key,
        record.kind,
        record.at,
        record.actor,
        record.tool,
        canonical(record.facts).decode(),
        record.previous,
        record.previous_key,
        record.digest,
    )


def read(row: Sequence[Json]) -> Record | Finding:
    """The record that a row holds, or what is wrong with it."""
    fields = dict(zip(NAMES, row, strict=True))
    try:
        return from_fields({**fields, "facts": _facts(fields["facts"])})
    except NewerSchemaError as error:
        return _finding("evidence.record-newer", fields, str(error))
    except ValueError as error:
        return _finding("evidence.record-unreadable", fields, str(error))


def sorted_out(rows: Sequence[Sequence[Json]]) -> tuple[list[Record], list[Finding]]:
    """The records among the rows, in their order, and a finding for every row that is none."""
    records: list[Record] = []
    findings: list[Finding] = []
    for row in rows:
        found = read(row)
        if isinstance(found, Record):
            records.append(found)
        else:
            findings.append(found)
    return records, findings


def _facts(stored: Json) -> Json:
    facts = parse(stored) if isinstance(stored, str) else None
    if canonical(facts) != str(stored).encode():
        raise ValueError("the facts are not canonical JSON")
    return facts


def _finding(code: str, fields: dict[str, Json], what: str) -> Finding:
    seq, key = fields["seq"], fields["key"]
    return Finding(code, seq if isinstance(seq, int) else 0, printable(key), what)
