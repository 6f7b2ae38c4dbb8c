"""Who reads annotations as code, though nothing evaluates them where they stand: decorators, bases, calls. Pure.

Only what is known not to read them is let through: pydantic, FastAPI and their like look names up in the module, where
an isolated name is no more.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

_DECORATORS = frozenset({
    "abstractmethod", "asynccontextmanager", "cache", "cached_property", "classmethod", "contextmanager", "coroutine",
    "dataclass", "deleter", "deprecated", "final", "fixture", "getter", "lru_cache", "no_type_check", "overload",
    "override", "property", "runtime_checkable", "setter", "staticmethod", "total_ordering", "unique", "wraps",
})  # fmt: skip
_BASES = frozenset({
    "ABC", "BaseException", "Enum", "Exception", "Flag", "Generic", "IntEnum", "NamedTuple", "Protocol", "StrEnum",
    "TypedDict", "object",
})  # fmt: skip
_OWN_ERRORS = ("Error", "Warning")
_PYDANTIC = "pydantic"


def decorated_by_readers(decorators: Sequence[ast.expr], sources: Mapping[str, str]) -> bool:
    """Whether something that is not known decorates a function or class. `sources` are modules by imported name."""
    return any(_last(each) not in _DECORATORS or _is_pydantic(each, sources) for each in decorators)


def has_reading_base(node: ast.ClassDef, classes: Mapping[str, Sequence[ast.AST]]) -> bool:
    """Whether a class comes from one that is not known, or has such a metaclass. `classes` are the module's own."""
    waiting, seen = [node], set[str]()
    while waiting:
        each = waiting.pop()
        keywords = {word.arg: word.value for word in each.keywords}
        if "metaclass" in keywords and _last(keywords["metaclass"]) not in ("ABCMeta", "EnumMeta", "type"):
            return True
        for base in each.bases:
            name = _last(base)
            own = [one for one in classes.get(name, ()) if isinstance(one, ast.ClassDef)]
            if own and name not in seen:
                waiting += own
            elif not own and name not in _BASES and not name.endswith(_OWN_ERRORS):
                return True
            seen.add(name)
    return False


def sources_of(tree: ast.Module) -> dict[str, str]:
    """Imported names with the module that each comes from."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found.update({alias.asname or alias.name: node.module or "" for alias in node.names})
        elif isinstance(node, ast.Import):
            found.update({alias.asname or alias.name.partition(".")[0]: alias.name for alias in node.names})
    return found


def _last(node: ast.expr) -> str:
    """The last part of a dotted name, also where it is called or subscribed; empty for what is no name."""
    while isinstance(node, (ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return ast.unparse(node).rpartition(".")[2] if isinstance(node, (ast.Name, ast.Attribute)) else ""


def _is_pydantic(node: ast.expr, sources: Mapping[str, str]) -> bool:
    """pydantic has a `dataclass` of its own."""
    names = [each.id for each in ast.walk(node) if isinstance(each, ast.Name)]
    return any(sources.get(name, "").partition(".")[0] == _PYDANTIC for name in names)
