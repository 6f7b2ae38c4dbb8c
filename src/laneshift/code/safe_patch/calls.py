"""Whether two calls are one call that is written in two ways. Pure."""

from __future__ import annotations

import ast
import builtins

_BUILTINS = frozenset(dir(builtins))


def call_of(node: ast.stmt) -> ast.Call | None:
    """The call that a statement is, awaited or not."""
    if not isinstance(node, ast.Expr):
        return None
    value = node.value.value if isinstance(node.value, ast.Await) else node.value
    return value if isinstance(value, ast.Call) else None


def same_call(one: ast.stmt, other: ast.stmt) -> bool:
    """Whether both are calls, alike but for the last arguments by place, which the other may give by name in order."""
    old, new = call_of(one), call_of(other)
    if old is None or new is None or ast.dump(old.func) != ast.dump(new.func) or _awaits(one) != _awaits(other):
        return False
    short, long = sorted((old, new), key=lambda call: len(call.args))
    places, rest = _dumped(long.args[: len(short.args)]), _dumped(long.args[len(short.args) :])
    named, fewer = _words(short), _words(long)
    moved = [value for name, value in named if (name, value) not in fewer]
    if rest and (isinstance(old.func, ast.Name) and old.func.id in _BUILTINS):
        return False
    return _dumped(short.args) == places and moved == rest and set(fewer) <= set(named)


def _awaits(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Await)


def _dumped(nodes: list[ast.expr]) -> list[str]:
    return [ast.dump(node) for node in nodes]


def _words(call: ast.Call) -> list[tuple[str | None, str]]:
    return [(word.arg, ast.dump(word.value)) for word in call.keywords]
