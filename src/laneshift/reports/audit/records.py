"""The file that records ids: what each finding was, and its issue. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from laneshift.errors import Refused
from laneshift.evidence.canonical import parse
from laneshift.reports.audit.identity import Identified
from laneshift.reports.audit.model import Entry, Kind, Severity, State

VERSION = "1.0"
_FIELDS = {"kind", "words", "file", "symbol", "source", "severity", "state", "issue"}
_MOST = 100_000


def read(data: bytes, path: str) -> tuple[Entry, ...]:
    """The records in the file at `path`. Raises `Refused` (`audit.bad-map`): without them every id would be new."""
    try:
        found: Any = parse(data)
        if not isinstance(found, dict) or found.get("schema_version") != VERSION:
            raise _bad(path, f"it is no map of version {VERSION}")
        entries = found.get("findings")
        if not isinstance(entries, dict) or len(entries) > _MOST:
            raise _bad(path, "it has no findings, or too many")
        return tuple(_entry(name, fields) for name, fields in entries.items())
    except (ValueError, KeyError, TypeError) as error:
        raise _bad(path, str(error)) from error


def written(entries: Iterable[Entry]) -> bytes:
    """The file: one object for each id, sorted, so that changes of it can be read and merged."""
    findings = {
        each.id: {
            "kind": each.kind.value,
            "words": each.words,
            "file": each.file,
            "symbol": each.symbol,
            "source": each.source,
            "severity": each.severity.value,
            "state": each.state.value,
            "issue": each.issue,
        }
        for each in sorted(entries, key=lambda each: each.id)
    }
    document = {"schema_version": VERSION, "findings": findings}
    return (json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8", "replace")


def recorded(before: Sequence[Entry], found: Identified) -> tuple[Entry, ...]:
    """The records after a run: what is found is open, what is gone waits for its issue to be closed."""
    now = {}
    for each in found.known:
        words, file, symbol = each.finding.anchor
        issue = each.before.issue if each.before else 0
        told = each.finding
        now[each.id] = Entry(each.id, told.kind, words, file, symbol, told.source, told.severity, State.OPEN, issue)
    gone = {each.id: _left(each) for each in found.gone}
    return tuple({**{each.id: each for each in before}, **gone, **now}.values())


def _left(entry: Entry) -> Entry:
    """What no longer stands anywhere is over at once where it never had an issue."""
    state = State.GONE if entry.issue else State.CLOSED
    return replace(entry, state=state)


def _entry(name: str, fields: Any) -> Entry:
    if not isinstance(fields, dict) or fields.keys() != _FIELDS:
        raise ValueError(f"{name!r} has other fields")
    words, file, symbol, source = (fields[key] for key in ("words", "file", "symbol", "source"))
    issue = fields["issue"]
    if not all(isinstance(each, str) for each in (words, file, symbol, source)) or type(issue) is not int or issue < 0:
        raise ValueError(f"{name!r} has a field of another kind")
    kind = Kind(fields["kind"])
    if not name.startswith(f"{kind.value}-"):
        raise ValueError(f"{name!r} is no id")
    return Entry(name, kind, words, file, symbol, source, Severity(fields["severity"]), State(fields["state"]), issue)


def _bad(path: str, why: str) -> Refused:
    what = f"{path} cannot be used to tell known findings from new ones"
    return Refused("audit.bad-map", what, where=path, why=why, cure="put it back as it was committed")
