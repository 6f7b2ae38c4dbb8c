"""The exception handlers of a Python source, and whether each of them logs or raises on every way through it. Pure.

A handler tells when, on every path from its first line to its end, it raises or calls something that logs. Returning a
value that means failure does not tell, nor does `print`. What a nested function would do, if somebody called it, does
not count; a loop may run zero times, so what it holds does not count either.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from laneshift.code.type_forms import TYPE_ALIASES

_METHODS = frozenset(
    {"debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log", "msg", "warn_explicit"}
)
_MAKERS = frozenset({"getLogger", "get_logger", "getChild", "bind", "new", "LoggerAdapter", "wrap_logger"})
_MODULES = frozenset({"logging", "structlog", "warnings", "loguru"})
_LOGGER = re.compile(r"(?:^|_)(?:log|logger|logging)$", re.IGNORECASE)
_NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, *TYPE_ALIASES)

_TELLS, _SILENT, _ON = "tells", "leaves silently", "goes on"


@dataclass(frozen=True, slots=True)
class Handler:
    """One `except` block: its line, what it is as text without places, and whether it logs or raises."""

    line: int
    text: str
    tells: bool


def handlers(source: bytes, path: str) -> list[Handler]:
    """Every handler of a file, in order. Raises `SyntaxError` or `ValueError` for what is no Python source."""
    tree = ast.parse(source, path)
    names = _Names.of(tree)
    found = [
        Handler(node.lineno, ast.dump(node), tells(node.body, names))
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
    ]
    return sorted(found, key=lambda handler: handler.line)


@dataclass(frozen=True, slots=True)
class _Names:
    """What loggers are called in one file: names of loggers, of modules that log, and of functions that log."""

    loggers: frozenset[str]
    modules: frozenset[str]
    functions: frozenset[str]

    @classmethod
    def of(cls, tree: ast.Module) -> _Names:
        modules: set[str] = set()
        functions: set[str] = set()
        makers: set[str] = set()
        loggers: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                modules |= {each.asname or each.name.partition(".")[0] for each in node.names if _logs(each.name)}
            elif isinstance(node, ast.ImportFrom) and _logs(node.module or ""):
                for each in node.names:
                    own = each.asname or each.name
                    target = functions if each.name in _METHODS else makers if each.name in _MAKERS else loggers
                    target.add(own)
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign | ast.AnnAssign) and _makes_logger(node.value, makers):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                loggers |= {_last(target) for target in targets}
        return cls(frozenset(loggers - {""}), frozenset(modules), frozenset(functions))

    def is_logger(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Call):
            return _makes_logger(node, frozenset())
        name = _last(node)
        return (
            name in self.loggers or (isinstance(node, ast.Name) and name in self.modules) or bool(_LOGGER.search(name))
        )


def tells(body: Sequence[ast.stmt], names: _Names) -> bool:
    """Whether every way through `body` logs or raises."""
    return _ways(body, names) == {_TELLS}


def _ways(body: Sequence[ast.stmt], names: _Names) -> set[str]:
    """How the ways through some statements end, as far as nothing was told before."""
    ends: set[str] = set()
    for statement in body:
        ways = _way(statement, names)
        ends |= ways - {_ON}
        if _ON not in ways:
            return ends
    return ends | {_ON}


def _way(statement: ast.stmt, names: _Names) -> set[str]:
    match statement:
        case ast.Raise():
            return {_TELLS}
        case ast.Return(value=value):
            return {_TELLS if value is not None and _calls_log(value, names) else _SILENT}
        case ast.Break() | ast.Continue():
            return {_SILENT}
        case ast.If(test=test, body=body, orelse=orelse):
            return {_TELLS} if _calls_log(test, names) else _ways(body, names) | _ways(orelse, names)
        case ast.With(body=body) | ast.AsyncWith(body=body):
            return _ways(body, names)
        case ast.Try() | ast.TryStar():
            return _try(statement, names)
        case ast.For(body=body, orelse=orelse) | ast.AsyncFor(body=body, orelse=orelse):
            return _loop(body, names) | _ways(orelse, names)
        case ast.While(body=body, orelse=orelse):
            return _loop(body, names) | _ways(orelse, names)
        case ast.Match(cases=cases):
            ways = set().union(*(_ways(case.body, names) for case in cases))
            return ways if _exhausts(cases) else ways | {_ON}
        case _:
            return {_TELLS} if _calls_log(statement, names) else {_ON}


def _try(statement: ast.Try | ast.TryStar, names: _Names) -> set[str]:
    last = _ways(statement.finalbody, names)
    if last == {_TELLS}:
        return last
    ways = _ways([*statement.body, *statement.orelse], names)
    for handler in statement.handlers:
        ways |= _ways(handler.body, names)
    return ways | (last - {_ON})


def _loop(body: Sequence[ast.stmt], names: _Names) -> set[str]:
    """A loop may run zero times; a silent `return` in it leaves the handler, a `break` only the loop."""
    returns = any(isinstance(node, ast.Return) for statement in body for node in _inside(statement))
    return {_ON, _SILENT} if returns and _SILENT in _ways(body, names) else {_ON}


def _exhausts(cases: Sequence[ast.match_case]) -> bool:
    last = cases[-1]
    return last.guard is None and isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None


def _calls_log(node: ast.AST, names: _Names) -> bool:
    """Whether something that logs is called whenever `node` is evaluated."""
    return any(isinstance(each, ast.Call) and _is_log(each, names) for each in _inside(node))


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """A node and what is in it, without what is only defined, and operands that may be passed over."""
    if isinstance(node, (*_NESTED, ast.Lambda)):
        return
    yield node
    if isinstance(node, ast.BoolOp):
        yield from _inside(node.values[0])
    elif isinstance(node, ast.IfExp):
        yield from _inside(node.test)
    elif not isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        for child in ast.iter_child_nodes(node):
            yield from _inside(child)


def _is_log(call: ast.Call, names: _Names) -> bool:
    function = call.func
    if isinstance(function, ast.Name):
        return function.id in names.functions
    return isinstance(function, ast.Attribute) and function.attr in _METHODS and names.is_logger(function.value)


def _makes_logger(node: ast.expr | None, makers: set[str] | frozenset[str]) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in makers or node.func.id in {"getLogger", "get_logger"}
    return isinstance(node.func, ast.Attribute) and node.func.attr in {"getLogger", "get_logger", "getChild", "bind"}


def _logs(module: str) -> bool:
    return module.partition(".")[0] in _MODULES


def _last(node: ast.expr) -> str:
    """The last name of a dotted one; empty for anything else."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
