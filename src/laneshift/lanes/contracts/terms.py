"""The small grammar of contract options: booleans, numbers, expressions for modules and for imports, alerts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, NamedTuple, TypeVar, cast

from laneshift.lanes.contracts.options import Table, Value, listed

T = TypeVar("T")
Alert = Literal["none", "warn", "error"]
_ALERTS = ("none", "warn", "error")


class BadOption(ValueError):
    """An option has a value that it cannot have; the text says which and why."""


class ImportExpression(NamedTuple):
    """`importer -> imported`; both may hold wildcards."""

    importer: str
    imported: str

    def __str__(self) -> str:
        """As grimp reads it."""
        return f"{self.importer} -> {self.imported}"


def single(value: Value) -> str:
    """A value that is not a list."""
    if not isinstance(value, str):
        raise BadOption("expected a single value")
    return value


def boolean(value: Value) -> bool:
    """`true` or `false`, in any case."""
    text = single(value).lower()
    if text not in ("true", "false"):
        raise BadOption(f"{text!r} is not a boolean")
    return text == "true"


def natural(value: Value) -> int:
    """A number from 0 on."""
    text = single(value)
    if not re.fullmatch(r"\s*\+?[0-9]{1,9}\s*", text):
        raise BadOption(f"{text!r} is not a number from 0 on")
    return int(text)


def alert(value: Value) -> Alert:
    """What to do about an expression that matches nothing."""
    text = single(value).strip() or "error"
    if text not in _ALERTS:
        raise BadOption(f"{text!r} is none of {', '.join(_ALERTS)}")
    return cast("Alert", text)


def module_expression(text: str) -> str:
    """A dotted name whose parts may be `*` (one module) or `**` (any depth); the two never side by side."""
    before = ""
    for part in text.split("."):
        if {before, part} in ({"*", "**"}, {"**"}):
            raise BadOption(f"{text!r} puts a recursive wildcard beside a wildcard")
        if "*" in part and part not in ("*", "**"):
            raise BadOption(f"{text!r}: a wildcard stands for a whole name")
        before = part if "*" in part else ""
    return text


def import_expression(text: str) -> ImportExpression:
    """`a.b -> c.d`."""
    importer, _, imported = (part.strip() for part in text.partition("->"))
    if not importer or not imported:
        raise BadOption(f"{text!r} is not of the form `importer -> imported`")
    return ImportExpression(module_expression(importer), module_expression(imported))


def several(parse: Callable[[str], T]) -> Callable[[Value], tuple[T, ...]]:
    """A list of values, each parsed; one value is a list of one."""
    return lambda value: tuple(dict.fromkeys(parse(text) for text in listed(value)))


class Taken:
    """The options of one contract, taken one by one; what is missing or wrong is collected by option."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._known = {"id", "name", "type", "broken_contract_guidance"}
        self.faults: list[str] = []

    def take(self, option: str, parse: Callable[[Value], T], default: T, *, required: bool = False) -> T:
        """One option, parsed; the default where it is left out, or bad."""
        self._known.add(option)
        if option not in self._table:
            if required:
                self.faults.append(f"{option}: is required")
            return default
        try:
            return parse(self._table[option])
        except BadOption as fault:
            self.faults.append(f"{option}: {fault}")
            return default

    def finish(self) -> None:
        """Note what no one took. Raises `BadOption` with every fault."""
        self.faults.extend(f"{option}: is no option of this type" for option in sorted(set(self._table) - self._known))
        if self.faults:
            raise BadOption("; ".join(self.faults))
