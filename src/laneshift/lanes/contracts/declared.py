"""The contracts that a project declares, each type with its options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from laneshift.lanes.contracts.options import Table, Value
from laneshift.lanes.contracts.terms import (
    Alert,
    BadOption,
    ImportExpression,
    Taken,
    alert,
    boolean,
    import_expression,
    module_expression,
    natural,
    several,
    single,
)

_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Ignored:
    """Imports that a contract looks past, and what to do about an expression that matches none."""

    expressions: tuple[ImportExpression, ...] = ()
    unmatched: Alert = "error"


@dataclass(frozen=True, slots=True)
class Layer:
    """Modules on one level; `independent` ones may not import each other. `optional` ones need not exist."""

    modules: tuple[str, ...]
    optional: frozenset[str]
    independent: bool


@dataclass(frozen=True, slots=True)
class Layers:
    """From the highest to the lowest: a layer may import lower ones."""

    layers: tuple[Layer, ...]
    containers: tuple[str, ...] | None
    exhaustive: bool
    exhaustive_ignores: tuple[str, ...]
    ignored: Ignored


@dataclass(frozen=True, slots=True)
class Forbidden:
    """What one set of modules may not import."""

    sources: tuple[str, ...]
    forbidden: tuple[str, ...]
    allow_indirect: bool
    as_packages: bool
    ignored: Ignored


@dataclass(frozen=True, slots=True)
class Independence:
    """Modules that may not reach each other."""

    modules: tuple[str, ...]
    ignored: Ignored


@dataclass(frozen=True, slots=True)
class Protected:
    """Modules that only some may import directly."""

    protected: tuple[str, ...]
    allowed: tuple[str, ...]
    as_packages: bool
    ignored: Ignored


@dataclass(frozen=True, slots=True)
class AcyclicSiblings:
    """Packages whose children form no circle, down to `depth` levels below."""

    ancestors: tuple[str, ...]
    skipped: tuple[str, ...]
    depth: int
    ignored: Ignored


Contract = Layers | Forbidden | Independence | Protected | AcyclicSiblings


def declared(table: Table) -> Contract:
    """The contract that these options declare. Raises `BadOption` with every fault; the type has to be a known one."""
    kind = single(table.get("type", ""))
    if kind not in _READERS:
        raise BadOption(f"type: {kind!r} is no type of contract")
    taken = Taken(table)
    contract = _READERS[kind](taken)
    taken.finish()
    if isinstance(contract, Layers):
        _check_layers(contract)
    if isinstance(contract, AcyclicSiblings) and set(contract.ancestors) & set(contract.skipped):
        raise BadOption("skip_descendants: names an ancestor")
    return contract


def _ignored(taken: Taken) -> Ignored:
    return Ignored(
        taken.take("ignore_imports", several(import_expression), ()),
        taken.take("unmatched_ignore_imports_alerting", alert, "error"),
    )


def _layers(taken: Taken) -> Layers:
    none: tuple[str, ...] = ()
    containers = taken.take("containers", several(module_expression), none)
    return Layers(
        taken.take("layers", several_in_order(_layer), (), required=True),
        containers or None,
        taken.take("exhaustive", boolean, False),
        taken.take("exhaustive_ignores", several(str), ()),
        _ignored(taken),
    )


def several_in_order(parse: Callable[[str], Layer]) -> Callable[[Value], tuple[Layer, ...]]:
    """A list of layers; one that is repeated stays, so that the repetition is refused."""
    return lambda value: tuple(parse(text) for text in ([value] if isinstance(value, str) else value) if text.strip())


def _layer(text: str) -> Layer:
    if "|" in text and ":" in text:
        raise BadOption(f"{text!r} mixes independent and other modules")
    parts = [part.strip() for part in text.split("|" if "|" in text else ":")]
    bare = [part[1:-1] if part.startswith("(") and part.endswith(")") else part for part in parts]
    if len(set(bare)) < len(bare):
        raise BadOption(f"{text!r} repeats a module")
    optional = frozenset(name for name, part in zip(bare, parts, strict=True) if name != part)
    return Layer(tuple(bare), optional, ":" not in text)


def _check_layers(contract: Layers) -> None:
    names = [name for layer in contract.layers for name in layer.modules]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise BadOption(f"layers: {', '.join(repeated)} in more than one layer")
    if contract.exhaustive and not contract.containers:
        raise BadOption("exhaustive: needs containers")


def _forbidden(taken: Taken) -> Forbidden:
    return Forbidden(
        taken.take("source_modules", several(module_expression), (), required=True),
        taken.take("forbidden_modules", several(module_expression), (), required=True),
        taken.take("allow_indirect_imports", boolean, False),
        taken.take("as_packages", boolean, True),
        _ignored(taken),
    )


def _independence(taken: Taken) -> Independence:
    return Independence(taken.take("modules", several(module_expression), (), required=True), _ignored(taken))


def _protected(taken: Taken) -> Protected:
    return Protected(
        taken.take("protected_modules", several(module_expression), (), required=True),
        taken.take("allowed_importers", several(module_expression), (), required=True),
        taken.take("as_packages", boolean, True),
        _ignored(taken),
    )


def _acyclic(taken: Taken) -> AcyclicSiblings:
    return AcyclicSiblings(
        taken.take("ancestors", several(module_expression), (), required=True),
        taken.take("skip_descendants", several(module_expression), ()),
        taken.take("depth", natural, _DEPTH),
        _ignored(taken),
    )


_READERS: Mapping[str, Callable[[Taken], Contract]] = {
    "layers": _layers,
    "forbidden": _forbidden,
    "independence": _independence,
    "protected": _protected,
    "acyclic_siblings": _acyclic,
}
