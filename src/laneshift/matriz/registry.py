"""The one door by which nodes come in: those that ship with laneshift, and plugins.

A node is an entry point of the group `laneshift.nodes`. What it names is called with what nodes may know, and gives
the node. One that cannot be loaded stops the start: an answer must not be poorer without anybody knowing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint
from typing import Any, cast

from pydantic import BaseModel

from laneshift.config.plugins import in_name_order, installed, loaded, own
from laneshift.errors import Refused
from laneshift.matriz.node import AnyNode, Kind, Output

GROUP = "laneshift.nodes"
_CODE = "matriz.bad-node"
_BUILT_IN = ("parse-intent", "retrieve", "facts", "math", "compare", "risk", "plan", "validate", "explain")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,47}\Z")

SHIPPED = own(GROUP, "laneshift.matriz.nodes", _BUILT_IN)


def nodes_of(
    knows: object, shipped: Iterable[EntryPoint] = SHIPPED, plugins: Iterable[EntryPoint] | None = None
) -> Mapping[str, AnyNode]:
    """Every node by its name, in the order of names. `plugins` None are those that are installed.

    Raises `Refused` (`matriz.bad-node`) with every one that cannot be loaded, is no node, or takes a name that is
    taken.
    """
    others = installed(GROUP) if plugins is None else in_name_order(plugins)
    nodes, faults = loaded((*shipped, *others), lambda point: _loaded(point, knows), _CODE, "node")
    if faults:
        raise Refused(
            _CODE,
            f"{len(faults)} node(s) cannot be loaded: {faults[0].where}: {faults[0].what}",
            why="without them answers would be poorer than they look",
            cure="mend or uninstall the distribution that brings them",
            faults=faults,
        )
    return dict(sorted(nodes.items()))


def _loaded(point: EntryPoint, knows: object) -> AnyNode:
    node: Any = point.load()(knows)
    if getattr(node, "name", None) != point.name or _NAME.match(point.name) is None:
        raise TypeError(f"its name has to be that of its entry point, {point.name!r}, in small letters and dashes")
    if not callable(getattr(node, "run", None)):
        raise TypeError("it is no node: it cannot be run")
    if not isinstance(getattr(node, "kind", None), Kind):
        raise TypeError(f"its kind is none of {', '.join(Kind)}")
    _refuse_model(node, "takes", BaseModel)
    _refuse_model(node, "gives", Output)
    _refuse_number(node, "cost", "milliseconds", at_least=0)
    _refuse_number(node, "timeout", "seconds", at_least=math.ulp(0))
    return cast("AnyNode", node)


def _refuse_model(node: Any, name: str, base: type[BaseModel]) -> None:
    model = getattr(node, name, None)
    if not (isinstance(model, type) and issubclass(model, base)):
        raise TypeError(f"what it {name} is no {base.__name__}")


def _refuse_number(node: Any, name: str, unit: str, *, at_least: float) -> None:
    number = getattr(node, name, None)
    if isinstance(number, bool) or not isinstance(number, int | float) or not at_least <= number < math.inf:
        raise TypeError(f"its {name} is no number of {unit}")
