"""The syntax of a file as a multiset, with imports and dotted names set apart, since those are what a move changes."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from laneshift.code.moves.records import Edit
from laneshift.code.moves.result import MoveResult


@dataclass(frozen=True, slots=True)
class Shape:
    """How often each kind of node, each literal and each dotted name occurs outside import statements."""

    nodes: Counter[str]
    literals: Counter[str]
    chains: Counter[str]


def shape(tree: ast.Module) -> Shape:
    """The shape of a syntax tree."""
    nodes: Counter[str] = Counter()
    literals: Counter[str] = Counter()
    chains: Counter[str] = Counter()
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            continue
        chain = _chain(node)
        if chain is not None:
            chains[chain] += 1
        elif (called := _answer(node)) is not None:
            chains[called[0]] += 1
            nodes[_label(called[1])] += 1
            waiting += ast.iter_child_nodes(called[1])
        elif isinstance(node, ast.Expr) and _answer(node.value) is not None and isinstance(node.value, ast.Call):
            nodes[_label(node)] += 1
            nodes[_label(node.value)] += 1
            waiting += ast.iter_child_nodes(node.value)
        elif isinstance(node, ast.Constant):
            _count_constant(node, nodes, literals)
        else:
            nodes[_label(node)] += 1
            waiting += ast.iter_child_nodes(node)
    return Shape(nodes, literals, chains)


def difference(before: Shape, after: Shape, edits: Iterable[Edit], result: MoveResult) -> Iterator[str]:
    """What differs beyond the renaming, in words."""
    for label in sorted({*(before.nodes - after.nodes), *(after.nodes - before.nodes)}):
        yield f"{label} occurs {before.nodes[label]} times before and {after.nodes[label]} times after"
    replaced = {(edit.before, edit.after) for edit in edits}
    replaced.add((result.old_name, result.new_name))
    yield from _unpaired(before.chains - after.chains, after.chains - before.chains, replaced)
    gone, new = before.literals - after.literals, after.literals - before.literals
    if sum(gone.values()) != sum(new.values()):
        yield f"{sum(gone.values())} literals became {sum(new.values())}"
    last = result.old_name.rpartition(".")[2]
    yield from (f"the literal {text!r} changed without naming {last}" for text in sorted(gone) if last not in text)


def _unpaired(gone: Counter[str], new: Counter[str], replaced: set[tuple[str, str]]) -> Iterator[str]:
    left = Counter(new)
    for chain, count in sorted(gone.items()):
        candidates = [
            after + chain[len(before) :]
            for before, after in replaced
            if chain == before or chain.startswith(f"{before}.")
        ]
        for _ in range(count):
            match = next((each for each in candidates if left[each] > 0), None)
            if match is None:
                yield f"the name {chain} disappeared"
            else:
                left[match] -= 1
    yield from (f"the name {chain} appeared" for chain in sorted(+left))


def _chain(node: ast.AST) -> str | None:
    """A name, or a name with attributes, as dotted text; None for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])


def _answer(node: ast.AST) -> tuple[str, ast.Call] | None:
    """What is read from the top package that `__import__("a.b")` answers with, as a dotted name, and the call."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "__import__"):
        return None
    name = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
    if not isinstance(name, str) or _takes_names(node) or not (parts or "." not in name):
        return None
    return ".".join([name.partition(".")[0], *reversed(parts)]), node


def _takes_names(call: ast.Call) -> bool:
    """Whether a call of `__import__` asks for names, so that the module itself is the answer."""
    several = [*call.args[3:4], *(each.value for each in call.keywords if each.arg in ("fromlist", "level"))]
    return any(not isinstance(each, ast.List | ast.Tuple) or each.elts for each in several)


def _count_constant(node: ast.Constant, nodes: Counter[str], literals: Counter[str]) -> None:
    if isinstance(node.value, str):
        literals[node.value] += 1
    elif isinstance(node.value, bytes):
        literals[node.value.decode("latin-1")] += 1
    else:
        nodes[f"constant {node.value!r}"] += 1


def _label(node: ast.AST) -> str:
    """The kind of a node together with the plain values in it, such as the name of a function or an operator."""
    plain = [str(value) for _, value in ast.iter_fields(node) if isinstance(value, str | int)]
    return " ".join([type(node).__name__, *plain])
