"""The one door by which gates come in: those that ship with laneshift, plugins, and commands of the settings.

A plugin is an entry point of the group `laneshift.gates`; what it names is a class that is called without arguments,
or a gate. One that cannot be loaded stops the start: a check that silently is not there would be a pass over nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, cast

from laneshift.config import BUILT_IN, Settings, is_gate_id
from laneshift.errors import Fault, Refused
from laneshift.gates.command import CommandGate
from laneshift.gates.context import Gate

GROUP = "laneshift.gates"

_SHIPPED = tuple(
    EntryPoint(name, f"laneshift.gates.{name.replace('-', '_')}:{name.title().replace('-', '')}", GROUP)
    for name in BUILT_IN
)
_METHODS = ("applies", "inputs", "check")


def gates_of(settings: Settings, plugins: Iterable[EntryPoint] | None = None) -> tuple[Gate, ...]:
    """Every gate that an item goes through, cheapest first. `plugins` None are those that are installed.

    Raises `Refused` (`gates.bad-plugin`) with every plugin that cannot be loaded, is no gate, or takes a name that is
    taken.
    """
    installed = _installed(tuple(sys.path)) if plugins is None else plugins
    gates: dict[str, Gate] = {}
    faults: list[Fault] = []
    for point in (*_SHIPPED, *sorted(installed, key=lambda each: (each.name, each.value))):
        try:
            gate = _loaded(point)
            _refuse_taken(gate.id, gates, settings)
            gates[gate.id] = gate
        except Exception as error:  # noqa: BLE001 - whatever loading a plugin raises is told by name, and stops
            what = f"{type(error).__name__}: {error}"
            faults.append(Fault("gates.bad-plugin", f"{point.name} = {point.value}", what))
    if faults:
        raise Refused(
            "gates.bad-plugin",
            f"{len(faults)} gate(s) cannot be loaded",
            why="without them nothing would be checked by them",
            cure="mend or uninstall the distribution that brings them",
            faults=faults,
        )
    for name, command in settings.gates.commands.items():
        gates[name] = CommandGate(name, command)
    return in_order(gates.values())


@lru_cache(maxsize=1)
def _installed(path: tuple[str, ...]) -> tuple[EntryPoint, ...]:  # noqa: ARG001 - what is found depends on it
    """The plugins of this interpreter, looked for once: that reads a file of every distribution."""
    return tuple(entry_points(group=GROUP))


def in_order(gates: Iterable[Gate]) -> tuple[Gate, ...]:
    """Cheapest first; of two that cost the same, by name."""
    return tuple(sorted(gates, key=lambda gate: (gate.cost, gate.id)))


def _loaded(point: EntryPoint) -> Gate:
    found: Any = point.load()
    gate = found() if isinstance(found, type) else found
    missing = [name for name in _METHODS if not callable(getattr(gate, name, None))]
    if missing:
        raise TypeError(f"it is no gate: it has no {', '.join(missing)}")
    if not isinstance(getattr(gate, "id", None), str) or not is_gate_id(gate.id) or gate.id != point.name:
        raise TypeError(f"its id has to be the name of its entry point, {point.name!r}, in lower case and dashes")
    if not isinstance(getattr(gate, "description", None), str) or not gate.description.strip():
        raise TypeError("it does not say what it checks")
    _refuse_types(gate)
    return cast("Gate", gate)


def _refuse_types(gate: Any) -> None:
    cost, runs = getattr(gate, "cost", None), getattr(gate, "runs", None)
    if isinstance(cost, bool) or not isinstance(cost, int | float) or not 0 <= cost < float("inf"):
        raise TypeError("its cost is no number of seconds")
    if isinstance(runs, bool) or not isinstance(runs, int) or runs < 0:
        raise TypeError("its runs are no number")
    if not isinstance(getattr(gate, "runs_code", None), bool):
        raise TypeError("it does not say whether it runs code of the project (runs_code)")


def _refuse_taken(name: str, gates: Sequence[str] | dict[str, Gate], settings: Settings) -> None:
    if name in gates:
        raise ValueError("another gate has this name")
    if name in settings.gates.commands:
        raise ValueError("a command of the settings has this name")
