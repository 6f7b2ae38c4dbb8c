"""One file isolated: its imports of the lane go, and what uses their names gets them when it runs. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from laneshift.code.codemods.isolate import lazy, lazy_call, provider
from laneshift.code.codemods.isolate.bindings import (
    Bound,
    Odd,
    bindings,
    concerns,
    is_below,
    is_type_checking,
    target_of,
)
from laneshift.code.codemods.isolate.placing import binding, place, removal
from laneshift.code.codemods.isolate.uses import Finder, Uses
from laneshift.code.moves.spans import Source, Span, apply, newline_of, parse, read_source

MODES = ("lazy", "lazy-call", "provider")


@dataclass(frozen=True, slots=True)
class Way:
    """How a file is isolated: the lane, the mode, the module's own name and package, and the registry's name."""

    lane: str
    mode: str
    module: str
    package: str
    registry: str = ""


@dataclass(frozen=True)
class Isolated:
    """The file afterwards: its bytes, the spans that were replaced, and the names that it now gets when it runs."""

    data: bytes
    source: Source
    spans: tuple[Span, ...]
    names: tuple[Bound, ...] = ()
    offered: tuple[str, ...] = field(default=())


def isolate(raw: bytes, way: Way) -> Isolated | None:
    """The file isolated; None where it imports nothing of the lane when it is imported. Raises `Odd` otherwise."""
    source = read_source(raw)
    tree = parse(source)
    if tree is None:
        raise Odd("unreadable", 0, "this Python cannot read the file")
    found = bindings(tree, way.lane, way.package)
    inside = list(_in_functions(tree, way)) if way.mode == "provider" else []
    if not found and not inside:
        return None
    uses = _uses(tree, found, way)
    _refuse(tree, found, uses, way)
    spans = [*_removals(tree, found, uses, way, source), *_functions(found, uses, way, source)]
    spans += [_replaced(node, bound, way, source, alone=not found) for node, bound in inside]
    _refuse_overlaps(spans, source)
    if way.mode == "lazy":
        spans.append(Span(len(source.data), len(source.data), _ending(found, source), "lazy"))
    data = apply(source.data, spans)
    if parse(Source(data)) is None:
        raise Odd("unreadable", 0, "the file would not be Python any more")
    provided = tuple(found.values()) + tuple(bound for _, bound in inside)
    offered = tuple(sorted(found)) if way.mode == "lazy" else ()
    return Isolated(source.restore(data), source, tuple(spans), provided, offered)


def _uses(tree: ast.Module, found: Mapping[str, Bound], way: Way) -> Mapping[str, Uses]:
    shared = {bound.name: way.lane for bound in found.values() if bound.whole and "." in way.lane}
    aside = [node for bound in found.values() for node in bound.nodes]
    return Finder(tree, tuple(found), shared, aside).found


def _refuse(tree: ast.Module, found: Mapping[str, Bound], uses: Mapping[str, Uses], way: Way) -> None:
    """What keeps the whole file as it is."""
    taken = {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    if way.mode == "lazy" and taken & lazy.TAKEN:
        raise Odd("own-getattr", 0, f"the module already has a function {min(taken & lazy.TAKEN)}")
    if way.mode == "provider" and any(isinstance(n, ast.Name) and n.id == "provided" for n in ast.walk(tree)):
        raise Odd("name-taken", 0, "the module already uses the name `provided`")
    for name, bound in found.items():
        line = bound.nodes[0].lineno
        if way.mode == "provider" and isinstance(bound.nodes[0], ast.Try):
            raise Odd("conditional-import", line, "a registry cannot tell the absence of the lane as the `try` does")
        if not uses[name].inside and not uses[name].annotated and (way.mode != "lazy" or bound.whole):
            why = f"nothing here uses `{name}`: it is imported for others, or for what the import does"
            raise Odd("unused-import", line, why)
        if uses[name].apart and name not in _elsewhere(tree, way):
            raise Odd("shared-name", line, f"`{name}` is used for more than the lane, and no other import binds it")


def _elsewhere(tree: ast.Module, way: Way) -> set[str]:
    """Names that imports bind which do not name the lane."""
    names = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            kept = [alias for alias in node.names if not is_below(alias.name, way.lane)]
            names |= {alias.asname or alias.name.partition(".")[0] for alias in kept}
    return names


def _removals(
    tree: ast.Module, found: Mapping[str, Bound], uses: Mapping[str, Uses], way: Way, source: Source
) -> Iterator[Span]:
    """The imports go; for names in annotations, one for type checkers alone stands in their place."""
    nodes = {id(node): node for bound in found.values() for node in bound.nodes}
    end = newline_of(source.data)
    known = [node.lineno for node in tree.body if _binds_type_checking(node)]
    accessor = [provider.accessor(way.registry)] if way.mode == "provider" else []
    for node in sorted(nodes.values(), key=lambda each: (each.lineno, each.col_offset)):
        names = [bound for bound in found.values() if any(each is node for each in bound.nodes)]
        span = removal(node, _kept(node, way), source)
        shown = [text for bound in names if uses[bound.name].annotated for text in bound.texts if "\n" not in text]
        lines = [*accessor, *_shown(shown, typed=any(line < node.lineno for line in known))]
        accessor, known = [], [*known, *([node.lineno] if shown else [])]
        yield Span(span.start, span.end, b"".join(text.encode() + end for text in lines) + span.text, span.form)


def _binds_type_checking(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "typing" and "TYPE_CHECKING" in ast.unparse(node)


def _kept(node: ast.stmt, way: Way) -> list[ast.alias]:
    if not isinstance(node, (ast.Import, ast.ImportFrom)):
        return []
    return [alias for alias in node.names if not is_below(target_of(node, alias, way.package), way.lane)]


def _shown(texts: Sequence[str], *, typed: bool) -> Iterator[str]:
    """Imports for type checkers alone. `typed`: whether TYPE_CHECKING is bound already."""
    if texts and not typed:
        yield "from typing import TYPE_CHECKING"
    if texts:
        yield "if TYPE_CHECKING:"
        yield from (f"    {text}" for text in dict.fromkeys(texts))


def _functions(found: Mapping[str, Bound], uses: Mapping[str, Uses], way: Way, source: Source) -> Iterator[Span]:
    """In every function that uses a name, the statement that binds it."""
    for name in sorted(found):
        for function, places in uses[name].inside.items():
            beside = uses[name].beside.get(function, [])
            node = place(function, [*places, *beside], source)
            yield binding(node, _text(found[name], way), source, way.mode)


def _text(bound: Bound, way: Way) -> tuple[str, ...]:
    if way.mode == "lazy":
        return lazy.in_function(bound)
    return lazy_call.in_function(bound) if way.mode == "lazy-call" else provider.in_function(bound, way.module)


def _ending(found: Mapping[str, Bound], source: Source) -> bytes:
    end = newline_of(source.data)
    text = lazy.at_end(found.values()).encode().replace(b"\n", end)
    return text if source.data.endswith((b"\n", b"\r")) or not source.data else end + text


def _in_functions(tree: ast.Module, way: Way) -> Iterator[tuple[ast.stmt, Bound]]:
    """Imports of the lane inside functions, which only a registry has a better way for."""
    functions = (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
    inside = {id(each) for node in functions for each in ast.walk(node)}
    blocks = (node for node in ast.walk(tree) if isinstance(node, ast.If) and is_type_checking(node))
    checked = {id(each) for node in blocks for each in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) not in inside or id(node) in checked or not isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        if not concerns(node, way.lane, way.package):
            continue
        alias = node.names[0]
        package = isinstance(node, ast.Import) and not alias.asname
        if len(node.names) > 1 or alias.name == "*" or package:
            raise Odd("import-in-function", node.lineno, "an import in a function binds several names, or a package")
        yield node, Bound(alias.asname or alias.name, (node,), (ast.unparse(node),), alias.name)


def _replaced(node: ast.stmt, bound: Bound, way: Way, source: Source, *, alone: bool) -> Span:
    """An import in a function, as a question to the registry; `alone`: the module has no accessor at its top."""
    start = source.offset(node.lineno, node.col_offset)
    end = source.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
    [text] = provider.in_function(bound, way.module)
    return Span(start, end, (f"{provider.accessor(way.registry)}; {text}" if alone else text).encode(), "provider")


def _refuse_overlaps(spans: Sequence[Span], source: Source) -> None:
    ordered = sorted(spans)
    for one, other in pairwise(ordered):
        if other.start < one.end:
            raise Odd("several-on-a-line", source.line(other.start), "several imports of the lane stand on one line")
