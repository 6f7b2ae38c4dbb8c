"""The one door by which gates come in: those that ship with laneshift, plugins, and commands of the settings.

A plugin is an entry point of the group `laneshift.gates`; what it names is a class that is called without arguments,
or a gate. One that cannot be loaded stops the start: a check that silently is not there would be a pass over nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import EntryPoint
from typing import Any, cast

from laneshift.config import BUILT_IN, Settings, is_gate_id
from laneshift.config.plugins import in_name_order, installed, loaded, own
from laneshift.errors import Refused
from laneshift.gates.command import CommandGate
from laneshift.gates.context import Gate

GROUP = "laneshift.gates"
_CODE = "gates.bad-plugin"

_SHIPPED = own(GROUP, "laneshift.gates", BUILT_IN)
_METHODS = ("applies", "inputs", "check")


def gates_of(settings: Settings, plugins: Iterable[EntryPoint] | None = None) -> tuple[Gate, ...]:
    """Every gate that an item goes through, cheapest first. `plugins` None are those that are installed.

    Raises `Refused` (`gates.bad-plugin`) with every plugin that cannot be loaded, is no gate, or takes a name that is
    taken.
    """
    others = installed(GROUP) if plugins is None else in_name_order(plugins)
    gates, faults = loaded((*_SHIPPED, *others), lambda point: _loaded(point, settings), _CODE, "gate")
    if faults:
        raise Refused(
            _CODE,
            f"{len(faults)} gate(s) cannot be loaded",
            why="without them nothing would be checked by them",
            cure="mend or uninstall the distribution that brings them",
            faults=faults,
        )
    for name, command in settings.gates.commands.items():
        gates[name] = CommandGate(name, command)
    return in_order(gates.values())


def in_order(gates: Iterable[Gate]) -> tuple[Gate, ...]:
    """Cheapest first; of two that cost the same, by name."""
    return tuple(sorted(gates, key=lambda gate: (gate.cost, gate.id)))


def _loaded(point: EntryPoint, settings: Settings) -> Gate:
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
    if gate.id in settings.gates.commands:
        raise ValueError("a command of the settings has this name")
    return cast("Gate", gate)


def _refuse_types(gate: Any) -> None:
    cost, runs = getattr(gate, "cost", None), getattr(gate, "runs", None)
    if isinstance(cost, bool) or not isinstance(cost, int | float) or not 0 <= cost < float("inf"):
        raise TypeError("its cost is no number of seconds")
    if isinstance(runs, bool) or not isinstance(runs, int) or runs < 0:
        raise TypeError("its runs are no number")
    if not isinstance(getattr(gate, "runs_code", None), bool):
        raise TypeError("it does not say whether it runs code of the project (runs_code)")
