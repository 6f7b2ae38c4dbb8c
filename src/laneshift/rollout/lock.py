"""`laneshift.lock`: what each plan rests on, as TOML that a person can read and a reviewer can compare. Pure.

One table for each plan, and in it one line for each pin, with the digest and the value behind it. The file may come
from anywhere, so it is read as strictly as it is written.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from laneshift.errors import Bug, Fault, Refused
from laneshift.evidence.canonical import is_digest
from laneshift.rollout.pins import FIELDS, pins_problem

LARGEST = 64 * 2**20
"""The most characters that a lock file has."""

_VERSION = 1
_HEAD = "# Written by `laneshift plan`: what each plan rests on. A line that was edited counts as drift.\n"
_PLAN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,119}")
_LATEST = 2**53 - 1
_LONGEST = 8192
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


@dataclass(frozen=True, slots=True)
class Locked:
    """The pins of one plan: the batch file as it was named, when it was planned in unix seconds, digests and values.

    `values` are what a person reads beside a digest, such as a commit id; a pin need not have one.
    """

    plan: str
    file: str
    made: int
    pins: Mapping[str, str]
    values: Mapping[str, str] = field(default_factory=dict)


def lock_text(plans: Sequence[Locked]) -> str:
    """The lock file for these plans, in the order given. The same plans give the same bytes.

    Raises `Bug` (`lock.unwritable`) for what `locked_in` would not read again.
    """
    faults = [problem for locked in plans for problem in _problems(_plain(locked))]
    names = [locked.plan for locked in plans]
    faults += [f"{name!r} is no id of a plan" for name in names if not _PLAN.fullmatch(name)]
    if faults or len({*names}) < len(names):
        raise Bug("lock.unwritable", "the lock file could not be read again", why="; ".join(faults) or "twin plans")
    return f"{_HEAD}version = {_VERSION}\n" + "".join(f"\n{_table(locked)}" for locked in plans)


def locked_in(text: str, where: str) -> tuple[Locked, ...]:
    """What `lock_text` wrote; `where` names the file to a person.

    Raises `Refused` (`lock.unreadable`), with every fault, for anything else.
    """
    document = _parsed(text, where)
    plans = document.pop("plans", {})
    faults = [f"unknown key {key!r}" for key in document if key != "version"]
    if type(document.get("version")) is not int or document["version"] != _VERSION:
        faults.append(f"version {document.get('version')!r} cannot be read, {_VERSION} can")
    if not isinstance(plans, dict):
        raise _refused(where, [*faults, "`plans` is no table"])
    for name, table in plans.items():
        faults += [f"{name!r} is no id of a plan"] if not _PLAN.fullmatch(name) else []
        faults += [f"{name}: {problem}" for problem in _problems(table)]
    if faults:
        raise _refused(where, faults)
    return tuple(_locked(name, table) for name, table in plans.items())


def _parsed(text: str, where: str) -> dict[str, Any]:
    if len(text) > LARGEST:
        raise _refused(where, [f"more than {LARGEST} characters"])
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refused(where, [f"not TOML: {str(error)[:300]}"]) from error


def _refused(where: str, problems: list[str]) -> Refused:
    faults = [Fault("lock.unreadable", where, problem) for problem in problems]
    cure = "make the plan again with `laneshift plan`"
    return Refused("lock.unreadable", "this is no lock file of laneshift", where=where, cure=cure, faults=faults)


def _plain(locked: Locked) -> dict[str, Any]:
    """The table of a plan as `tomllib` would give it back."""
    told = {name: {"digest": pin} for name, pin in locked.pins.items()}
    for name, value in locked.values.items():
        told.setdefault(name, {})["value"] = value
    return {"file": locked.file, "made": locked.made, **told}


def _locked(name: str, table: Mapping[str, Any]) -> Locked:
    told = {key: table[key] for key in FIELDS}
    pins = {key: one["digest"] for key, one in told.items()}
    values = {key: one["value"] for key, one in told.items() if "value" in one}
    return Locked(name, table["file"], table["made"], pins, values)


def _problems(table: Any) -> Iterator[str]:
    """Everything in the table of one plan that `lock_text` would never write."""
    if not isinstance(table, dict):
        yield "is no table"
        return
    if not _readable(table.get("file")):
        yield "`file` is no path that a person could read"
    made = table.get("made")
    if type(made) is not int or not 0 <= made <= _LATEST:
        yield "`made` is no time in unix seconds"
    told = {key: one for key, one in table.items() if key not in ("file", "made")}
    misshapen = [key for key, one in told.items() if not _is_pin(one)]
    if misshapen:
        yield f"no pin in {', '.join(map(repr, misshapen[:8]))}"
    elif problem := pins_problem({key: one["digest"] for key, one in told.items()}):
        yield problem


def _is_pin(one: Any) -> bool:
    if not isinstance(one, dict) or not is_digest(one.get("digest")):
        return False
    return set(one) == {"digest"} or (set(one) == {"digest", "value"} and _is_text(one["value"]))


def _readable(text: object) -> bool:
    return isinstance(text, str) and text != "" and text.isprintable() and len(text) <= _LONGEST


def _is_text(text: object) -> bool:
    """Whether TOML can hold it: any text of a sensible length without lone surrogates."""
    return isinstance(text, str) and len(text) <= _LONGEST and not any("\ud800" <= char <= "\udfff" for char in text)


def _table(locked: Locked) -> str:
    lines = [f'[plans."{locked.plan}"]', f"file = {_quoted(locked.file)}", f"made = {locked.made}"]
    for name in FIELDS:
        value = f", value = {_quoted(locked.values[name])}" if name in locked.values else ""
        lines.append(f'{name} = {{ digest = "{locked.pins[name]}"{value} }}')
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + "".join(char if char.isprintable() and char not in _ESCAPES else _escape(char) for char in text) + '"'


def _escape(char: str) -> str:
    return _ESCAPES.get(char) or (f"\\u{ord(char):04X}" if ord(char) < 0x10000 else f"\\U{ord(char):08X}")
