"""What runs after a change and did not before: calls for their effect, and whatever runs at import. Pure."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

from laneshift.code.safe_patch.imports import called
from laneshift.code.safe_patch.outline import definitions
from laneshift.code.safe_patch.records import Finding
from laneshift.code.safe_patch.stated import Stated, placed

_LOGS = re.compile(r"(?:self\.|cls\.)?_*(?:log|logger|logging|warnings)\.\w+", re.IGNORECASE)
_PLAIN_CALLS = frozenset({"len", "str", "repr", "type", "sorted", "list", "tuple", "int", "float", "bool"})
_MADE = frozenset(
    {
        "getLogger", "get_logger", "frozenset", "set", "dict", "list", "tuple", "str", "int", "float", "bool", "bytes",
        "len", "min", "max", "sum", "range", "sorted", "object", "namedtuple", "field", "auto", "cast", "timedelta",
        "date", "datetime", "compile",
    }
)  # fmt: skip
"""Calls that only make a value. So do names in CapWords, which classes have."""
_WRAPPERS = frozenset(
    {
        "dataclass", "overload", "override", "final", "property", "staticmethod", "classmethod", "abstractmethod",
        "cached_property", "lru_cache", "cache", "wraps", "contextmanager", "asynccontextmanager", "total_ordering",
        "runtime_checkable", "singledispatch", "setter", "getter", "deleter", "fixture", "parametrize",
    }
)  # fmt: skip
_CAPITAL = re.compile(r"_*[A-Z]\w*")


def added_findings(path: str, before: ast.Module, after: ast.Module) -> Iterator[Finding]:
    """New calls for their effect in functions that were there, and new calls at import."""
    yield from _effects(path, before, after)
    old = Counter(text for text, _ in _at_import(before))
    new: Counter[str] = Counter()
    for text, line in _at_import(after):
        new[text] += 1
        if new[text] > old[text]:
            yield Finding("runs-at-import", path, line, f"`{text[:60]}` runs at import")


def _effects(path: str, before: ast.Module, after: ast.Module) -> Iterator[Finding]:
    known = {*definitions(before)}
    lost = Counter(found for found, _ in placed(before)) - Counter(found for found, _ in placed(after))
    went = Counter(each for node in _calls(before, lost) for each in [_rearranged(node)])
    came = Counter(found for found, _ in placed(after)) - Counter(found for found, _ in placed(before))
    for found, node in placed(after):
        call = _call_of(node)
        if call is None or found not in came or found.scope not in known or _is_log(call):
            continue
        if went[_rearranged(call)]:
            continue
        yield Finding("side-effect-added", path, call.lineno, f"{found.scope} now calls `{ast.unparse(call)[:60]}`")


def _calls(tree: ast.Module, wanted: Counter[Stated]) -> Iterator[ast.Call]:
    for found, node in placed(tree):
        call = _call_of(node)
        if call is not None and found in wanted:
            yield call


def _call_of(node: ast.stmt) -> ast.Call | None:
    """The call that a statement is, awaited or not."""
    if not isinstance(node, ast.Expr):
        return None
    value = node.value.value if isinstance(node.value, ast.Await) else node.value
    return value if isinstance(value, ast.Call) else None


def _rearranged(call: ast.Call) -> tuple[str, tuple[str, ...]]:
    """A call apart from whether its arguments are given by place or by name."""
    values = [ast.dump(each) for each in (*call.args, *(word.value for word in call.keywords))]
    return ast.dump(call.func), tuple(sorted(values))


def _is_log(call: ast.Call) -> bool:
    """Whether a call logs, and does nothing else on the way."""
    if not _LOGS.fullmatch(ast.unparse(call.func)):
        return False
    inner = [node for each in (*call.args, *(word.value for word in call.keywords)) for node in ast.walk(each)]
    if any(isinstance(node, (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)) for node in inner):
        return False
    return all(called(node) in _PLAIN_CALLS for node in inner if isinstance(node, ast.Call))


def _at_import(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Calls that are made when the module is imported, but for those that make a value or wrap a definition."""
    for node, is_decorator in _top(tree, decorator=False):
        name = called(node) if isinstance(node, ast.Call) else _last(node)
        text = ast.unparse(node)
        if is_decorator:
            if name not in _WRAPPERS and not text.startswith("pytest.mark."):
                yield f"@{text}", getattr(node, "lineno", 0)
        elif isinstance(node, ast.Call) and name not in _MADE | _WRAPPERS and not _CAPITAL.fullmatch(name):
            yield text, node.lineno


def _top(tree: ast.AST, *, decorator: bool) -> Iterator[tuple[ast.expr, bool]]:
    """Every expression that is evaluated at import, and whether it is a decorator: not what is inside functions."""
    if isinstance(tree, ast.expr):
        yield tree, decorator
    if isinstance(tree, (ast.FunctionDef, ast.AsyncFunctionDef)):
        defaults = [*tree.args.defaults, *(each for each in tree.args.kw_defaults if each is not None)]
        for wrapper in tree.decorator_list:
            yield from _top(wrapper, decorator=True)
        for default in defaults:
            yield from _top(default, decorator=False)
        return
    if isinstance(tree, ast.Lambda):
        return
    wrappers = tree.decorator_list if isinstance(tree, ast.ClassDef) else []
    for child in ast.iter_child_nodes(tree):
        yield from _top(child, decorator=child in wrappers)


def _last(node: ast.expr) -> str:
    """The last part of a dotted name; empty for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
