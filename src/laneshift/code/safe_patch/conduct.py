"""What a function, class or module that was there does now and did not, and does no more. Pure.

It is a list of what may be: a log, a value under a new name, a condition that only tells what is wrong. Whatever else
comes into something that was there changes what it does, and goes to a person.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from laneshift.code.safe_patch.calls import call_of
from laneshift.code.safe_patch.outline import definitions, walk
from laneshift.code.safe_patch.pure import is_check, is_log, is_pure, is_refusal
from laneshift.code.safe_patch.records import Finding
from laneshift.code.safe_patch.stated import Stated, gone, placed
from laneshift.code.type_forms import TYPE_ALIASES

_LOST = {
    **dict.fromkeys(("For", "AsyncFor", "While"), ("condition-changed", "a loop")),
    "Match": ("condition-changed", "a `match`"),
    **dict.fromkeys(("Break", "Continue"), ("condition-changed", "a way out of a loop")),
    **dict.fromkeys(("Try", "TryStar"), ("handlers-changed", "a `try`")),
    **dict.fromkeys(("Global", "Nonlocal"), ("rebound", "what says whose name it is")),
}
_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)


def conduct_findings(path: str, before: ast.Module, after: ast.Module) -> Iterator[Finding]:
    """Statements of what was there that went and may not, and that came and may not."""
    lost, came = gone(before, after), gone(after, before)
    yield from _lost(path, before, after, lost)
    known = {*definitions(before), *([""] if before.body else [])}
    went = {found.scope: "" for found in lost}
    for found, node in placed(before):
        if found in lost:
            went[found.scope] += "".join(map(ast.dump, _heads(node)))
    tests = {name for name, _ in walk(before) if name.rpartition(".")[2].startswith("test")}
    for found, node in placed(after):
        if found in came and found.scope in known:
            yield from _came(path, found, node, went.get(found.scope, ""), in_test=found.scope in tests)
    yield from _moved(path, before, after)
    yield from _elsewhere(path, before, after, lost, came)


def _lost(path: str, before: ast.Module, after: ast.Module, lost: Counter[Stated]) -> Iterator[Finding]:
    checks = Counter(found.scope + ast.dump(node) for found, node in placed(after) if _is_check(node))
    for found, node in placed(before):
        if found not in lost:
            continue
        where = found.scope or "the module"
        if found.kind in _LOST:
            check, what = _LOST[found.kind]
            yield Finding(check, path, 0, f"{what} of {where} is gone or another")
        elif isinstance(node, ast.Expr) and any(isinstance(each, ast.Yield | ast.YieldFrom) for each in ast.walk(node)):
            yield Finding("result-changed", path, 0, f"{where} no longer yields what it did")
        elif _is_check(node) and not checks[found.scope + ast.dump(node)]:
            yield Finding("check-lost", path, 0, f"a check of {where} is gone: {ast.unparse(node)[:60]}")


def _came(path: str, found: Stated, node: ast.stmt, went: str, *, in_test: bool) -> Iterator[Finding]:
    where = found.scope or "the module"
    said = f"`{ast.unparse(node).splitlines()[0][:60]}`"
    if isinstance(node, (ast.Break, ast.Continue)):
        yield Finding("exit-added", path, node.lineno, f"{where} leaves a loop in one more place")
    elif isinstance(node, (ast.Try, ast.TryStar)):
        if found.scope or not _is_optional_import(node):
            yield Finding("handlers-changed", path, node.lineno, f"{where} has a `try` that it had not")
    elif isinstance(node, ast.Raise):
        if in_test:
            yield Finding("test-weakened", path, node.lineno, f"{where} ends before it has checked: {said}")
        elif not is_refusal(node):
            yield Finding("exit-added", path, node.lineno, f"{where} may end with {said}")
    elif found.scope and not (_may_come(node) or _was_there(node, went)):
        yield Finding("side-effect-added", path, node.lineno, f"{where} now does {said}")
    elif not found.scope and isinstance(node, (ast.For, ast.While, ast.With)):
        yield Finding("runs-at-import", path, node.lineno, f"{said} runs at import")


def _may_come(node: ast.stmt) -> bool:
    """Whether a statement may come into a function or class; calls, returns and bindings are judged by others too."""
    if isinstance(node, (ast.If, ast.Assert)):
        return is_pure(node.test)
    if isinstance(node, ast.Expr):
        return call_of(node) is not None or is_pure(node.value)
    if isinstance(node, _ASSIGNMENTS):
        return is_pure(node.value)
    return isinstance(node, (ast.Return, ast.Delete, *TYPE_ALIASES))


def _is_optional_import(node: ast.Try | ast.TryStar) -> bool:
    """Whether a `try` holds imports, with other imports or plain values where they fail. Names are judged as such."""
    instead = [each for handler in node.handlers for each in handler.body]
    missing = [ast.unparse(handler.type) if handler.type else "" for handler in node.handlers]
    return (
        not node.finalbody
        and all(isinstance(each, (ast.Import, ast.ImportFrom)) for each in (*node.body, *node.orelse))
        and all(
            isinstance(each, (ast.Import, ast.ImportFrom, ast.Pass))
            or (isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant))
            for each in instead
        )
        and set(missing) <= {"ImportError", "ModuleNotFoundError"}
    )


def _was_there(node: ast.stmt, went: str) -> bool:
    """Whether everything that an assignment calls was called by statements that are gone."""
    calls = [each for each in ast.walk(node) if isinstance(each, (ast.Call, ast.Await))]
    return isinstance(node, _ASSIGNMENTS) and all(is_pure(call) or ast.dump(call) in went for call in calls)


def _heads(node: ast.stmt) -> Iterator[ast.expr]:
    """The expressions of a statement by itself, without the statements in it."""
    return (each for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr))


def _is_check(node: ast.stmt) -> bool:
    call = call_of(node)
    return call is not None and is_check(call) and not is_log(call)


def _moved(path: str, before: ast.Module, after: ast.Module) -> Iterator[Finding]:
    """Definitions that stand under another condition."""
    old, new = dict(_under(before, "", ())), dict(_under(after, "", ()))
    for name, conditions in old.items():
        if name in new and new[name] != conditions:
            yield Finding("condition-changed", path, 0, f"{name} is defined under another condition")


def _under(tree: ast.AST, scope: str, around: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for field, value in ast.iter_fields(tree):
        for node in value if isinstance(value, list) else ():
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                name = f"{scope}.{node.name}".strip(".")
                yield name, around
                yield from _under(node, name, ())
            elif isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case)):
                test = getattr(node, "test", None)
                said = f"{type(node).__name__} {ast.dump(test) if test is not None else ''}"
                yield from _under(node, scope, (*around, f"{field} {said}"))


def _elsewhere(
    path: str, before: ast.Module, after: ast.Module, lost: Counter[Stated], came: Counter[Stated]
) -> Iterator[Finding]:
    """The same value, given to something else."""
    now: dict[tuple[str, str], set[str]] = {}
    for found, node in placed(after):
        if found in came and (value := _value(node)):
            now.setdefault((found.scope, value), set()).add(_target(node))
    for found, node in placed(before):
        told = now.get((found.scope, _value(node)), set()) if found in lost else set()
        if told and _target(node) not in told:
            where = found.scope or "the module"
            yield Finding("value-changed", path, 0, f"what {where} gave to {_target(node)[:60]} goes elsewhere")
    texts = {(found.scope, found.kind, found.text) for found in came}
    for found in lost:
        if found.kind in ("Expr", "Assign", "AugAssign") and (found.scope, found.kind, found.text) in texts:
            where = found.scope or "the module"
            yield Finding("condition-changed", path, 0, f"a statement of {where} stands under another condition")


def _value(node: ast.stmt) -> str:
    value = node.value if isinstance(node, _ASSIGNMENTS) else None
    return ast.dump(value) if value is not None else ""


def _target(node: ast.stmt) -> str:
    if isinstance(node, ast.Assign):
        return ", ".join(ast.unparse(each) for each in node.targets)
    return ast.unparse(node.target) if isinstance(node, (ast.AnnAssign, ast.AugAssign)) else ""
