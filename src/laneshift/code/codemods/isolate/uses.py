"""Where the names of a lane are used: when the module is imported, when a function is called, or in annotations. Pure.

What runs at import is the top of the module, bodies of classes, decorators, defaults, and every function that these
call, by its name, however many calls away.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from laneshift.code.codemods.isolate.bindings import Odd, is_below
from laneshift.code.codemods.isolate.readers import decorated_by_readers, has_reading_base, sources_of
from laneshift.code.type_forms import TYPE_ALIASES, limits, parameter_names

Function = ast.FunctionDef | ast.AsyncFunctionDef
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_LOOPS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass
class Uses:
    """The uses of one name: by outermost function, and whether annotations name it that nothing evaluates.

    `beside` and `apart` are uses of a package's name that do not lead to the lane, in functions and anywhere.
    """

    inside: dict[Function, list[ast.Name]] = field(default_factory=dict)
    beside: dict[Function, list[ast.Name]] = field(default_factory=dict)
    apart: bool = False
    annotated: bool = False


@dataclass(frozen=True)
class _Where:
    """How a piece of code is reached: `unit` is its outermost function, `part` what of the module's own code it is.

    `hidden` are names that mean something else there; `types` those of them that are type parameters around it.
    """

    unit: Function | None = None
    part: str = "module-level-use"
    hidden: frozenset[str] = frozenset()
    lazy: bool = False
    in_lambda: bool = False
    types: frozenset[str] = frozenset()


_WHY = {
    "base-class": "a class is built from it when the module is imported",
    "decorator": "it decorates something when the module is imported",
    "default-argument": "a default is computed when the module is imported",
    "annotation-evaluated": "the annotation is evaluated when the module is imported",
    "annotation-read": "what decorates it, or what the class comes from, may look the annotation up in the module",
    "class-body-use": "the body of a class uses it when the module is imported",
    "isinstance-at-import": "isinstance asks for it when the module is imported",
    "module-level-use": "it is used when the module is imported",
    "lambda": "a lambda outside any function uses it, and nothing can be put into a lambda",
    "type-alias": "a type alias outside any function stands for it, and nothing can be put into an alias",
}


class Finder:
    """Walks one module and tells the uses of `names`. Raises `Odd` for a use that laziness cannot keep."""

    def __init__(
        self,
        tree: ast.Module,
        names: Sequence[str],
        shared: Mapping[str, str] | None = None,
        aside: Collection[ast.stmt] = (),
    ) -> None:
        """`shared` maps the name of a package to the full name of the lane that is reached through it.

        `aside` are the statements that bind the names: what is in them is no use.
        """
        self.found = {name: Uses() for name in names}
        self._shared = shared or {}
        self._names = frozenset(names)
        self._deferred = any(
            isinstance(node, ast.ImportFrom) and node.module == "__future__" and "annotations" in _names(node)
            for node in tree.body
        )
        self._functions: dict[str, list[ast.AST]] = {}
        self._called: list[str] = []
        self._derived: list[str] = []
        self._given: set[str] = set()
        self._aliases: dict[str, list[str]] = {}
        self._sources = sources_of(tree)
        self._rest = [node for node in tree.body if not any(node is each for each in aside)]
        self._refuse_rebinding(tree)
        self._body(self._rest, _Where())
        self._follow_calls()

    def _refuse_rebinding(self, tree: ast.Module) -> None:
        for node in _own(self._rest):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load) and node.id in self._names:
                raise Odd("rebinding", node.lineno, f"`{node.id}` is bound to something else as well")
            if isinstance(node, _DEFINING) and node.name in self._names:
                raise Odd("rebinding", node.lineno, f"`{node.name}` is defined here as well")
        for node in ast.walk(tree):
            if isinstance(node, ast.Global) and self._names & set(node.names):
                raise Odd("rebinding", node.lineno, "a function declares the name global")
            if isinstance(node, ast.Constant) and node.value in self._names and _is_export(tree, node):
                raise Odd("re-export", node.lineno, f"`__all__` names `{node.value}`, so that a star import loads it")

    def _body(self, body: Sequence[ast.AST], where: _Where) -> None:
        for node in body:
            self._visit(node, where)

    def _visit(self, node: ast.AST, where: _Where) -> None:
        if isinstance(node, ast.Name):
            self._name(node, where)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._function(node, where)
        elif isinstance(node, (ast.Lambda, *TYPE_ALIASES)):
            self._later(node, where)
        elif isinstance(node, ast.ClassDef):
            self._class(node, where)
        elif isinstance(node, ast.AnnAssign):
            self._annotation(node.annotation, where, evaluated=where.unit is None)
            self._body([part for part in (node.target, node.value) if part is not None], where)
        elif isinstance(node, _LOOPS):
            hidden = where.hidden | {
                each.id for each in ast.walk(node) if isinstance(each, ast.Name) and _is_stored(each)
            }
            self._body(list(ast.iter_child_nodes(node)), _but(where, hidden=hidden))
        elif isinstance(node, ast.Call):
            self._call(node, where)
        elif isinstance(node, ast.Assign) and where.unit is None and isinstance(node.value, ast.Name):
            for target in (each for each in node.targets if isinstance(each, ast.Name)):
                self._aliases.setdefault(target.id, []).append(node.value.id)
            self._body(list(ast.iter_child_nodes(node)), where)
        elif isinstance(node, ast.Attribute) and (root := self._apart(node, where)) is not None:
            self.found[root.id].apart = True
            if where.unit is not None:
                self.found[root.id].beside.setdefault(where.unit, []).append(root)
        else:
            self._body(list(ast.iter_child_nodes(node)), where)

    def _apart(self, node: ast.Attribute, where: _Where) -> ast.Name | None:
        """The package's name at the start of an attribute that does not lead to the lane."""
        parts, inner = [node.attr], node.value
        while isinstance(inner, ast.Attribute):
            parts, inner = [inner.attr, *parts], inner.value
        if not isinstance(inner, ast.Name) or inner.id not in self._shared or inner.id in where.hidden:
            return None
        dotted, lane = ".".join([inner.id, *parts]), self._shared[inner.id]
        return None if is_below(dotted, lane) or is_below(lane, dotted) else inner

    def _name(self, node: ast.Name, where: _Where) -> None:
        if node.id not in self._names or node.id in where.hidden or not isinstance(node.ctx, ast.Load):
            return
        if where.lazy and where.in_lambda and where.unit is None:
            raise Odd("lambda", node.lineno, f"`{node.id}`: {_WHY['lambda']}")
        if where.unit is None:
            raise Odd(where.part, node.lineno, f"`{node.id}`: {_WHY[where.part]}")
        self.found[node.id].inside.setdefault(where.unit, []).append(node)

    def _call(self, node: ast.Call, where: _Where) -> None:
        if where.unit is None and not where.lazy:
            told = [node.func, *node.args, *(word.value for word in node.keywords)]
            self._called += [each.id for one in told for each in ast.walk(one) if isinstance(each, ast.Name)]
            self._given |= {each.id for one in told[1:] for each in ast.walk(one) if isinstance(each, ast.Name)}
            if isinstance(node.func, ast.Name) and node.func.id in ("isinstance", "issubclass"):
                where = _but(where, part="isinstance-at-import")
        self._body(list(ast.iter_child_nodes(node)), where)

    def _function(self, node: Function, where: _Where) -> None:
        top = where.unit is None
        if top:
            self._functions.setdefault(node.name, []).append(node)
            for each in node.decorator_list:
                self._called += [one.id for one in ast.walk(each) if isinstance(one, ast.Name)]
        self._body(node.decorator_list, _but(where, part="decorator"))
        defaults = [each for each in (*node.args.defaults, *node.args.kw_defaults) if each is not None]
        self._body(defaults, _but(where, part="default-argument"))
        read = decorated_by_readers(node.decorator_list, self._sources)
        where = self._typed(node, where, read=read)
        for annotation in _annotations(node):
            self._annotation(annotation, where, evaluated=True, read=read)
        hidden = (where.hidden if not top else where.types) | locals_of(node)
        unit = node if top else where.unit
        self._body(node.body, _Where(unit, where.part, hidden, lazy=True, types=where.types))

    def _typed(self, node: Function | ast.ClassDef, where: _Where, *, read: bool) -> _Where:
        """Where type parameters are known. Their bounds and defaults are annotations that nothing evaluates."""
        where = _but(where, types=parameter_names(node))
        for limit in limits(node):
            self._annotation(limit, where, evaluated=where.unit is not None, read=read)
        return where

    def _alias(self, node: ast.AST, where: _Where) -> None:
        """A `type X = …`, which is evaluated when somebody asks for it, and sees what is bound around it."""
        inner = _but(where, part="type-alias", types=parameter_names(node))
        self._body(list(ast.iter_child_nodes(node)), inner)
        for name in self._quoted(node):
            self.found[name].annotated = True

    def _later(self, node: ast.AST, where: _Where) -> None:
        if isinstance(node, ast.Lambda):
            self._lambda(node, where)
        else:
            self._alias(node, where)

    def _lambda(self, node: ast.Lambda, where: _Where) -> None:
        self._body([each for each in (*node.args.defaults, *node.args.kw_defaults) if each is not None], where)
        hidden = where.hidden | {each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)}
        self._visit(node.body, _but(where, hidden=hidden, lazy=True, in_lambda=True))

    def _class(self, node: ast.ClassDef, where: _Where) -> None:
        if where.unit is None:
            self._functions.setdefault(node.name, []).append(node)
            told = [*node.decorator_list, *(word.value for word in node.keywords)]
            self._called += [one.id for each in told for one in ast.walk(each) if isinstance(one, ast.Name)]
            self._derived += [one.id for each in node.bases for one in ast.walk(each) if isinstance(one, ast.Name)]
        self._body(node.decorator_list, _but(where, part="decorator"))
        read = decorated_by_readers(node.decorator_list, self._sources) or has_reading_base(node, self._functions)
        where = self._typed(node, where, read=read)
        self._body([*node.bases, *(word.value for word in node.keywords)], _but(where, part="base-class"))
        own = {name.id for part in node.body for name in _stored(part)}
        inner = _but(where, part="class-body-use", hidden=where.hidden | own)
        for part in node.body:
            method = isinstance(part, (*_SCOPES, ast.ClassDef))
            if isinstance(part, ast.AnnAssign):
                self._annotation(part.annotation, inner, evaluated=True, read=read)
                self._body([each for each in (part.target, part.value) if each is not None], inner)
            else:
                self._visit(part, _but(inner, hidden=where.hidden) if method else inner)

    def _annotation(self, node: ast.expr, where: _Where, *, evaluated: bool, read: bool = False) -> None:
        """An annotation: one that is evaluated counts as code, any other goes to where type checkers look.

        `read`: whether something may look its names up in the module all the same.
        """
        if self._deferred or not evaluated:
            named = {each.id for each in _named(node) if each.id not in where.hidden} & self._names
        else:
            self._visit(node, _but(where, part="annotation-evaluated"))
            named = self._quoted(node)
        if named and read:
            raise Odd("annotation-evaluated", node.lineno, f"`{min(named)}`: {_WHY['annotation-read']}")
        for name in named:
            self.found[name].annotated = True

    def _quoted(self, node: ast.AST) -> set[str]:
        quoted = (each for each in ast.walk(node) if isinstance(each, ast.Constant))
        return {each.id for text in quoted for each in _named(text)} & self._names

    def _follow_calls(self) -> None:
        """Functions that run at import, because something that runs at import names them in a call."""
        waiting, seen = [*self._called, *self._hooked()], set[str]()
        self._refuse_given()
        units = {unit: name for name, uses in self.found.items() for unit in uses.inside}
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            waiting += self._aliases.get(name, [])
            for node in self._functions.get(name, []):
                for each in ast.walk(node):
                    if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)) and each in units:
                        raise Odd("called-at-import", each.lineno, f"`{units[each]}`: {name} runs at import")
                    if isinstance(each, ast.Name):
                        waiting.append(each.id)

    def _hooked(self) -> list[str]:
        """What runs because a class is made from one of this module: `__init_subclass__`, for each by its own name."""
        found = []
        for name in self._derived:
            for node in self._functions.get(name, []):
                hooks = (each for each in ast.iter_child_nodes(node) if isinstance(each, Function))
                for hook in (each for each in hooks if each.name == "__init_subclass__"):
                    self._functions[f"{name}.__init_subclass__"] = [hook]
                    found.append(f"{name}.__init_subclass__")
        return found

    def _refuse_given(self) -> None:
        """A function that is given to something at import: that may look its annotations up in the module."""
        for name in sorted(self._given):
            for node in self._functions.get(name, []):
                told = [*(_annotations(node) if isinstance(node, Function) else []), *limits(node)]
                named = {each.id for one in told for each in _named(one)} & self._names - parameter_names(node)
                if named:
                    why = f"`{min(named)}`: `{name}` is given to something that may look its annotations up"
                    raise Odd("annotation-evaluated", told[0].lineno, why)


_DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def locals_of(node: Function) -> frozenset[str]:
    """Names that are local to a function: parameters, and whatever its own body binds."""
    found = {each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)}
    for each in _own(node.body):
        if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load):
            found.add(each.id)
        elif isinstance(each, _DEFINING):
            found.add(each.name)
        elif isinstance(each, (ast.Import, ast.ImportFrom)):
            found |= {(alias.asname or alias.name).partition(".")[0] for alias in each.names}
        elif isinstance(each, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and each.name:
            found.add(each.name)
    return frozenset(found)


def _own(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Everything in a function's body that is in its own scope."""
    for node in body:
        yield node
        if not isinstance(node, (*_SCOPES, ast.ClassDef, *_LOOPS)):
            yield from _own(list(ast.iter_child_nodes(node)))


def _stored(node: ast.AST) -> Iterator[ast.Name]:
    return (each for each in _own([node]) if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load))


def _is_stored(node: ast.Name) -> bool:
    return not isinstance(node.ctx, ast.Load)


def _is_export(tree: ast.Module, text: ast.AST) -> bool:
    for node in tree.body:
        told = isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)) and "__all__" in ast.unparse(node)
        if told and any(each is text for each in ast.walk(node)):
            return True
    return False


def _annotations(node: Function) -> list[ast.expr]:
    parts = [each.annotation for each in ast.walk(node.args) if isinstance(each, ast.arg)]
    return [each for each in (*parts, node.returns) if each is not None]


def _named(node: ast.expr) -> Iterator[ast.Name]:
    """Names in an annotation, also in quoted parts of it."""
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            yield each
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            try:
                inner = ast.parse(each.value.strip(), mode="eval")
            except (SyntaxError, ValueError):
                continue
            yield from (one for one in ast.walk(inner) if isinstance(one, ast.Name))


def _names(node: ast.ImportFrom) -> list[str]:
    return [alias.name for alias in node.names]


def _but(
    where: _Where,
    *,
    part: str | None = None,
    hidden: frozenset[str] | set[str] | None = None,
    lazy: bool | None = None,
    in_lambda: bool | None = None,
    types: frozenset[str] = frozenset(),
) -> _Where:
    return _Where(
        where.unit,
        where.part if part is None or where.unit is not None else part,
        (where.hidden if hidden is None else frozenset(hidden)) | types,
        where.lazy if lazy is None else lazy,
        where.in_lambda if in_lambda is None else in_lambda,
        where.types | types,
    )
