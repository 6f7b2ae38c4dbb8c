"""String literals whose meaning depends on the call, the table or the list they stand in.

`import_module(".c", "a.b")` names `a.b.c` relatively; where a relative name cannot reach the new place it becomes
absolute, which `import_module` takes as well. A top-level module's name is an ordinary word, so only literals that
are certainly module names are rewritten for it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from laneshift.code.moves.frame import Frame, absolute, relative
from laneshift.code.moves.regions import LETTERS, words_ending
from laneshift.code.moves.scopes import Survey
from laneshift.code.moves.spans import Source, Span
from laneshift.repo.late_patterns import late

_IMPORTERS = frozenset({"import_module", "find_spec", "resolve_name"})
_NAMING = _IMPORTERS | {"__import__", "run_module", "patch", "setattr", "delattr", "import_string", "importorskip"}
_IMPORTING = tuple(name.encode() for name in sorted(_IMPORTERS))
_DOTTED = LETTERS | {b"."}
_QUOTED = late(rb"[rRbBuU]{0,2}(\"\"\"|'''|\"|')")
_HERE = frozenset({"__package__", "__name__"})


def wants_survey(data: bytes, frame: Frame) -> bool:
    """Whether a file may hold such literals at all."""
    if "." not in frame.old:
        return True
    relative_ones = frame.importer_moves and (b"'." in data or b'".' in data)
    telling = relative_ones or _ends_a_literal(data, frame.old_last.encode("utf-8", "surrogateescape"))
    return telling and any(name in data for name in _IMPORTING)


def _ends_a_literal(data: bytes, last: bytes) -> bool:
    """Whether `last` stands at the end of a dotted name that begins with a quote."""
    for at in words_ending(data, last):
        start = at
        while data[start - 1 : start] in _DOTTED:
            start -= 1
        if data[start - 1 : start] in (b'"', b"'"):
            return True
    return False


def literal_spans(source: Source, seen: Survey, frame: Frame) -> list[Span]:
    """The edits for literals that name the module by their place."""
    spans = list(_relative(source, seen, frame))
    if "." not in frame.old:
        spans += _single(source, seen, frame)
    return list(dict.fromkeys(spans))


def inner(source: Source, node: ast.expr) -> tuple[int, int] | None:
    """Where the text of a plain string literal stands, without prefix and quotes; None when it is not one piece."""
    start = source.offset(node.lineno, node.col_offset)
    end = source.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
    found = _QUOTED.match(source.data, start)
    if found is None or not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return None
    first, last = found.end(), end - len(found.group(1))
    return (first, last) if source.data[first:last] == node.value.encode("utf-8", "surrogatepass") else None


def _relative(source: Source, seen: Survey, frame: Frame) -> Iterator[Span]:
    lazy = False
    for call in seen.calls:
        package = _package_argument(call) if _called(call) in _IMPORTERS else None
        if package is None:
            continue
        first = call.args[0] if call.args else None
        if isinstance(first, ast.Constant):
            yield from _renamed(source, first, _base(package, frame), frame, always=frame.importer_moves)
        else:
            lazy = True
    if lazy:
        here = (frame.package_before, frame.package_after)
        for literal in seen.literals:
            yield from _renamed(source, literal, here, frame, always=False)


def _renamed(
    source: Source, node: ast.Constant, base: tuple[str, str] | None, frame: Frame, *, always: bool
) -> Iterator[Span]:
    """A relative name, rewritten when its target moves, and `always` when the file it is read from moves."""
    place = inner(source, node)
    if place is None or base is None or not isinstance(node.value, str):
        return
    level = len(node.value) - len(node.value.lstrip("."))
    name = node.value[level:]
    target = absolute(base[0], level, name)
    if not name or target is None or not all(part.isidentifier() for part in name.split(".")):
        return
    if frame.renames(target) or (always and level and base[0] != base[1]):
        new = frame.rename(target)
        text = relative(base[1], new) or new
        if text.startswith(".") and not text.strip("."):
            text = new
        yield Span(*place, text.encode("utf-8", "surrogateescape"), "relative-string")


def _package_argument(call: ast.Call) -> ast.expr | None:
    if len(call.args) > 1:
        return call.args[1]
    return next((each.value for each in call.keywords if each.arg == "package"), None)


def _base(package: ast.expr, frame: Frame) -> tuple[str, str] | None:
    """The package before and after the move that a relative name is read from."""
    if isinstance(package, ast.Constant) and isinstance(package.value, str):
        return package.value, frame.rename(package.value)
    if isinstance(package, ast.Name) and package.id in _HERE:
        return frame.package_before, frame.package_after
    return None


def _called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _single(source: Source, seen: Survey, frame: Frame) -> Iterator[Span]:
    for node in _naming(seen):
        place = inner(source, node)
        if place is None or not isinstance(node, ast.Constant):
            continue
        value = str(node.value)
        if value.startswith(frame.old) and value[len(frame.old) :][:1] in ("", ".", ":"):
            yield Span(place[0], place[0] + len(frame.old.encode()), frame.new.encode(), "module-string")


def _naming(seen: Survey) -> Iterator[ast.expr]:
    """The literals that can only be the name of a module, or start with one."""
    for call in seen.calls:
        if _called(call) in _NAMING and call.args:
            yield call.args[0]
        yield from call.args[:2] if _on_modules(call) else ()
    for subscript in seen.subscripts:
        if isinstance(subscript.value, ast.Attribute) and subscript.value.attr == "modules":
            yield subscript.slice
    for several in seen.lists:
        for flag, name in zip(several.elts, several.elts[1:], strict=False):
            if isinstance(flag, ast.Constant) and flag.value == "-m":
                yield name


def _on_modules(call: ast.Call) -> bool:
    """`sys.modules.get(...)`, `monkeypatch.setitem(sys.modules, ...)`."""
    reached = [call.func.value] if isinstance(call.func, ast.Attribute) else []
    return any(isinstance(each, ast.Attribute) and each.attr == "modules" for each in [*reached, *call.args[:1]])
