"""Whether what a contract declares is in the code, with that signature."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from laneshift.errors import Fault
from laneshift.manifests.contracts.form import Contract, Function
from laneshift.manifests.contracts.meaning import meant
from laneshift.manifests.contracts.signature import (
    Signature,
    SignatureError,
    breaks,
    of,
    of_method,
    read,
    without,
)
from laneshift.manifests.contracts.sources import Place, Sources

_GONE = "take it out under a new major version"


@dataclass(frozen=True, slots=True)
class Compared:
    """What is wrong, and where the code takes more than the contract says, which is no fault."""

    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]


def compared(sources: Sources, contract: Contract, path: str) -> Compared:
    """The declared classes, methods and functions of a contract, held against the code."""
    found = list(_all(sources, contract, path))
    notes = tuple(each for each in found if each.code == "contract.behind")
    return Compared(tuple(each for each in found if each not in notes), notes)


def _all(sources: Sources, contract: Contract, path: str) -> Iterator[Fault]:
    module = contract.module
    declared = contract.public_interface
    names = [*(each.name for each in declared.classes), *(each.name for each in declared.functions)]
    yield from _twice(names, "", path)
    for function in declared.functions:
        place = sources.find(module, function.name)
        if place is None or isinstance(place.node, ast.ClassDef):
            yield _missing(sources, module, "function", function.name, place, path)
        else:
            yield from _signature(function, of(place.node), function.name, path, is_method=False)
    for declared_class in declared.classes:
        place = sources.find(module, declared_class.name)
        if place is None or not isinstance(place.node, ast.ClassDef):
            yield _missing(sources, module, "class", declared_class.name, place, path)
            continue
        yield from _twice((each.name for each in declared_class.methods), f"{declared_class.name}.", path)
        for method in declared_class.methods:
            yield from _method(sources, place, declared_class.name, method, path)


def _method(sources: Sources, place: Place, owner: str, method: Function, path: str) -> Iterator[Fault]:
    node = sources.method(place, method.name)
    named = f"{owner}.{method.name}"
    if node is not None:
        yield from _signature(method, of_method(node), named, path, is_method=True)
        return
    own = [each.name for each in ast.walk(place.node) if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))]
    outer = sources.outer_bases(place)
    why = f"; what it has from {', '.join(outer)} is not in this repository" if outer else ""
    what = f"declares method {named}, which is not in the code{why}"
    yield Fault("contract.no-such-method", path, what, meant(method.name, own, _GONE))


def _signature(declared: Function, actual: Signature, named: str, path: str, *, is_method: bool) -> Iterator[Fault]:
    try:
        wanted = read(declared.signature, is_async=declared.is_async, is_method=is_method)
    except SignatureError as error:
        yield Fault("contract.bad-signature", path, f"{named}: {error}", f"the code has {actual}")
        return
    problems = breaks(wanted, actual)
    if problems and is_method and not breaks(without(wanted, "cls"), actual):
        return
    if problems:
        what = f"{named}{wanted} is {actual} in the code: {'; '.join(problems)}"
        yield Fault("contract.signature", path, what, "mend the code, or declare what it is under a new major")
    elif str(wanted) != str(actual) and breaks(actual, wanted):
        yield Fault("contract.behind", path, f"{named} takes more than it declares: {actual}", "declare it too")


def _missing(sources: Sources, module: str, kind: str, name: str, place: Place | None, path: str) -> Fault:
    if place is not None:
        other = "class" if isinstance(place.node, ast.ClassDef) else "function"
        return Fault(f"contract.no-such-{kind}", path, f"declares {kind} {name}, which is a {other} in the code")
    if sources.bindings(module) is None:
        what = f"declares {kind} {name}, and the code of {module} cannot be read"
        return Fault("contract.no-code", path, what)
    what = f"declares {kind} {name}, which is not in {module}"
    return Fault(f"contract.no-such-{kind}", path, what, meant(name, sources.names(module), _GONE))


def _twice(names: Iterable[str], owner: str, path: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield Fault("contract.twice", path, f"declares {owner}{name} twice", "keep one of them")
        seen.add(name)
