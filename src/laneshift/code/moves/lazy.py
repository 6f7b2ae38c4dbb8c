"""Tables by which a package loads names when they are asked for: `lazy_loader.attach`, or a `__getattr__` of its own.

A table of `attach` is rewritten where the module stays below the package, since `attach` says what its arguments mean.
Any other bare name says nothing of what the package does with it, and is reported.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from laneshift.code.moves.exports import sets_all
from laneshift.code.moves.frame import Frame
from laneshift.code.moves.literals import inner
from laneshift.code.moves.spans import Source, Span
from laneshift.repo.plain_records import NamedTuple

WORDS = (b"attach(", b"attach_stub(", b"__getattr__")
_ATTACH = ("submodules", "submod_attrs")


class Entry(NamedTuple):
    """One literal of a table. `kind`: a `submodule` or a `key` of `attach`, or in a `table` of unknown meaning."""

    node: ast.Constant
    kind: str


def entries(tree: ast.Module, rest: str) -> Iterator[Entry]:
    """Where the tables of a package name `rest`, a module by its name below the package; not what `__all__` names."""
    known: set[int] = set()
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and _called(call) == "attach" and _is_own_name(call):
            for node, kind in _attached(call):
                known.add(id(node))
                if node.value == rest:
                    yield Entry(node, kind)
    for literal in _literals(tree):
        if literal.value == rest and id(literal) not in known:
            yield Entry(literal, "table")


def stub_call(tree: ast.Module) -> ast.Call | None:
    """The call that reads the package's names from its stub, which may name nothing outside the package."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return next((call for call in calls if _called(call) == "attach_stub"), None)


def renamed_entry(entry: Entry, package: str, frame: Frame) -> str | None:
    """What the literal says after the move; None where the table cannot say it."""
    below = f"{package}."
    if not frame.new.startswith(below):
        return None
    rest = frame.new[len(below) :]
    if entry.kind == "key" or (entry.kind == "submodule" and "." not in rest):
        return rest
    return None


def lazy_spans(source: Source, tree: ast.Module, frame: Frame) -> Iterator[Span]:
    """The edits in the tables of a package above the moved module."""
    package = frame.package_before
    for entry in entries(tree, frame.old[len(package) + 1 :]):
        new, place = renamed_entry(entry, package, frame), inner(source, entry.node)
        if new is not None and place is not None:
            yield Span(*place, new.encode("utf-8", "surrogateescape"), "lazy-table")


def holds_tables(data: bytes, frame: Frame) -> bool:
    """Whether a file is that of a package above the moved module and may hold such tables."""
    above = frame.is_init and frame.package_before != "" and frame.old.startswith(f"{frame.package_before}.")
    return above and any(word in data for word in WORDS)


def _called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _is_own_name(call: ast.Call) -> bool:
    return bool(call.args) and isinstance(call.args[0], ast.Name) and call.args[0].id == "__name__"


def _attached(call: ast.Call) -> Iterator[tuple[ast.Constant, str]]:
    """The literals in the tables of a call of `attach`."""
    tables = dict(zip(_ATTACH, call.args[1:], strict=False))
    tables |= {each.arg: each.value for each in call.keywords if each.arg in _ATTACH}
    submodules, attributes = (tables.get(name) for name in _ATTACH)
    if isinstance(submodules, ast.List | ast.Tuple | ast.Set):
        yield from ((node, "submodule") for node in submodules.elts if isinstance(node, ast.Constant))
    if isinstance(attributes, ast.Dict):
        yield from ((node, "key") for node in attributes.keys if isinstance(node, ast.Constant))


def _literals(tree: ast.Module) -> Iterator[ast.Constant]:
    """The literals that stand in a collection or in a comparison, outside `__all__`."""
    waiting: list[ast.AST] = [node for node in tree.body if not sets_all(node)]
    while waiting:
        node = waiting.pop()
        children = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict | ast.Compare | ast.MatchValue):
            yield from (each for each in children if isinstance(each, ast.Constant))
        waiting += children
