"""Which codes of errors the source can tell, read from its syntax: nothing is imported and nothing is run.

A code is the first argument of an error's class, the field `code` of a record, or what a function hands on to one of
these, also behind a fixed beginning as in `f"keys.{cause}"`. Names are followed through imports, constants of a module
and tables of constants.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src"
CODE = re.compile(r"[a-z][a-z0-9-]*\.[a-z0-9][a-z0-9-]*")
_ERRORS = ("LaneshiftError", "CheckFailed", "Refused", "Bug", "NeedsPerson", "Fault")
_ASIDE = "laneshift/reports/openapi/"
"""What changed in an interface has ids of the same form, which docs/openapi.md lists: these are no errors."""
ALSO = {
    "laneshift/runs/paths.py": tuple(
        f"batch.{cause}"
        for cause in (
            *("path-empty", "path-absolute", "path-parent", "path-backslash", "path-nul", "path-control"),
            *("path-hidden", "path-git", "component-too-long", "path-too-long", "path-too-deep"),
        )
    ),
    "laneshift/runs/batch_rich.py": ("batch.not-json", "batch.not-toml"),
    "laneshift/runs/input_file.py": ("bench.no-report", "health.no-report", "bench.too-large", "health.too-large"),
    "laneshift/flows/judging.py": ("flow.not-before", "flow.unknown-name"),
    "laneshift/runs/flowing/settling.py": ("flow.timed-out", "flow.cancelled", "flow.other-failed"),
    "laneshift/runs/flowing/effects.py": ("flow.not-done",),
    "laneshift/server/problems.py": ("http.bad-request", "http.wrong-method", "http.wrong-type"),
}
"""Codes that are put together in a way that reading the syntax does not show, by the file that tells them."""

Name = tuple[str, str]
"""A module, and a name at its top."""


@dataclass(frozen=True)
class Raised:
    """A place that can tell a code. `kind` is the error's class where that is known, `call` the call that tells it."""

    code: str
    kind: str
    path: str
    line: int


@dataclass(frozen=True)
class Sink:
    """What takes a code: in which argument, behind which beginning, and which class it becomes."""

    position: int
    keyword: str
    before: str
    kind: str


class Module:
    """One file: what it imports, its constants and its calls, each with the function around it."""

    def __init__(self, name: str, path: str, tree: ast.Module) -> None:
        self.name, self.path, self.tree = name, path, tree
        self.imports: dict[str, Name] = {}
        self.constants: dict[str, list[str]] = defaultdict(list)
        self.calls: list[tuple[ast.Call, ast.FunctionDef | ast.AsyncFunctionDef | None]] = []
        self.called: list[Name] = []
        self.classes: list[ast.ClassDef] = []
        self.tables: list[tuple[str, int]] = []
        self._read(tree, None)
        self.called = [self.named(call.func) for call, _ in self.calls]

    def _read(self, node: ast.AST, around: ast.FunctionDef | ast.AsyncFunctionDef | None) -> None:
        for each in ast.iter_child_nodes(node):
            if isinstance(each, ast.ImportFrom):
                self.imports.update({one.asname or one.name: (each.module or "", one.name) for one in each.names})
            elif isinstance(each, ast.Dict):
                self.tables += _code_of(each)
            elif isinstance(each, ast.Call):
                self.calls.append((each, around))
            elif isinstance(each, ast.ClassDef):
                self.classes.append(each)
            elif isinstance(each, ast.Assign):
                for target, value in _pairs(each):
                    self.constants[target] += _literal(value)
            elif isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and each.value:
                self.constants[each.target.id] += _literal(each.value)
            elif isinstance(each, ast.arguments):
                self._defaults(each)
            inner = each if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)) else around
            self._read(each, inner)

    def _defaults(self, found: ast.arguments) -> None:
        ordered = [*found.posonlyargs, *found.args]
        pairs = [*zip(ordered[len(ordered) - len(found.defaults) :], found.defaults, strict=True)]
        pairs += [(arg, value) for arg, value in zip(found.kwonlyargs, found.kw_defaults, strict=True) if value]
        for arg, value in pairs:
            self.constants[arg.arg] += _literal(value)

    def named(self, func: ast.expr) -> Name:
        """What a call calls, as far as the file alone says."""
        if isinstance(func, ast.Name):
            return self.imports.get(func.id, (self.name, func.id))
        if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
            if func.value.id in ("self", "cls"):
                return (self.name, func.attr)
            base = self.imports.get(func.value.id)
            return (f"{base[0]}.{base[1]}", func.attr) if base else ("", "")
        return ("", "")


@cache
def raised(source: Path = SOURCE) -> tuple[Raised, ...]:
    """Every code that the source can tell, with its places, by code."""
    modules = {module.name: module for module in (_module(file, source) for file in sorted(source.rglob("*.py")))}
    sinks = _sinks(modules)
    found = {each for module in modules.values() for each in _told(module, modules, sinks)}
    found |= {Raised(code, "", path, 1) for path, codes in ALSO.items() for code in codes if source == SOURCE}
    found = {each for each in found if not (each.path.startswith(_ASIDE) and each.kind == "Finding")}
    return tuple(sorted(found, key=lambda each: (each.code, each.path, each.line)))


def _module(file: Path, source: Path) -> Module:
    path = file.relative_to(source)
    name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    return Module(name, path.as_posix(), ast.parse(file.read_bytes()))


def _sinks(modules: dict[str, Module]) -> dict[Name, list[Sink]]:
    """Classes of errors and records with a code, then every function that hands one on, until none is new."""
    found: dict[Name, list[Sink]] = defaultdict(list)
    for name in _ERRORS:
        found["laneshift.errors", name].append(Sink(0, "code", "", name))
    size = -1
    while size != sum(map(len, found.values())):
        size = sum(map(len, found.values()))
        for module in modules.values():
            for each in module.classes:
                _class(module, each, modules, found)
            for (call, around), name in zip(module.calls, module.called, strict=True):
                sinks = _of(name, modules, found) if around else []
                if around and sinks:
                    _function(module, call, around, sinks, found)
    return found


def _class(module: Module, each: ast.ClassDef, modules: dict[str, Module], found: dict[Name, list[Sink]]) -> None:
    name = (module.name, each.name)
    own = [node for node in each.body if isinstance(node, ast.FunctionDef) and node.name == "__init__"]
    given = [arg.arg for node in own for arg in node.args.args[1:]]
    for base in each.bases:
        for sink in _of(module.named(base), modules, found):
            if not own:
                _add(found, name, sink)
            elif "code" in given:
                _add(found, name, Sink(given.index("code"), "code", "", sink.kind))
    fields = [
        node.target.id for node in each.body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    ]
    if "code" in fields and not found.get(name):
        _add(found, name, Sink(fields.index("code"), "code", "", each.name))


def _function(
    module: Module,
    call: ast.Call,
    around: ast.FunctionDef | ast.AsyncFunctionDef,
    sinks: list[Sink],
    found: dict[Name, list[Sink]],
) -> None:
    names = [arg.arg for arg in (*around.args.posonlyargs, *around.args.args, *around.args.kwonlyargs)]
    names = [name for name in names if name not in ("self", "cls")]
    for sink, given in _given(call, sinks):
        before, name = _handed_on(given)
        if name in names:
            _add(found, (module.name, around.name), Sink(names.index(name), name, sink.before + before, sink.kind))


def _of(name: Name, modules: dict[str, Module], found: dict[Name, list[Sink]]) -> list[Sink]:
    """The sinks of a name, also where a package only passes it on."""
    for _ in range(4):
        if name in found:
            return list(found[name])
        inner = modules.get(name[0])
        if inner is None or name[1] not in inner.imports or inner.imports[name[1]] == name:
            return []
        name = inner.imports[name[1]]
    return []


def _add(found: dict[Name, list[Sink]], name: Name, sink: Sink) -> None:
    if sink not in found[name]:
        found[name].append(sink)


def _handed_on(given: ast.expr) -> tuple[str, str]:
    """The fixed beginning and the name of what follows, of `code` or `f"room.{cause}"`."""
    if isinstance(given, ast.Name):
        return "", given.id
    if isinstance(given, ast.JoinedStr) and len(given.values) == 2:
        first, second = given.values
        if isinstance(first, ast.Constant) and isinstance(second, ast.FormattedValue):
            return str(first.value), second.value.id if isinstance(second.value, ast.Name) else ""
    return "", ""


def _given(call: ast.Call, sinks: list[Sink]) -> Iterator[tuple[Sink, ast.expr]]:
    for sink in sinks:
        for keyword in call.keywords:
            if keyword.arg == sink.keyword:
                yield sink, keyword.value
        if len(call.args) > sink.position and not any(isinstance(arg, ast.Starred) for arg in call.args):
            yield sink, call.args[sink.position]


def _told(module: Module, modules: dict[str, Module], sinks: dict[Name, list[Sink]]) -> Iterator[Raised]:
    for code, line in module.tables:
        if CODE.fullmatch(code):
            yield Raised(code, "", module.path, line)
    for (call, _), name in zip(module.calls, module.called, strict=True):
        for sink, given in _given(call, _of(name, modules, sinks)):
            for text in _texts(given, module.constants):
                code = sink.before + text
                if CODE.fullmatch(code):
                    yield Raised(code, sink.kind, module.path, call.lineno)


def _pairs(each: ast.Assign) -> Iterator[tuple[str, ast.expr]]:
    target, value = each.targets[0], each.value
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        named = zip(target.elts, value.elts, strict=True)
        yield from ((one.id, inner) for one, inner in named if isinstance(one, ast.Name))


def _code_of(table: ast.Dict) -> list[tuple[str, int]]:
    """The code of an error that is written as plain data."""
    pairs = zip(table.keys, table.values, strict=True)
    found = [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "code"]
    return [(text, value.lineno) for value in found for text in _literal(value)]


def _texts(given: ast.expr, constants: dict[str, list[str]]) -> list[str]:
    if isinstance(given, ast.Name):
        return constants.get(given.id, [])
    if isinstance(given, ast.Subscript) and isinstance(given.value, ast.Name):
        return constants.get(given.value.id, [])
    if isinstance(given, ast.JoinedStr):
        before, name = _handed_on(given)
        return [before + text for text in constants.get(name, [])]
    return _literal(given)


def _literal(value: ast.expr | None) -> list[str]:
    """The texts that an expression may be, or that the values of a table are."""
    if isinstance(value, ast.Constant):
        return [value.value] if isinstance(value.value, str) else []
    if isinstance(value, ast.IfExp):
        return [*_literal(value.body), *_literal(value.orelse)]
    parts = value.values if isinstance(value, (ast.BoolOp, ast.Dict)) else []
    if isinstance(value, ast.Tuple):
        parts = value.elts
    return [text for each in parts for text in _literal(each)]
