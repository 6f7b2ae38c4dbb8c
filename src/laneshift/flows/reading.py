"""From the TOML of a flow to the flow, with every fault at once and the line on which it stands. Pure.

A step's settings stand in its own table, beside what every step may have, or in `[steps.settings]`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from laneshift.errors import Fault, Refused
from laneshift.flows import judging
from laneshift.flows.judging import Surroundings
from laneshift.flows.model import Body, Flow, Input, Retry, Step
from laneshift.flows.schedules import Schedule
from laneshift.flows.toml_lines import Path, line_of, lines_of

LARGEST = 256 * 1024
"""Bytes of one definition."""

_STEP = {
    "name": str,
    "kind": str,
    "description": str,
    "needs": list,
    "when": str,
    "each": str,
    "at_once": int,
    "retry": dict,
    "timeout_seconds": (int, float),
    "compensate": dict,
    "again": str,
    "may_fail": bool,
    "settings": dict,
}
_BODY = {"kind": str, "retry": dict, "timeout_seconds": (int, float), "settings": dict}
_RETRY = {"times": int, "first_seconds": (int, float), "factor": (int, float), "most_seconds": (int, float), "on": list}
_INPUT = {"type": str, "default": object, "required": bool, "description": str}
_SCHEDULE = {"cron": str, "zone": str, "policy": str, "most": int}
_FLOW = {
    "name": str,
    "description": str,
    "inputs": dict,
    "steps": list,
    "schedule": dict,
    "on_failure": str,
    "timeout_seconds": (int, float),
}
_WORDS = {str: "a text", int: "a whole number", list: "a list", dict: "a table", bool: "true or false"}


def read(data: bytes, where: str, name: str, around: Surroundings) -> Flow:
    """The flow that `data` defines, called `name` unless it says so itself.

    Raises `Refused` (`flow.bad-definition`) with every fault; each has a stable code and `file:line`.
    """
    if len(data) > LARGEST:
        raise Refused("flow.too-large", f"a definition has at most {LARGEST} bytes", where=where)
    try:
        text = data.decode("utf-8")
        table = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise Refused("flow.not-toml", "this file is not TOML", where=where, why=str(error)) from error
    lines = lines_of(text)
    reader = _Reader()
    flow = reader.flow(table, name)
    faults = [*reader.faults, *judging.faults(flow, around)]
    if flow.name != name:
        faults.append(judging.Wrong("flow.other-name", ("name",), f"the file is called {name!r}"))
    if faults:
        raise refused(faults, where, lambda path: f"{where}:{line_of(lines, path)}")
    return flow


def refused(faults: list[judging.Wrong], where: str, place: Callable[[Path], str]) -> Refused:
    """The error that tells all faults of one definition."""
    told = [Fault(each.code, place(each.path), f"{_dotted(each.path)}{each.what}") for each in faults]
    told.sort(key=lambda fault: _place(fault.where))
    return Refused(
        "flow.bad-definition",
        f"{len(told)} fault(s) in this flow",
        where=where,
        cure="mend them, then `laneshift flow check`",
        faults=told,
    )


def _place(where: str) -> tuple[str, int]:
    file, _, line = where.rpartition(":")
    return (file, int(line)) if line.isdecimal() else (where, 0)


def _dotted(path: Path) -> str:
    words = [f"[{each}]" if isinstance(each, int) else f".{each}" for each in path]
    return f"{''.join(words).removeprefix('.')}: " if path else ""


@dataclass
class _Reader:
    """Takes tables apart and notes what does not fit."""

    faults: list[judging.Wrong] = field(default_factory=list)

    def flow(self, table: Mapping[str, Any], name: str) -> Flow:
        told = self._table(table, _FLOW, ())
        inputs = tuple(self._input(each, told["inputs"][each]) for each in told.get("inputs", {}))
        steps = tuple(
            self._step(each, ("steps", number))
            for number, each in enumerate(told.get("steps", ()))
            if self._is(each, dict, ("steps", number))
        )
        rest = {each: told[each] for each in ("description", "on_failure", "timeout_seconds") if each in told}
        schedule = self._schedule(told["schedule"]) if "schedule" in told else None
        return Flow(told.get("name", name), steps, inputs=inputs, schedule=schedule, **rest)

    def _input(self, name: str, table: Any) -> Input:
        path: Path = ("inputs", name)
        told = self._table(table, _INPUT, path) if self._is(table, dict, path) else {}
        return Input(name, **told)

    def _schedule(self, table: Mapping[str, Any]) -> Schedule | None:
        told = self._table(table, _SCHEDULE, ("schedule",))
        if "cron" not in told:
            self._wrong("flow.missing", ("schedule",), "a schedule has a line of cron")
            return None
        return Schedule(**told)

    def _step(self, table: Mapping[str, Any], path: Path) -> Step:
        told, settings = self._with_settings(table, _STEP, path)
        if "needs" in told:
            told["needs"] = self._words(told["needs"], (*path, "needs"))
        if "retry" in told:
            told["retry"] = self._retry(told["retry"], (*path, "retry"))
        if "compensate" in told:
            told["compensate"] = self._body(told["compensate"], (*path, "compensate"))
        for each in ("name", "kind"):
            if each not in told:
                self._wrong("flow.missing", path, f"a step has a {each}")
        return Step(**{"name": "", "kind": "", **told}, settings=settings)

    def _body(self, table: Mapping[str, Any], path: Path) -> Body:
        told, settings = self._with_settings(table, _BODY, path)
        if "retry" in told:
            told["retry"] = self._retry(told["retry"], (*path, "retry"))
        if "kind" not in told:
            self._wrong("flow.missing", path, "a compensation has a kind")
        return Body(**{"kind": "", **told}, settings=settings)

    def _with_settings(
        self, table: Mapping[str, Any], known: Mapping[str, Any], path: Path
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        told = self._table({name: table[name] for name in table if name in known}, known, path)
        beside = {name: value for name, value in table.items() if name not in known}
        below = told.pop("settings", {})
        for name in sorted(beside.keys() & below.keys()):
            self._wrong("flow.twice", (*path, name), "this is set twice")
        return told, {**beside, **below}

    def _retry(self, table: Mapping[str, Any], path: Path) -> Retry:
        told = self._table(table, _RETRY, path)
        if "on" in told:
            told["on"] = self._words(told["on"], (*path, "on"))
        return Retry(**told)

    def _words(self, values: list[Any], path: Path) -> tuple[str, ...]:
        return tuple(each for number, each in enumerate(values) if self._is(each, str, (*path, number)))

    def _table(self, table: Mapping[str, Any], known: Mapping[str, Any], path: Path) -> dict[str, Any]:
        """The entries of a table that are known and of the right type."""
        told: dict[str, Any] = {}
        for name, value in table.items():
            if name not in known:
                self._wrong("flow.unknown-key", (*path, name), f"there is no such key; there are {', '.join(known)}")
            elif self._is(value, known[name], (*path, name)):
                told[name] = value
        return told

    def _is(self, value: Any, wanted: Any, path: Path) -> bool:
        fits = isinstance(value, wanted) and (wanted in (bool, object) or not isinstance(value, bool))
        if not fits:
            self._wrong("flow.bad-type", path, f"this has to be {_WORDS.get(wanted, 'a number')}")
        return fits

    def _wrong(self, code: str, path: Path, what: str) -> None:
        self.faults.append(judging.Wrong(code, path, what))
