"""The constructor that Python makes for a dataclass or a named tuple, as if somebody had written it. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from laneshift.code.facts.outline import dotted

_DATACLASS = frozenset({"dataclass", "dataclasses.dataclass"})
_TUPLE = frozenset({"NamedTuple", "typing.NamedTuple"})
_FIELD = frozenset({"field", "dataclasses.field"})
_NO_FIELD = frozenset({"ClassVar", "typing.ClassVar"})
_KEYWORDS_FROM = frozenset({"KW_ONLY", "dataclasses.KW_ONLY"})
_INIT_VAR = frozenset({"InitVar", "dataclasses.InitVar"})


@dataclass(frozen=True, slots=True)
class Made:
    """One parameter of such a constructor."""

    name: str
    annotation: ast.expr
    default: ast.expr | None
    by_name_only: bool


def makes_init(node: ast.ClassDef) -> bool:
    """Whether Python makes the constructor of a class from its fields."""
    if any(dotted(base) in _TUPLE for base in node.bases):
        return True
    return is_dataclass(node) and _option(node, "init", otherwise=True)


def is_dataclass(node: ast.ClassDef) -> bool:
    """Whether a class is decorated as a dataclass."""
    return any(dotted(each) in _DATACLASS for each in node.decorator_list)


def init_of(classes: Sequence[ast.ClassDef]) -> ast.FunctionDef:
    """The constructor of the last class; the others are its bases among dataclasses, the farthest first."""
    fields: dict[str, Made] = {}
    for node in classes:
        for made in _fields(node):
            fields[made.name] = made
    plain = [each for each in fields.values() if not each.by_name_only]
    named = [each for each in fields.values() if each.by_name_only]
    arguments = ast.arguments(
        posonlyargs=[],
        args=[ast.arg("self"), *map(_argument, plain)],
        vararg=None,
        kwonlyargs=[*map(_argument, named)],
        kw_defaults=[each.default for each in named],
        kwarg=None,
        defaults=[each.default for each in _from_first_default(plain) if each.default is not None],
    )
    made_init = ast.FunctionDef(
        name="__init__", args=arguments, body=[ast.Pass()], decorator_list=[], returns=None, type_comment=None
    )
    return ast.fix_missing_locations(made_init)


def _from_first_default(fields: Sequence[Made]) -> Iterable[Made]:
    """Python refuses a field without a default behind one that has some, so the tail is all there is."""
    return (each for each in fields if each.default is not None)


def _fields(node: ast.ClassDef) -> Iterable[Made]:
    by_name = _option(node, "kw_only", otherwise=False)
    for statement in node.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        kind = _kind(statement.annotation)
        if kind in _KEYWORDS_FROM:
            by_name = True
            continue
        made = _made(statement.target.id, statement, by_name=by_name)
        if made is not None and kind not in _NO_FIELD:
            yield made


def _made(name: str, statement: ast.AnnAssign, *, by_name: bool) -> Made | None:
    """The parameter of one field; None for a field that the constructor does not take."""
    annotation, value = statement.annotation, statement.value
    if isinstance(annotation, ast.Subscript) and dotted(annotation.value) in _INIT_VAR:
        annotation = annotation.slice
    if not (isinstance(value, ast.Call) and dotted(value.func) in _FIELD):
        return Made(name, annotation, value, by_name)
    given = {each.arg: each.value for each in value.keywords}
    if _is(given.get("init"), False):
        return None
    by_name = _is(given["kw_only"], True) if "kw_only" in given else by_name
    made = ast.Constant(...) if "default_factory" in given else None
    return Made(name, annotation, given.get("default", made), by_name)


def _argument(each: Made) -> ast.arg:
    return ast.arg(each.name, each.annotation)


def _kind(annotation: ast.expr) -> str:
    """The outermost name of an annotation, in quotes or not."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value.partition("[")[0].strip()
    return dotted(annotation)


def _option(node: ast.ClassDef, name: str, *, otherwise: bool) -> bool:
    for each in node.decorator_list:
        if isinstance(each, ast.Call) and dotted(each.func) in _DATACLASS:
            for keyword in each.keywords:
                if keyword.arg == name:
                    return _is(keyword.value, True)
    return otherwise


def _is(node: ast.expr | None, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value
