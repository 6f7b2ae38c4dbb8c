"""Statements that became others: another value, another order, the same subject. Pure."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

from laneshift.code.safe_patch.calls import call_of, same_call
from laneshift.code.safe_patch.records import Finding
from laneshift.code.safe_patch.stated import Stated, gone, placed, stated
from laneshift.code.type_forms import TYPE_ALIASES, alias_target, type_parameters

_VALUE = re.compile(
    r"Constant\(value=(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^,()]*(?:\([^)]*\))?)(?:, kind='u')?\)"
    r"|\b(?:Eq|NotEq|Lt|LtE|Gt|GtE|Is|IsNot|In|NotIn|And|Or|Add|Sub|Mult|Div|FloorDiv|Mod|Not|Invert|USub|UAdd)\(\)"
)
_EXPORTS = re.compile(r"(?:Assign\(targets=\[|AnnAssign\(target=|AugAssign\(target=)Name\(id='__all__'")
_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)


def replaced_findings(path: str, before: ast.Module, after: ast.Module) -> Iterator[Finding]:
    """Values and operators that are others, subjects that are given something else, statements in another order."""
    yield from _replaced(path, before, after)
    yield from _given(path, before, after)
    yield from _reordered(path, before, after)


def _replaced(path: str, before: ast.Module, after: ast.Module) -> Iterator[Finding]:
    """Statements that are the same but for a value or an operator: settings and conditions are for people."""
    came: dict[tuple[str, str], list[str]] = {}
    for new in stated(after) - stated(before):
        came.setdefault((new.scope, _skeleton(new.text)), []).append(new.text)
    for lost in gone(before, after):
        texts = came.get((lost.scope, _skeleton(lost.text)), [])
        if lost.text and not _EXPORTS.match(lost.text) and any(text != lost.text for text in texts):
            yield Finding(
                "value-changed", path, 0, f"a value or an operator of {lost.scope or 'the module'} is another"
            )


def _given(path: str, before: ast.Module, after: ast.Module) -> Iterator[Finding]:
    """Assignments to what was assigned before, and calls of what was called before, with something else."""
    lost, came = gone(before, after), stated(after) - stated(before)
    now: dict[tuple[str, str], list[ast.stmt]] = {}
    for found, node in placed(after):
        if found in came and (subject := _subject(node)):
            now.setdefault((found.scope, subject), []).append(node)
    for found, node in placed(before):
        if found in lost and (subject := _subject(node)):
            others = now.get((found.scope, subject), [])
            if any(not same_call(other, node) and _values(other) != _values(node) for other in others):
                where = found.scope or "the module"
                yield Finding("value-changed", path, others[0].lineno, f"{subject[:60]} of {where} is given otherwise")


def _reordered(path: str, before: ast.Module, after: ast.Module) -> Iterator[Finding]:
    old, new = _sequences(before), _sequences(after)
    for scope, sequence in old.items():
        others = new.get(scope, [])
        counts, now = Counter(sequence), Counter(others)
        kept = {each for each, count in counts.items() if now[each] == count}
        if [each for each in sequence if each in kept] != [each for each in others if each in kept]:
            yield Finding("order-changed", path, 0, f"statements of {scope or 'the module'} stand in another order")


def _sequences(tree: ast.Module) -> dict[str, list[Stated]]:
    found: dict[str, list[Stated]] = {}
    for each, _ in placed(tree):
        found.setdefault(each.scope, []).append(each)
    return found


def _subject(node: ast.stmt) -> str:
    """What is assigned or called; empty for other statements, and for `__all__`, which has a check of its own."""
    if isinstance(node, _ASSIGNMENTS):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        text = ", ".join(ast.unparse(target) for target in targets)
        return "" if text == "__all__" else text
    if (alias := alias_target(node)) is not None:
        return alias.id
    call = call_of(node)
    return "" if call is None else f"{ast.unparse(call.func)}()"


def _values(node: ast.stmt) -> tuple[str, ...]:
    """What is given: the value, the operator, and what makes an alias of a type."""
    value = getattr(node, "value", None)
    operator = ast.dump(node.op) if isinstance(node, ast.AugAssign) else ""
    # `X = int` is a class, `type X = int` is none.
    types = ["type", *map(ast.dump, type_parameters(node))] if isinstance(node, TYPE_ALIASES) else []
    return (ast.dump(value) if isinstance(value, ast.AST) else "", operator, *types)


def _skeleton(text: str) -> str:
    return _VALUE.sub("_", text)
