"""Which statements a change takes away, and which it makes unable to run. Pure."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from laneshift.code.safe_patch.outline import walk
from laneshift.code.safe_patch.records import Finding
from laneshift.code.safe_patch.stated import gone, stated

_ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_GROUPS = {"Try": "TryStar", "TryStar": "Try"}


def statement_findings(path: str, before: ast.Module, after: ast.Module) -> Iterator[Finding]:
    """Statements whose loss or coming is never a matter of number."""
    came = {(each.scope, each.around, each.kind) for each in stated(after) - stated(before)}
    for lost in gone(before, after):
        if (lost.scope, lost.around, _GROUPS.get(lost.kind)) in came:
            where = lost.scope or "the module"
            yield Finding("kind-changed", path, 0, f"a `try` of {where} was for single errors, or for groups of them")
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
    yield from _returns_added(path, before, after)
    yield from _swallowed(path, before, after)


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
