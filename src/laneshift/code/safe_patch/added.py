"""What runs after a change and did not before: calls for their effect, and whatever runs at import. Pure."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

from laneshift.code.safe_patch.calls import call_of, same_call
from laneshift.code.safe_patch.imports import called
from laneshift.code.safe_patch.outline import definitions, walk
from laneshift.code.safe_patch.pure import is_log
from laneshift.code.safe_patch.records import Finding
from laneshift.code.safe_patch.stated import gone, placed

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
_MAKERS = frozenset({"__init__", "__new__", "__post_init__", "__set_name__", "__init_subclass__"})
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
    lost, came = gone(before, after), gone(after, before)
    went = [node for found, node in placed(before) if found in lost]
    for found, node in placed(after):
        call = call_of(node)
        if call is None or found not in came or found.scope not in known or is_log(call):
            continue
        if not any(same_call(old, node) for old in went):
            yield Finding("side-effect-added", path, call.lineno, f"{found.scope} now calls `{ast.unparse(call)[:60]}`")


def _at_import(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Calls that are made when the module is imported, but for those that make a value or wrap a definition."""
    made = _making(tree)
    for node, is_decorator in _top(tree, decorator=False):
        name = called(node) if isinstance(node, ast.Call) else _last(node)
        text = ast.unparse(node)
        if is_decorator:
            if name not in _WRAPPERS and not text.startswith("pytest.mark."):
                yield f"@{text}", getattr(node, "lineno", 0)
        elif isinstance(node, ast.Call) and name not in _MADE | _WRAPPERS and not _is_class(name, made):
            yield text, node.lineno


def _making(tree: ast.Module) -> frozenset[str]:
    """The classes of the file that run code of their own when one is made."""
    return frozenset(
        node.name
        for _, node in walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(each, ast.FunctionDef) and each.name in _MAKERS for each in node.body)
    )


def _is_class(name: str, made: frozenset[str]) -> bool:
    return name not in made and _CAPITAL.fullmatch(name) is not None


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
        yield from _top(tree.args, decorator=False)
        return
    wrappers = tree.decorator_list if isinstance(tree, ast.ClassDef) else []
    for child in ast.iter_child_nodes(tree):
        yield from _top(child, decorator=child in wrappers)


def _last(node: ast.expr) -> str:
    """The last part of a dotted name; empty for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
