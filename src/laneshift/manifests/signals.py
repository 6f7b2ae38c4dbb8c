"""What a file tells the outside while it runs: spans, metrics, events, loggers, and the secrets that it asks for.

Only names that stand in the text are found: a name that is put together at run time cannot be known from here.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from typing import NamedTuple

from laneshift.code.facts.outline import dotted
from laneshift.code.facts.refusal import LARGEST_PARSED, REFUSALS
from laneshift.code.parsing import PARSING


class Signals(NamedTuple):
    """The names that one file uses, each sorted. `loggers` has `__name__` where a logger is called like its module."""

    spans: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    publishes: tuple[str, ...] = ()
    subscribes: tuple[str, ...] = ()
    loggers: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


_TRIGGER = re.compile(
    rb"start_as_current_span|start_span|racer\.(?:trace|wrap)\(|prometheus_client|statsd|create_(?:up_down_)?counter"
    rb"|create_histogram|create_observable|create_gauge|\.(?:publish|subscribe|emit|on)(?:_\w+)?\(\s*[rRuU]?[\"']"
    rb"|(?:topic|event|channel|event_type)\s*=\s*[\"']|getLogger\(\s*[\"']|get_logger\(\s*[\"']|environ|getenv"
)
_NAMED_LIKE_MODULE = re.compile(rb"get_?[lL]ogger\(\s*__name__")
_SPANS = frozenset({"start_as_current_span", "start_span"})
_PROMETHEUS = frozenset({"Counter", "Gauge", "Histogram", "Summary", "Info", "Enum"})
_STATSD = frozenset({"incr", "decr", "increment", "decrement", "timing", "timer", "timed", "gauge", "histogram", "set"})
_STATSD_MORE = frozenset({"distribution", "count"})
_METERS = re.compile(r"create_(?:up_down_counter|counter|histogram|gauge|observable_\w+)\Z")
_PUBLISH = re.compile(r"(?:publish|emit)(?:_(?:event|message|async))?\Z")
_SUBSCRIBE = re.compile(r"(?:subscribe|on)(?:_(?:event|message|async))?\Z")
_TOPICS = ("topic", "event", "channel", "event_type", "name")
_EVENT = re.compile(r"[A-Za-z_][A-Za-z0-9_.:/@{}*#+-]{0,199}\Z")
_LOGGERS = frozenset({"logging.getLogger", "getLogger", "structlog.get_logger", "structlog.getLogger", "get_logger"})
_READS = frozenset({"os.getenv", "getenv", "os.environ.get", "environ.get", "os.environ.pop", "environ.pop"})
_TABLES = frozenset({"os.environ", "environ"})
_SECRET = re.compile(
    r"(?:^|_)(?:SECRETS?|TOKENS?|PASSWORDS?|PASSWD|PWD|PASSPHRASE|CREDENTIALS?|API_?KEYS?|PRIVATE_?KEY|ACCESS_?KEY"
    r"|SIGNING_?KEY|ENCRYPTION_?KEY|SECRET_?KEY|DSN)(?:_|\d|\Z)"
)


def signals_of(data: bytes) -> Signals:
    """The signals of one file. Never raises: what cannot be parsed has none. Most files are not parsed for it."""
    loggers = {"__name__"} if _NAMED_LIKE_MODULE.search(data) else set()
    if _TRIGGER.search(data) is None or len(data) > LARGEST_PARSED:
        return Signals(loggers=tuple(loggers))
    with PARSING, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(data, "<blob>")
        except REFUSALS:
            return Signals(loggers=tuple(loggers))
    return _of_tree(tree, loggers)


def _of_tree(tree: ast.Module, loggers: set[str]) -> Signals:
    found: dict[str, set[str]] = {name: set() for name in Signals._fields}
    found["loggers"] = loggers
    names = _names_from(tree, "prometheus_client")
    statsd = _names_from(tree, "statsd") | _names_from(tree, "datadog")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for kind, name in _of_call(node, names, statsd):
                found[kind].add(name)
        elif isinstance(node, ast.Subscript) and dotted(node.value) in _TABLES:
            name = _literal(node.slice)
            if _SECRET.search(name.upper()):
                found["secrets"].add(name)
    return Signals(*(tuple(sorted(names)) for names in found.values()))


def _of_call(call: ast.Call, prometheus: frozenset[str], statsd: frozenset[str]) -> Iterator[tuple[str, str]]:
    called = dotted(call.func)
    receiver, _, method = called.rpartition(".")
    first = _literal(call.args[0]) if call.args else _keyword(call, ("name",))
    if method in _SPANS or (method in ("trace", "wrap") and receiver.rpartition(".")[2].endswith("tracer")):
        yield from (("spans", name) for name in (first,) if name)
    elif _is_metric(called, receiver, method, prometheus, statsd):
        yield from (("metrics", name) for name in (first,) if name)
    elif called in _READS and _SECRET.search(first.upper()):
        yield "secrets", first
    elif called in _LOGGERS and first:
        yield "loggers", first
    elif receiver and (_PUBLISH.match(method) or _SUBSCRIBE.match(method)):
        event = first or _keyword(call, _TOPICS)
        if _EVENT.match(event):
            yield ("publishes" if _PUBLISH.match(method) else "subscribes"), event


def _is_metric(called: str, receiver: str, method: str, prometheus: frozenset[str], statsd: frozenset[str]) -> bool:
    if called in prometheus or (receiver.partition(".")[0] in prometheus and method in _PROMETHEUS):
        return method in _PROMETHEUS or not receiver
    if _METERS.match(method):
        return True
    last = receiver.rpartition(".")[2]
    from_statsd = "statsd" in last.lower() or receiver.partition(".")[0] in statsd
    return bool(receiver) and from_statsd and method in _STATSD | _STATSD_MORE


def _names_from(tree: ast.Module, package: str) -> frozenset[str]:
    """The names under which a file knows a package, its modules, and what it takes from them."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.asname or package for alias in node.names if alias.name.partition(".")[0] == package}
        elif isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").partition(".")[0] == package:
            found |= {
                alias.asname or alias.name
                for alias in node.names
                if alias.name in _PROMETHEUS or package != "prometheus_client"
            }
    return frozenset(found)


def _keyword(call: ast.Call, names: tuple[str, ...]) -> str:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    return next((text for name in names if name in given and (text := _literal(given[name]))), "")


def _literal(node: ast.expr) -> str:
    """The text that an expression plainly is; empty for any other, and for text that has line ends or such."""
    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    return text if text.isprintable() and len(text) <= 200 else ""
