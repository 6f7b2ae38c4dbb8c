"""The small language of `when`, `each` and `${ … }`: Python's expressions without names of its own, calls or loops.

It knows the inputs, the results of steps, and a few functions; it reads, compares and computes, and cannot reach
anything else. What it takes is bounded: the length of the text, the number of operations, the size of what it makes.
"""

from __future__ import annotations

import ast
import json
import math
import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

Json = Any

LONGEST = 2_000
"""Characters of one expression."""
_OPERATIONS = 10_000
_LARGEST_TEXT = 256 * 1024
_LARGEST_NUMBER = 2**53
_LARGEST_LIST = 10_000

_PIECE = r"""[^{}'"]|'[^']*'|"[^"]*\""""
_PLACE = re.compile(rf"\$(\$\{{|\{{(?P<inner>(?:{_PIECE}|\{{(?:{_PIECE})*\}})*)\}})")


class ExpressionError(Exception):
    """An expression cannot be read, or has no value. The message says why."""


_OPERATORS: Mapping[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_COMPARISONS: Mapping[type[ast.AST], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "len": len,
    "min": min,
    "max": max,
    "sum": sum,
    "any": any,
    "all": all,
    "sorted": sorted,
    "int": int,
    "float": float,
    "round": round,
    "abs": abs,
    "lower": lambda text: _text(text).lower(),
    "upper": lambda text: _text(text).upper(),
    "strip": lambda text: _text(text).strip(),
    "split": lambda text, by=None: _text(text).split(by),
    "join": lambda by, parts: _text(by).join(map(_text, parts)),
    "lines": lambda text: _text(text).splitlines(),
    "starts": lambda text, with_: _text(text).startswith(with_),
    "ends": lambda text, with_: _text(text).endswith(with_),
    "keys": sorted,
    "get": lambda table, name, default=None: table.get(name, default),
    "unique": lambda members: list(dict.fromkeys(members)),
}
_SINGLE = (
    *(ast.Expression, ast.Constant, ast.Name, ast.Load, ast.Attribute, ast.Subscript, ast.Slice, ast.List, ast.Dict),
    *(ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.BinOp, ast.Compare, ast.IfExp, ast.Call),
    *(ast.ListComp, ast.comprehension, ast.Store, *_OPERATORS, *_COMPARISONS),
)


@lru_cache(maxsize=2_048)
def parsed(text: str) -> ast.expr:
    """The expression as a tree. Raises `ExpressionError` for what is no expression of this language."""
    if len(text) > LONGEST:
        raise ExpressionError(f"an expression has at most {LONGEST} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(f"{text[:80]!r} is not an expression") from error
    for node in ast.walk(tree):
        _refuse(node)
    return tree.body


def value_of(text: str, names: Mapping[str, Json]) -> Json:
    """What the expression comes to, as JSON. Raises `ExpressionError` when it has no value."""
    try:
        value = _Reader(names).value(parsed(text))
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError) as error:
        raise ExpressionError(f"{text[:80]!r} has no value: {error}") from error
    return _bounded(value)


def named_in(text: str) -> set[tuple[str, ...]]:
    """The paths of names that the expression reads, such as `("steps", "test", "value")`, as far as they are plain."""
    found: set[tuple[str, ...]] = set()
    own = {node.id for node in ast.walk(parsed(text)) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    called = {id(node.func) for node in ast.walk(parsed(text)) if isinstance(node, ast.Call)}
    inner: set[int] = set()
    for node in ast.walk(parsed(text)):
        path = _path(node)
        if not path or id(node) in inner or id(node) in called or path[0] in own:
            continue
        found.add(path)
        below = node.value if isinstance(node, (ast.Attribute, ast.Subscript)) else None
        while below is not None:
            inner.add(id(below))
            below = below.value if isinstance(below, (ast.Attribute, ast.Subscript)) else None
    return found


def places(text: str) -> list[str]:
    """The expressions that stand in `text` as `${ … }`. Raises `ExpressionError` for one that has no end."""
    found = [match["inner"].strip() for match in _PLACE.finditer(text) if match["inner"] is not None]
    if "${" in _PLACE.sub("", text):
        raise ExpressionError(f"{text[:80]!r} has a `${{` without its end")
    return found


def filled(value: Json, names: Mapping[str, Json]) -> Json:
    """`value` with every `${ … }` in its texts replaced: by the value where it stands alone, else by its text.

    `$${` stands for `${` itself. Raises `ExpressionError`.
    """
    if isinstance(value, str):
        return _filled_text(value, names) if "${" in value else value
    if isinstance(value, Mapping):
        return {name: filled(each, names) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [filled(each, names) for each in value]
    return value


def text_of(value: Json) -> str:
    """A value inside a text: texts as they are, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), sort_keys=True)


def _filled_text(text: str, names: Mapping[str, Json]) -> Json:
    whole = _PLACE.fullmatch(text)
    if whole is not None and whole["inner"] is not None:
        return value_of(whole["inner"], names)
    places(text)
    filled_in = _PLACE.sub(
        lambda match: "${" if match["inner"] is None else text_of(value_of(match["inner"], names)), text
    )
    return _bounded(filled_in)


def _refuse(node: ast.AST) -> None:
    if not isinstance(node, _SINGLE):
        raise ExpressionError(f"{type(node).__name__} is not part of expressions")
    if isinstance(node, ast.Constant) and not isinstance(node.value, (str, int, float, bool, type(None))):
        raise ExpressionError(f"{node.value!r:.40} is not a value of expressions")
    if isinstance(node, ast.Call) and (
        not isinstance(node.func, ast.Name) or node.func.id not in _CALLED or node.keywords
    ):
        raise ExpressionError(f"there are these functions: {', '.join(sorted(_CALLED))}")
    if isinstance(node, ast.comprehension) and (not isinstance(node.target, ast.Name) or node.is_async):
        raise ExpressionError("a list is made over one name")
    if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
        raise ExpressionError(f"{node.attr!r} is not a name of expressions")
    if isinstance(node, ast.Dict) and None in node.keys:
        raise ExpressionError("a table has names and values")


def _path(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Attribute) and (before := _path(node.value)):
        return (*before, node.attr)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        before = _path(node.value)
        return (*before, node.slice.value) if before else ()
    return ()


class _Reader:
    """Evaluates one expression; counts what it does."""

    def __init__(self, names: Mapping[str, Json]) -> None:
        self._names = dict(names)
        self._left = _OPERATIONS

    def value(self, node: ast.expr) -> Any:
        self._left -= 1
        if self._left < 0:
            raise ExpressionError(f"an expression does at most {_OPERATIONS} operations")
        return getattr(self, f"_{type(node).__name__.lower()}")(node)

    def _constant(self, node: ast.Constant) -> Any:
        return node.value

    def _name(self, node: ast.Name) -> Any:
        constants = {"true": True, "false": False, "null": None}
        if node.id in self._names:
            return self._names[node.id]
        if node.id in constants:
            return constants[node.id]
        raise ExpressionError(f"there is no {node.id!r} here")

    def _attribute(self, node: ast.Attribute) -> Any:
        return _member(self.value(node.value), node.attr)

    def _subscript(self, node: ast.Subscript) -> Any:
        held = self.value(node.value)
        if isinstance(node.slice, ast.Slice):
            ends = [None if each is None else self.value(each) for each in (node.slice.lower, node.slice.upper)]
            return held[slice(*ends)]
        wanted = self.value(node.slice)
        return _member(held, wanted) if isinstance(held, Mapping) else held[wanted]

    def _list(self, node: ast.List) -> Any:
        return [self.value(each) for each in node.elts]

    def _dict(self, node: ast.Dict) -> Any:
        pairs = zip(node.keys, node.values, strict=True)
        return {_text(self.value(name)): self.value(each) for name, each in pairs if name is not None}

    def _boolop(self, node: ast.BoolOp) -> Any:
        ends_at = isinstance(node.op, ast.Or)
        found: Any = not ends_at
        for each in node.values:
            found = self.value(each)
            if bool(found) is ends_at:
                break
        return found

    def _unaryop(self, node: ast.UnaryOp) -> Any:
        held = self.value(node.operand)
        return not held if isinstance(node.op, ast.Not) else -held

    def _binop(self, node: ast.BinOp) -> Any:
        one, other = self.value(node.left), self.value(node.right)
        numbers = isinstance(one, (int, float)) and isinstance(other, (int, float))
        if not numbers and not (isinstance(node.op, ast.Add) and isinstance(one, (str, list))):
            raise ExpressionError("numbers are computed with, and texts and lists are added")
        return _bounded(_OPERATORS[type(node.op)](one, other))

    def _compare(self, node: ast.Compare) -> Any:
        one = self.value(node.left)
        for sign, each in zip(node.ops, node.comparators, strict=True):
            other = self.value(each)
            if not _COMPARISONS[type(sign)](one, other):
                return False
            one = other
        return True

    def _ifexp(self, node: ast.IfExp) -> Any:
        return self.value(node.body if self.value(node.test) else node.orelse)

    def _call(self, node: ast.Call) -> Any:
        given = [self.value(each) for each in node.args]
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        self._left -= sum(len(each) for each in given if isinstance(each, (list, dict)))
        return _bounded(_CALLED[name](*given))

    def _listcomp(self, node: ast.ListComp) -> Any:
        if len(node.generators) != 1:
            raise ExpressionError("a list is made over one name")
        made: list[Any] = []
        rule, before = node.generators[0], dict(self._names)
        over = self.value(rule.iter)
        if not isinstance(over, list) or not isinstance(rule.target, ast.Name):
            raise ExpressionError("a list is made from a list")
        for each in over:
            self._names[rule.target.id] = each
            if all(self.value(test) for test in rule.ifs):
                made.append(self.value(node.elt))
        self._names = before
        return made


def _member(held: Any, name: Any) -> Any:
    if not isinstance(held, Mapping):
        raise ExpressionError(f"{name!r} is asked of something that is no table")
    if name in held:
        return held[name]
    spelled = name.replace("_", "-") if isinstance(name, str) else name
    if spelled in held:
        return held[spelled]
    raise ExpressionError(f"there is no {name!r} among {', '.join(sorted(map(str, held))[:10]) or 'nothing'}")


def _chunks(members: list[Json], size: int) -> list[list[Json]]:
    if size < 1:
        raise ExpressionError("a chunk has at least one member")
    return [members[begin : begin + size] for begin in range(0, len(members), size)]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ExpressionError(f"{str(value)[:40]!r} is not a text")
    return value


def _bounded(value: Any) -> Any:
    if isinstance(value, str) and len(value) > _LARGEST_TEXT:
        raise ExpressionError("a text grew too long")
    if isinstance(value, list) and len(value) > _LARGEST_LIST:
        raise ExpressionError(f"a list has at most {_LARGEST_LIST} members")
    if isinstance(value, int) and abs(value) > _LARGEST_NUMBER:
        raise ExpressionError("a number grew too large")
    if isinstance(value, float) and not math.isfinite(value):
        raise ExpressionError("a number is not finite")
    return value


_CALLED: Mapping[str, Callable[..., Any]] = {**_FUNCTIONS, "str": text_of, "chunks": _chunks}
