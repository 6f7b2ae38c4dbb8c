"""What keeps tests from running or from meaning something: marks, cuts, mocks, hooks, empty assertions. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from laneshift.agents.submitting.tests.outline import Unit, last_name

_SKIPPING = re.compile(r"(?:^|\.)(?:skip\w*|xfail|expectedFailure|SkipTest)\b")
_MARKED = re.compile(r"(?:^|\.)mark\.")
_CUTS = re.compile(r"(?:^|\.)(?:skip|skipTest|xfail|importorskip|exit|_exit|abort|SkipTest)\Z")
_MOCKS = re.compile(
    r"(?:^|\.)(?:patch|patch\.object|patch\.dict|patch\.multiple|setattr|setitem|MagicMock|Mock|AsyncMock|create_autospec)\Z"
)
_GLOBALS = frozenset(
    {"pytestmark", "__test__", "collect_ignore", "collect_ignore_glob", "pytest_plugins", "load_tests", "python_files"}
)
_METHODS = re.compile(
    r"(?:setUp|tearDown|setUpClass|tearDownClass|setUpModule|tearDownModule|setup|teardown|setup_\w+|teardown_\w+|run"
    r"|assert\w*|fail\w*|skipTest|debug|runTest|load_tests|pytest_\w+|__\w+__)\Z"
)


def marking(text: str) -> tuple[str, str] | None:
    """Code and words for a decorator that a test that was there got; None for those that add cases or say a type."""
    if "parametrize" in text.partition("(")[0]:
        return ("test-skipped", "is skipped for some cases") if _SKIPPING.search(text) else None
    if _SKIPPING.search(text.partition("(")[0]):
        return "test-skipped", f"does not count any more: @{text[:60]}"
    if _MARKED.search(text):
        return "test-deselected", f"has a mark that runs may leave out: @{text[:60]}"
    return "test-changed", f"runs inside something else: @{text[:60]}"


def is_cut(node: ast.AST) -> str:
    """How a statement ends a test before its end; empty where it does not."""
    if isinstance(node, (ast.Return, ast.Break, ast.Continue)):
        return "ends before its end"
    if isinstance(node, ast.Raise) and node.exc is not None:
        made = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return "ends before its end" if _CUTS.search(ast.unparse(made)) else ""
    if any(isinstance(each, (ast.Yield, ast.YieldFrom)) for each in _head(node)):
        return "becomes a generator, which nobody runs"
    calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)] if isinstance(node, ast.stmt) else []
    return "is skipped" if any(_CUTS.search(ast.unparse(call.func)) for call in calls) else ""


def is_mock(node: ast.AST) -> str:
    """How a statement puts something in the place of what is tested; empty where it does not."""
    calls = [each for each in _head(node) if isinstance(each, ast.Call)]
    if any(_MOCKS.search(ast.unparse(call.func)) for call in calls):
        return "puts something in the place of what it tests"
    if isinstance(node, ast.Global) or any(isinstance(each, (ast.Attribute, ast.Subscript)) for each in _targets(node)):
        return "changes what belongs to others"
    return ""


def for_all(node: ast.AST, shared: frozenset[str]) -> str:
    """How a statement changes what other tests use as well; empty where it does not. `shared` are the file's names."""
    if isinstance(node, ast.Global) and shared & {*node.names}:
        return "changes what other tests use, and never puts it back"
    roots = {_root(target) for target in _targets(node) if isinstance(target, (ast.Attribute, ast.Subscript))}
    calls = [each for each in _head(node) if isinstance(each, ast.Call) and each.args]
    roots |= {_root(call.args[0]) for call in calls if isinstance(call.func, ast.Name) and call.func.id == "setattr"}
    return "changes what other tests use, and never puts it back" if roots & (shared | {"sys"}) else ""


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, (ast.Assign, ast.Delete)):
        return node.targets
    return [node.target] if isinstance(node, (ast.AnnAssign, ast.AugAssign)) else []


def _root(node: ast.expr) -> str:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _head(node: ast.AST) -> Iterator[ast.AST]:
    """A statement with its expressions, but not the statements inside it."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting += [child for child in ast.iter_child_nodes(here) if not isinstance(child, ast.stmt)]


def empty_assertion(node: ast.AST) -> str:
    """Why an assertion says nothing; empty where it says something."""
    test: ast.expr | None = None
    if isinstance(node, ast.Assert):
        test = node.test
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and node.value.args:
        name = last_name(node.value.func)
        first, second = node.value.args[0], node.value.args[1] if len(node.value.args) > 1 else None
        if name in ("assertTrue", "assert_"):
            test = first
        elif name in ("assertEqual", "assertIs", "assertEquals") and second is not None:
            return "both sides are the same" if ast.dump(first) == ast.dump(second) else ""
    return _always(test) if test is not None else ""


def _always(test: ast.expr) -> str:
    if isinstance(test, ast.Constant) and test.value:
        return "it holds whatever happens"
    if isinstance(test, (ast.Tuple, ast.List, ast.Dict, ast.Set, ast.Lambda, ast.JoinedStr)):
        full = not isinstance(test, (ast.Tuple, ast.List, ast.Set)) or bool(test.elts)
        return "it holds whatever happens" if full else ""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return next((why for part in test.values if (why := _always(part))), "")
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        nothing = isinstance(test.operand, ast.Constant) and not test.operand.value
        return "it holds whatever happens" if nothing else ""
    if (
        isinstance(test, ast.Compare)
        and len(test.ops) == 1
        and isinstance(test.ops[0], (ast.Eq, ast.Is, ast.LtE, ast.GtE))
    ):
        same = ast.dump(test.left) == ast.dump(test.comparators[0])
        calls = any(isinstance(each, ast.Call) for each in ast.walk(test))
        return "both sides are the same" if same and not calls else ""
    return ""


def deselecting(new: Unit, old: Unit | None = None) -> Iterator[tuple[int, str]]:
    """Lines of a file or class that keep tests from being collected, where the old one has none of that name."""
    known = old.binds if old is not None else frozenset()
    for name in sorted(new.binds - known):
        if name in _GLOBALS or (not new.name and name.startswith("pytest_")):
            lines = [each.line for each in new.statements if name in ast.unparse(each.node)]
            yield from ((line, f"{name} decides which tests run") for line in lines[:1])
    for text, node in new.decorators if old is None else ():
        if "fixture" in text and "autouse=True" in text.replace(" ", ""):
            yield node.lineno, f"{new.name} runs around every test"
    if old is None and new.kind == "def" and re.match(r"pytest_\w+\Z", new.name):
        yield new.line, f"{new.name} decides which tests run, or what they come to"


def takes_over(name: str, *, inside: bool) -> str:
    """Why a new definition of this name changes what the tests beside it do; empty where it does not."""
    if name in _GLOBALS or (inside and _METHODS.match(name)) or (not inside and _MODULE.match(name)):
        return "runs around the tests that were there, or in their place"
    return ""


_MODULE = re.compile(r"(?:setUpModule|tearDownModule|setup_\w+|teardown_\w+|pytest_\w+|load_tests|__getattr__)\Z")
