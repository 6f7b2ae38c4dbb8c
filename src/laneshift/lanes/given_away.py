"""Functions that are not called where they are named but given to somebody who may: `map(import_module, NAMES)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_ARGUMENTS = ("args", "iterable")
_PARTIAL = "partial"
_CONTAINERS = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.BoolOp, ast.IfExp)
MAY_GIVE = frozenset({ast.Call, ast.Return, ast.Yield, ast.Lambda, ast.arguments, *_CONTAINERS})
"""The kinds of nodes that may give a function to somebody."""


def held(node: ast.AST) -> Iterator[ast.expr]:
    """What a node hands on without a call of it: what it returns, puts into a container or chooses between."""
    if isinstance(node, (ast.Return, ast.Yield)):
        yield from (node.value,) if node.value is not None else ()
    elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        yield from node.elts if not isinstance(node, (ast.List, ast.Tuple)) or isinstance(node.ctx, ast.Load) else ()
    elif isinstance(node, (ast.Dict, ast.BoolOp)):
        yield from node.values
    elif isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse)
    elif isinstance(node, ast.Lambda):
        yield node.body
    elif isinstance(node, ast.arguments):
        yield from (each for each in (*node.defaults, *node.kw_defaults) if each is not None)


def given(call: ast.Call) -> Iterator[tuple[ast.expr, list[list[ast.expr]]]]:
    """Each argument with the arguments of the calls that are made of it, should it be a function.

    These are what stands behind it, as of `submit(f, "x")`, or each of a literal sequence there. Nothing where there is
    nothing behind it, and no pair for what `partial` binds nothing to: that is another name of the function.
    """
    beside = [keyword.value for keyword in call.keywords if keyword.arg in _ARGUMENTS]
    places = [(each, call.args[at:]) for at, each in enumerate(call.args, 1)]
    places += [(keyword.value, beside) for keyword in call.keywords if keyword.arg not in _ARGUMENTS]
    binds_nothing = _name(call.func) == _PARTIAL and len(call.args) == 1
    for each, behind in places if not binds_nothing else ():
        later = behind or beside
        if later and isinstance(later[0], (ast.List, ast.Tuple, ast.Set)):
            yield each, [[part] for part in later[0].elts]
        else:
            yield each, [later] if later else []


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
