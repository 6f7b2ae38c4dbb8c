"""Whether an expression only makes a value: it calls nothing but what is known to change nothing. Pure."""

from __future__ import annotations

import ast
import re

from laneshift.code.safe_patch.imports import called

_FUNCTIONS = frozenset(
    {
        "len", "str", "repr", "type", "sorted", "list", "tuple", "int", "float", "bool", "set", "frozenset", "dict",
        "bytes", "min", "max", "sum", "abs", "round", "range", "enumerate", "zip", "isinstance", "issubclass",
        "hasattr", "callable", "id", "ord", "chr", "format", "all", "any", "reversed", "ascii", "hex", "divmod",
        "super",
    }
)  # fmt: skip
_METHODS = frozenset(
    {
        "strip", "lstrip", "rstrip", "lower", "upper", "casefold", "title", "split", "rsplit", "splitlines",
        "partition", "rpartition", "join", "startswith", "endswith", "removeprefix", "removesuffix", "items",
        "keys", "values", "total_seconds", "isoformat", "is_integer", "isdigit", "isalpha", "isidentifier", "encode",
        "decode", "monotonic", "perf_counter",
    }
)  # fmt: skip
_LOGS = re.compile(
    r"(?:self\.|cls\.)?_*(?:log|logger|logging|warnings)\.(?:debug|info|warn|warning|error|exception|critical|fatal|log)",
    re.IGNORECASE,
)
_ERRORS = re.compile(r"(?:\w+\.)*_*[A-Z]\w*")
_ENDS = re.compile(r"SystemExit|KeyboardInterrupt|GeneratorExit|StopIteration|StopAsyncIteration|(?i:.*skip|.*xfail)")
_CHECKS = re.compile(
    r"_*(?:assert|expect|fail|check|verify|validate|ensure|require|authori[sz]e|authenticate|raise_for|full_clean|clean\b)",
    re.IGNORECASE,
)
_EFFECTS = (ast.Await, ast.Yield, ast.YieldFrom)


def is_pure(node: ast.AST | None) -> bool:
    """Whether nothing but a value comes of an expression, as far as its calls can be told."""
    nodes = [] if node is None else list(ast.walk(node))
    if any(isinstance(each, _EFFECTS) for each in nodes):
        return False
    return all(_makes_a_value(each) for each in nodes if isinstance(each, ast.Call))


def is_log(call: ast.Call) -> bool:
    """Whether a call says something to a logger, and does nothing else on the way."""
    inner = (*call.args, *(word.value for word in call.keywords))
    quiet = not any(isinstance(node, ast.NamedExpr) for each in inner for node in ast.walk(each))
    return quiet and _LOGS.fullmatch(ast.unparse(call.func)) is not None and all(map(is_pure, inner))


def is_check(call: ast.Call) -> bool:
    """Whether a call is there to find something wrong, by its name."""
    return _CHECKS.match(called(call)) is not None


def is_refusal(node: ast.Raise) -> bool:
    """Whether a `raise` only tells that something is wrong: it ends no program and skips no test."""
    told = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    if told is None:
        return False
    name = ast.unparse(told)
    if not _ERRORS.fullmatch(name) or _ENDS.fullmatch(name.rpartition(".")[2]):
        return False
    inner = [*node.exc.args, *(word.value for word in node.exc.keywords)] if isinstance(node.exc, ast.Call) else []
    return all(map(is_pure, inner)) and is_pure(node.cause)


def _makes_a_value(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id in _FUNCTIONS
    return isinstance(call.func, ast.Attribute) and call.func.attr in _METHODS
