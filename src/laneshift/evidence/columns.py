"""A journal record as one row of any database: its columns in order, and what is read back from them. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence

from laneshift.evidence.canonical import Json, canonical, parse
from laneshift.evidence.records import SCHEMA, Finding, NewerSchemaError, Record, from_fields, printable

_FLAT = 60
_DIGITS = 15
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
    if isinstance(stored, str) and stored.isascii() and stored.count("{") + stored.count("[") < _FLAT:
        found = _simple(stored)
        if found is not None:
            return found
    facts = parse(stored) if isinstance(stored, str) else None
    if canonical(facts) != str(stored).encode():
        raise ValueError("the facts are not canonical JSON")
    return facts


def _simple(stored: str) -> Json | None:
    """The facts, when they are of small integers and ASCII text and stand here as they would be written; or None.

    For such values the encoder of the standard library writes the canonical bytes, so the same text back is the proof,
    and a whole journal is read in half the time.
    """
    try:
        facts = _DECODER.decode(stored)
    except ValueError:
        return None
    return facts if _ENCODER.encode(facts) == stored else None


def _small(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise ValueError("this number takes a closer look")
    return int(digits)


def _refused(text: str) -> Json:
    raise ValueError(f"{text} is not what facts are made of")


_DECODER = json.JSONDecoder(parse_int=_small, parse_float=_refused, parse_constant=_refused)
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _finding(code: str, fields: dict[str, Json], what: str) -> Finding:
    seq, key = fields["seq"], fields["key"]
    return Finding(code, seq if isinstance(seq, int) else 0, printable(key), what)
