"""Imports that are calls: `import_module`, `__import__`, `run_module`, `resolve_name`, under whatever name.

The facts of a file hold such calls where the name of the function and a literal stand in the call itself. Rules are
evaded by less: an alias by assignment, `getattr`, a function that is given to somebody else to call, a name put
together from literals, a text that is run, a path that is loaded, a module taken out of `sys.modules`. Those are read
here, and what cannot be known is told as blind, so that nobody takes silence for absence. Changes of where modules are
looked for are told besides.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from laneshift.code.facts import Import
from laneshift.code.facts.refusal import LARGEST_PARSED
from laneshift.code.parsing import PARSING
from laneshift.lanes.beyond import UNSEARCHED, Beyond, beyond
from laneshift.lanes.given_away import MAY_GIVE, given, held
from laneshift.lanes.lazily import functions_of, loaded
from laneshift.lanes.reading import decoded
from laneshift.lanes.system import PLAIN, is_bent, tables_of, taken
from laneshift.lanes.texts import LOADERS, RUNNERS, of_path, stated

_NAMING = (
    *("import_module", "__import__", "run_module", "resolve_name", "import_string", "find_spec", "importorskip"),
    "load_module",
)
FUNCTIONS = (*_NAMING, *sorted(LOADERS), *sorted(RUNNERS))
"""The functions that import what they are given; a file that mentions none of them holds no such call."""

_NAMED = ("name", "mod_name", "modname")
_ROUNDS = 3
_REFUSALS = (SyntaxError, ValueError, LookupError, RecursionError, MemoryError, OverflowError, SystemError)
_LEAVES = frozenset({ast.Load, ast.Store, ast.Del})
# The name stands first, since a search leaps to plain letters.
_BOUND = r"{0}(?<!\w{0})\b[\s\\)]*(?::[^=\n]*)?=[\s\\(]*[a-zA-Z]{{0,2}}[\"']"
_BEFORE = frozenset(" \t(")
_STARTS = frozenset("\n\r\f;:\\")
_PLAIN_CALL = re.compile(rb"\b(?:import_module|__import__|run_module|resolve_name)\s*\(\s*[rRuUbB]?[\"']([\w.]+)[:\"']")


@dataclass(frozen=True, slots=True)
class Dynamic:
    """The imports by call that could be read, the lines (from 1) of those that could not, and whether all were found.

    They are where this Python parses the file; else its text was searched. `bent` are lines that change where modules
    are looked for.
    """

    imports: tuple[Import, ...]
    blind: tuple[int, ...]
    parses: bool = True
    bent: tuple[int, ...] = ()


def dynamic(data: bytes) -> Dynamic:
    """Read the calls in the bytes of one file. Never raises; a file that does not parse is searched by its text.

    Where the calls say all by themselves, or else the definitions that hold them, only those are parsed: a mistake
    elsewhere, or another Python's syntax, is then none of ours.
    """
    if len(data) > LARGEST_PARSED:
        return _searched(data)
    text = decoded(data)
    besides = UNSEARCHED if text is None else beyond(text)
    found = None
    if text is not None and not besides.of_all:
        found = _in_calls(text, besides) or _in_portions(text, besides)
    if found is not None:
        return found
    nodes = _parsed(data)
    return _searched(data) if nodes is None else _read(nodes, _names(nodes), _texts(nodes), besides)


def _parsed(source: bytes | str) -> list[ast.AST] | None:
    with PARSING, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _nodes(ast.parse(source, "<blob>"))
        except _REFUSALS:
            return None


def _in_calls(text: str, besides: Beyond) -> Dynamic | None:
    """What the calls say by themselves; None where the rest of the file may have its say."""
    from laneshift.lanes.calls import plain_calls, plain_lines  # noqa: PLC0415 - few files hold such calls

    found = plain_calls(text, FUNCTIONS)
    lines = None if found is None else plain_lines(text, sorted(besides.words), found)
    return None if found is None or lines is None else _in_pieces(text, sorted([*found, *lines]))


def _in_portions(text: str, besides: Beyond) -> Dynamic | None:
    """What the definitions that mention a function say of it; None where the rest of the file may have its say."""
    from laneshift.lanes.portions import portions  # noqa: PLC0415 - as above

    found = portions(text, (*FUNCTIONS, *besides.words.values()))
    return None if found is None else _in_pieces(text, found)


def _in_pieces(text: str, pieces: Iterable[tuple[int, str]]) -> Dynamic | None:
    imports: list[Import] = []
    blind: list[int] = []
    bent: list[int] = []
    for above, piece in pieces:
        nodes = _parsed(piece)
        if nodes is None or _names(nodes) != frozenset(FUNCTIONS) or _rests_on_a_name(nodes, text):
            return None
        told = _read(nodes, frozenset(FUNCTIONS), {}, beyond(piece))
        imports += [one._replace(line=one.line + above) for one in told.imports]
        blind += [line + above for line in told.blind]
        bent += [line + above for line in told.bent]
    return Dynamic(tuple(imports), tuple(blind), bent=tuple(bent))


def _rests_on_a_name(nodes: Iterable[ast.AST], text: str) -> bool:
    """Whether a call is given a name that a text may be bound to anywhere in the file."""
    calls = (node for node in nodes if isinstance(node, ast.Call) and _called(node.func) in FUNCTIONS)
    parts = (part for call in calls for part in [*call.args, *(keyword.value for keyword in call.keywords)])
    names = {node.id for part in parts for node in ast.walk(part) if isinstance(node, ast.Name)}
    found = (match for name in names for match in re.finditer(_BOUND.format(re.escape(name)), text))
    return any(_begins(text, match.start()) for match in found)


def _begins(text: str, at: int) -> bool:
    """Whether a statement may begin here, brackets aside: what stands behind a comma or a name is an argument."""
    while text[at - 1 : at] in _BEFORE:
        at -= 1
    return text[at - 1] in _STARTS


def _read(
    nodes: Sequence[ast.AST], names: Collection[str], texts: Mapping[str, str | None], besides: Beyond
) -> Dynamic:
    """The calls of functions with these names, in the order of their lines; `besides` is of the text of the nodes."""
    imports: list[Import] = []
    blind: list[int] = []
    bent: set[int] = set()
    tables = tables_of(nodes) if besides.of_all else PLAIN if besides.words else None
    lazy = functions_of(nodes) if besides.lazy else {}
    for node in nodes:
        line = getattr(node, "lineno", 0)
        if tables is not None and is_bent(node, tables):
            bent.add(line)
        if tables is not None and (module := taken(node, tables, _literal)):
            imports += _import(module, line)
        elif node.__class__ in MAY_GIVE:
            for found in _all_told(node, names, texts, lazy):
                if found is None:
                    blind.append(line)
                else:
                    imports += found
    return Dynamic(tuple(sorted(imports, key=lambda one: one.line)), tuple(sorted(blind)), bent=tuple(sorted(bent)))


def _all_told(
    node: ast.AST, names: Collection[str], texts: Mapping[str, str | None], lazy: Mapping[str, str]
) -> Iterator[list[Import] | None]:
    """What a node imports, by each call that it is or that others may make of what it gives away; None if unknown."""
    if not isinstance(node, ast.Call):
        yield from (None for each in held(node) if _is_one(each, names))
        return
    if _called(node.func) in names and not _is_another(node.func):
        yield _all_imported(node, texts)
    elif lazy:
        modules = loaded(node, lazy)
        yield None if modules is None else [one for name in modules for one in _relative(name, node.lineno)]
    for each, calls in given(node):
        if _is_one(each, names):
            made = (ast.copy_location(ast.Call(each, behind, []), node) for behind in calls)
            yield from (_all_imported(call, texts) for call in made) if calls else (None,)


def _is_one(node: ast.expr, names: Collection[str]) -> bool:
    """Whether this is one of the functions, not called. Of attributes, those with names of their own alone."""
    known = FUNCTIONS if isinstance(node, ast.Attribute) else names
    return _called(node) in known and not _is_another(node) and _called(node) != "eval"


def _nodes(tree: ast.Module) -> list[ast.AST]:
    """Every node that may hold others, as `ast.walk` orders them, in a third of its time."""
    nodes: list[ast.AST] = [tree]
    for node in nodes:
        for value in vars(node).values():
            if value.__class__ is list:
                nodes.extend([each for each in value if isinstance(each, ast.AST)])
            elif isinstance(value, ast.AST) and value.__class__ not in _LEAVES:
                nodes.append(value)
    return nodes


def _searched(data: bytes) -> Dynamic:
    found: list[Import] = []
    for match in _PLAIN_CALL.finditer(data):
        module = match[1].decode("utf-8", "replace")
        found.extend(_import(module, data.count(b"\n", 0, match.start()) + 1))
    return Dynamic(tuple(found), (), parses=False)


def _names(nodes: list[ast.AST]) -> frozenset[str]:
    """Every name that one of the functions has in this file, also by way of other names."""
    names = set(FUNCTIONS)
    for _ in range(_ROUNDS):
        before = len(names)
        for node in nodes:
            if isinstance(node, ast.ImportFrom):
                names.update(alias.asname for alias in node.names if alias.asname and alias.name in names)
            elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and _stands_for(node.value, names):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names.update(name for target in targets if (name := _called(target)))
        if len(names) == before:
            break
    return frozenset(names)


def _stands_for(value: ast.expr | None, names: set[str]) -> bool:
    if isinstance(value, ast.Call) and _called(value.func) in ("getattr", "partial"):
        named = [part.value for part in value.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        return any(name in names for name in [*named, *map(_called, value.args)])
    return value is not None and _called(value) in names


def _called(node: ast.AST) -> str:
    """The last part of a name, or the text that `getattr(x, "text")` or `__builtins__["text"]` asks for."""
    if isinstance(node, ast.Attribute):
        return node.attr
    wanted: ast.expr | None = None
    if isinstance(node, ast.Call) and _called(node.func) == "getattr" and len(node.args) > 1:
        wanted = node.args[1]
    elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "__builtins__":
        wanted = node.slice
    if wanted is not None:
        return wanted.value if isinstance(wanted, ast.Constant) and isinstance(wanted.value, str) else ""
    return node.id if isinstance(node, ast.Name) else ""


def _texts(nodes: list[ast.AST]) -> Mapping[str, str | None]:
    """Names that are bound once, to a literal text, with that text; None for the others."""
    known: dict[str, str | None] = {}
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            known[node.id] = None if node.id in known else ""
        elif isinstance(node, ast.arg):
            known[node.arg] = None
    for node in nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if known.get(name) == "":
                known[name] = _text(node.value, {}) or None
    return known


def _text(node: ast.expr | None, texts: Mapping[str, str | None]) -> str:
    """The text that an expression is for certain; empty where that is not known."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name):
        return texts.get(node.id) or ""
    parts: list[ast.expr] = []
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [node.left, node.right]
    elif isinstance(node, ast.JoinedStr):
        plain = (part.value if isinstance(part, ast.FormattedValue) else part for part in node.values)
        parts = list(plain)
    found = [_text(part, texts) for part in parts]
    return "".join(found) if all(found) else ""


def _is_another(function: ast.expr) -> bool:
    """Whether this is a method with the name of a function that runs texts."""
    if not isinstance(function, ast.Attribute) or function.attr not in RUNNERS:
        return False
    return ast.unparse(function.value) not in ("builtins", "__builtins__")


def _all_imported(call: ast.Call, texts: Mapping[str, str | None]) -> list[Import] | None:
    """What a call imports; None where that cannot be known. One by another name may be of any of the functions."""
    name = _called(call.func)
    found: list[Import] = []
    if name not in RUNNERS and name not in LOADERS and (one := _imported(call, texts)) is not None:
        found.append(one)
    if name not in RUNNERS and name not in _NAMING:
        parts = (*call.args, *(keyword.value for keyword in call.keywords))
        found += [one for each in parts if (one := of_path(_text(each, texts), call.lineno)) is not None]
    if name in RUNNERS or (not found and name not in FUNCTIONS):
        return _of_code(_text(call.args[0] if call.args else None, texts), call.lineno)
    return found or None


def _of_code(text: str, line: int) -> list[Import] | None:
    """What a text imports when it is run; None where it is not known, or is no Python."""
    nodes = _parsed(text.strip()) if text else None
    if nodes is None:
        return None
    inside = _read(nodes, _names(nodes), _texts(nodes), beyond(text))
    found = [one._replace(line=line) for one in inside.imports]
    return None if inside.blind else [*found, *stated(nodes, line)]


def _imported(call: ast.Call, texts: Mapping[str, str | None]) -> Import | None:
    named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
    first = call.args[0] if call.args else next(filter(None, map(named.get, _NAMED)), None)
    name = _text(first, texts).partition(":")[0]
    module = name.lstrip(".")
    level = len(name) - len(module)
    if level:
        package = _text(call.args[1] if len(call.args) > 1 else named.get("package"), texts).split(".")
        if not package[0] or level > len(package):
            return next(_import(module, call.lineno, level), None)
        module = ".".join([*package[: len(package) - level + 1], module])
    return next(_import(module, call.lineno), None)


def _relative(name: str, line: int) -> Iterator[Import]:
    module = name.lstrip(".")
    return _import(module, line, len(name) - len(module))


def _literal(node: ast.expr) -> str:
    return _text(node, {})


def _import(module: str, line: int, level: int = 0) -> Iterator[Import]:
    if module and all(part.isidentifier() for part in module.split(".")):
        yield Import(module, level, None, "", line, "dynamic", False, False)
