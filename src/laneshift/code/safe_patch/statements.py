"""Which statements a change takes away, and which it makes unable to run. Pure.

A statement is what it says, where it stands: in which definition, under which conditions. One that is put under another
condition is gone from where it was.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from laneshift.code.safe_patch.outline import walk
from laneshift.code.safe_patch.records import Finding

_VALUE = re.compile(
    r"Constant\(value=(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^,()]*(?:\([^)]*\))?)(?:, kind='u')?\)"
    r"|\b(?:Eq|NotEq|Lt|LtE|Gt|GtE|Is|IsNot|In|NotIn|And|Or|Add|Sub|Mult|Div|FloorDiv|Mod|Not|Invert|USub|UAdd)\(\)"
)
_IMPORTS = (ast.Import, ast.ImportFrom)
_ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_BODIES = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})


class Stated(NamedTuple):
    """A statement without what is inside it: the definition and conditions around it, its kind, and its text."""

    scope: str
    around: tuple[str, ...]
    kind: str
    text: str


def stated(tree: ast.Module) -> Counter[Stated]:
    """Every statement but imports, docstrings, `pass` and the heads of definitions, with how often it stands there."""
    return Counter(found for found, _ in _walk(tree.body, "", ()))


def gone(before: ast.Module, after: ast.Module) -> Counter[Stated]:
    """Statements of `before` that `after` does not have."""
    return stated(before) - stated(after)


def statement_findings(path: str, before: ast.Module, after: ast.Module) -> Iterator[Finding]:
    """Statements whose loss or coming is never a matter of number."""
    for lost in gone(before, after):
        if lost.kind in ("Assert", "Raise"):
            yield Finding(
                "check-lost", path, 0, f"a check of {lost.scope or 'the module'} is gone: {lost.kind.lower()}"
            )
        if lost.kind in ("With", "AsyncWith"):
            yield Finding("guard-lost", path, 0, f"a `with` of {lost.scope or 'the module'} is gone or another")
        if lost.kind == "If":
            yield Finding(
                "condition-changed", path, 0, f"a condition of {lost.scope or 'the module'} is not what it was"
            )
        if lost.kind == "Return" and lost.text:
            yield Finding("result-changed", path, 0, f"{lost.scope} no longer returns what it did")
    old = Counter(each for each, _ in _ends(before, ""))
    for each, line in _ends(after, ""):
        if not old[each]:
            yield Finding("cut-short", path, line, f"{each[0] or 'the module'} now ends before its last statement")
    yield from _replaced(path, before, after)
    yield from _returns_added(path, before, after)
    yield from _swallowed(path, before, after)


def _replaced(path: str, before: ast.Module, after: ast.Module) -> Iterator[Finding]:
    """Statements that are the same but for a value or an operator: settings and conditions are for people."""
    came: dict[tuple[str, str], list[str]] = {}
    for new in stated(after) - stated(before):
        came.setdefault((new.scope, _skeleton(new.text)), []).append(new.text)
    for lost in gone(before, after):
        texts = came.get((lost.scope, _skeleton(lost.text)), [])
        if lost.text and any(text != lost.text for text in texts):
            yield Finding(
                "value-changed", path, 0, f"a value or an operator of {lost.scope or 'the module'} is another"
            )


def _returns_added(path: str, before: ast.Module, after: ast.Module) -> Iterator[Finding]:
    """A function that was there leaves in one more place."""
    old, new = _returns(before), _returns(after)
    for scope, (number, line) in new.items():
        if scope in old and number > old[scope][0]:
            yield Finding("exit-added", path, line, f"{scope} leaves in one more place")


def _returns(tree: ast.Module) -> dict[str, tuple[int, int]]:
    """Definitions, with how many returns they have and the line of the first."""
    found: dict[str, tuple[int, int]] = {}
    for name, node in walk(tree):
        inner = [each for _, each in walk(node)]
        lines = [each.lineno for each in ast.walk(node) if isinstance(each, ast.Return)]
        nested = sum(isinstance(each, ast.Return) for one in inner for each in ast.walk(one))
        number, line = found.get(name, (0, lines[0] if lines else node.lineno))
        found[name] = (number + len(lines) - nested, line)
    return found


def _skeleton(text: str) -> str:
    return _VALUE.sub("_", text)


def _walk(body: Sequence[ast.stmt], scope: str, around: tuple[str, ...]) -> Iterator[tuple[Stated, int]]:
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from _walk(node.body, f"{scope}.{node.name}".strip("."), around)
            continue
        if isinstance(node, (*_IMPORTS, ast.Pass)) or _is_text(node):
            continue
        head = _head(node)
        if not _holds_imports_alone(node):
            yield Stated(scope, around, type(node).__name__, head), node.lineno
        for name, inner in _parts(node):
            yield from _walk(inner, scope, (*around, f"{type(node).__name__} {head} {name}"))


def _parts(node: ast.stmt) -> Iterator[tuple[str, Sequence[ast.stmt]]]:
    for name, value in ast.iter_fields(node):
        if name in ("body", "orelse", "finalbody") and isinstance(value, list):
            yield name, value
        elif name == "handlers":
            for handler in value:
                yield f"except {ast.dump(handler.type) if handler.type else ''}", handler.body
        elif name == "cases":
            for case in value:
                yield f"case {ast.dump(case.pattern)}", case.body


def _head(node: ast.stmt) -> str:
    """What a statement says by itself, without the statements in it."""
    if not any(name in _BODIES for name in node._fields):
        return "" if isinstance(node, ast.Return) and node.value is None else ast.dump(node)
    parts = ((name, value) for name, value in ast.iter_fields(node) if name not in _BODIES)
    told = [f"{name}={_dumped(value)}" for name, value in parts]
    if isinstance(node, ast.Try):
        told += [ast.dump(handler.type) if handler.type else "*" for handler in node.handlers]
    return ", ".join(told)


def _dumped(value: object) -> str:
    if isinstance(value, ast.AST):
        return ast.dump(value)
    return "; ".join(_dumped(each) for each in value) if isinstance(value, list) else repr(value)


def _holds_imports_alone(node: ast.stmt) -> bool:
    """An `if` or `try` around imports goes and comes with them."""
    if not isinstance(node, (ast.If, ast.Try)) or (isinstance(node, ast.Try) and node.handlers):
        return False
    inner = [each for _, body in _parts(node) for each in body]
    return bool(inner) and all(isinstance(each, (*_IMPORTS, ast.Pass)) for each in inner)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _ends(tree: ast.AST, scope: str) -> Iterator[tuple[tuple[str, str], int]]:
    """Statements after which something of the same block stands that is never reached, and bodies that never run."""
    for name, value in ast.iter_fields(tree):
        if isinstance(value, list) and name in ("body", "orelse", "finalbody"):
            for at, node in enumerate(value):
                if isinstance(node, _ENDS) and at < len(value) - 1:
                    yield (scope, ast.dump(node)), node.lineno
    if isinstance(tree, (ast.If, ast.While)) and _is_decided(tree.test):
        yield (scope, ast.dump(tree.test)), tree.lineno
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from _ends(child, f"{scope}.{child.name}".strip("."))
        else:
            yield from _ends(child, scope)


def _is_decided(test: ast.expr) -> bool:
    """Whether a condition comes out the same always."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _is_decided(test.operand)
    if isinstance(test, ast.BoolOp):
        return any(_is_decided(value) for value in test.values)
    if isinstance(test, ast.Compare):
        return all(isinstance(each, ast.Constant) for each in (test.left, *test.comparators))
    return isinstance(test, (ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.JoinedStr))


def _swallowed(path: str, before: ast.Module, after: ast.Module) -> Iterator[Finding]:
    """Handlers that catch everything, and suppressions, where there were fewer."""
    old = Counter(text for text, _ in _broad(before))
    new = Counter(text for text, _ in _broad(after))
    for text, line in _broad(after):
        if new[text] > old[text]:
            yield Finding("errors-swallowed", path, line, f"{text} is new: it hides errors")
            return


def _broad(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and not _raises(node):
            names = {each.id for each in ast.walk(node.type) if isinstance(each, ast.Name)} if node.type else {"all"}
            if names & {"all", "Exception", "BaseException"}:
                yield f"except {'/'.join(sorted(names))}", node.lineno
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
            yield "suppress", node.lineno


def _raises(node: ast.ExceptHandler) -> bool:
    return any(isinstance(each, ast.Raise) for each in ast.walk(node))
