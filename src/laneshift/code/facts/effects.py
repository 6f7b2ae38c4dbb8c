"""What happens when a module is imported, beyond defining things.

Listed are bare calls, loops, `with`, `del`, `assert`, `raise`, and calls that reach outside the process wherever they
stand in an assignment. The body of `if __name__ == "__main__"` and of `if TYPE_CHECKING` does not run at import.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from laneshift.code.facts.outline import dotted
from laneshift.code.facts.records import Effect
from laneshift.code.facts.walk import is_type_checking

_REACHING = frozenset({"open", "input", "print", "exec", "eval", "breakpoint", "exit", "quit", "urlopen", "Popen"})
_REACHING_MODULES = frozenset({"subprocess", "socket", "requests", "httpx", "urllib", "shutil", "signal", "sqlite3"})
_REACHING_METHODS = frozenset(
    {"read_text", "write_text", "read_bytes", "write_bytes", "unlink", "mkdir", "makedirs", "touch", "rmtree", "remove"}
    | {"rename", "chdir", "system", "listdir", "scandir", "connect", "sleep", "putenv", "kill", "fork", "start"}
)
_INERT = frozenset({ast.Constant, ast.Name, ast.Lambda, ast.Load, ast.Store})
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


def effects_of(tree: ast.Module) -> tuple[Effect, ...]:
    """The effects of importing the module, in the order of their lines."""
    found: list[Effect] = []
    stack: list[list[ast.stmt]] = [tree.body]
    while stack:
        for statement in stack.pop():
            found.extend(_effects(statement))
            stack.extend(run_at_import(statement))
    return tuple(sorted(found))


def _effects(statement: ast.stmt) -> Iterator[Effect]:
    if isinstance(statement, ast.Expr):
        if isinstance(statement.value, ast.Call):
            name = dotted(statement.value.func)
            yield Effect(statement.lineno, "io" if _reaches_out(name) else "call", name)
    elif isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        for call in _calls(statement.value):
            if _reaches_out(name := dotted(call.func)):
                yield Effect(call.lineno, "io", name)
    elif isinstance(statement, _LOOPS):
        yield Effect(statement.lineno, "loop", "")
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        for item in statement.items:
            name = dotted(item.context_expr)
            yield Effect(statement.lineno, "io" if _reaches_out(name) else "with", name)
    elif isinstance(statement, ast.Delete):
        yield Effect(statement.lineno, "delete", "")
    elif isinstance(statement, ast.Assert):
        yield Effect(statement.lineno, "assert", "")
    elif isinstance(statement, ast.Raise):
        yield Effect(statement.lineno, "raise", "" if statement.exc is None else dotted(statement.exc))


def _calls(value: ast.expr | None) -> Iterator[ast.Call]:
    """The calls that run when `value` is computed. Tables of constants are long: their items are never looked into."""
    stack: list[ast.AST] = [] if value is None else [value]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Call):
            yield node
        elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            stack.extend(item for item in node.elts if type(item) not in _INERT)
            continue
        elif isinstance(node, ast.Dict):
            stack.extend(item for item in node.values if type(item) not in _INERT)
            continue
        stack.extend(child for child in ast.iter_child_nodes(node) if type(child) not in _INERT)


def _reaches_out(name: str) -> bool:
    first, _, rest = name.partition(".")
    if not rest:
        return name in _REACHING
    return first in _REACHING_MODULES or name.rpartition(".")[2] in _REACHING_METHODS


def run_at_import(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The lists of statements inside one that run when the module is imported and nothing fails, in order."""
    if isinstance(statement, ast.If):
        if not _is_main(statement.test) and not is_type_checking(statement.test):
            yield statement.body
        yield statement.orelse
    elif isinstance(statement, (ast.Try, ast.TryStar)):
        yield statement.body
        yield statement.orelse
        yield statement.finalbody
    elif isinstance(statement, (ast.ClassDef, ast.With, ast.AsyncWith)):
        yield statement.body
    elif isinstance(statement, _LOOPS):
        yield statement.body
        yield statement.orelse


def _is_main(test: ast.expr) -> bool:
    if not isinstance(test, ast.Compare) or len(test.comparators) != 1:
        return False
    sides = (test.left, test.comparators[0])
    return any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
