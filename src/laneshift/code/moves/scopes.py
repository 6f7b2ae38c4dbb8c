"""Which binding a name means: the scopes of one file, as the interpreter would build them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from laneshift.code.type_forms import TYPE_ALIASES, type_parameters
from laneshift.repo.plain_records import NamedTuple

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
ImportNode = ast.Import | ast.ImportFrom


class Scope:
    """A module, class, function, comprehension or list of type parameters: what it binds by import, and otherwise."""

    __slots__ = ("imports", "is_class", "is_comprehension", "is_function", "is_types", "others", "outer", "parent")

    def __init__(
        self,
        parent: Scope | None,
        *,
        is_class: bool = False,
        is_comprehension: bool = False,
        is_function: bool = False,
        is_types: bool = False,
    ) -> None:
        self.parent = parent
        self.is_class = is_class
        self.is_comprehension = is_comprehension
        self.is_function = is_function
        self.is_types = is_types
        self.imports: dict[str, list[tuple[ImportNode, ast.alias]]] = {}
        self.others: set[str] = set()
        self.outer: dict[str, Scope] = {}

    def binds(self, name: str) -> bool:
        """Whether this scope binds `name` at all."""
        return name in self.imports or name in self.others

    def find(self, name: str) -> Scope | None:
        """The scope whose binding of `name` a use in this scope means; None for a name bound nowhere here."""
        if name in self.outer:
            return self.outer[name]
        return next((scope for scope in self.in_sight() if scope.binds(name)), None)

    def in_sight(self) -> Iterator[Scope]:
        """The scopes whose names can be read here, this one first."""
        scope: Scope | None = self
        seen = True
        while scope is not None:
            if seen or not scope.is_class:
                yield scope
            # Names of a class are seen in itself and in type parameters of what it holds.
            seen = seen and scope.is_types
            scope = scope.parent

    def holder(self) -> Scope:
        """The scope that `name := value` binds in: the one around, where it stands in a comprehension."""
        scope = self
        while scope.is_comprehension and scope.parent is not None:
            scope = scope.parent
        return scope

    def hand_over(self, name: str, target: Scope) -> None:
        """Let `name` be a name of `target`, also where it was bound before that was known."""
        self.outer[name] = target
        if target is self:
            return
        if name in self.others:
            self.others.discard(name)
            target.others.add(name)
        if name in self.imports:
            target.imports.setdefault(name, []).extend(self.imports.pop(name))

    def runs_at_once(self) -> bool:
        """Whether what stands here runs when the module is imported, and not only when a function is called."""
        scope: Scope | None = self
        while scope is not None and not scope.is_function:
            scope = scope.parent
        return scope is None

    def contains(self, inner: Scope) -> bool:
        """Whether `inner` is this scope or lies in it."""
        scope: Scope | None = inner
        while scope is not None and scope is not self:
            scope = scope.parent
        return scope is self


class Use(NamedTuple):
    """One use of a name with the attributes read from it: `nodes` are the name and then each attribute."""

    scope: Scope
    nodes: tuple[ast.Name | ast.Attribute, ...]
    quoted_in: ast.expr | None

    @property
    def name(self) -> str:
        """The name that the chain starts with."""
        first = self.nodes[0]
        return first.id if isinstance(first, ast.Name) else ""

    @property
    def parts(self) -> list[str]:
        """The name and the attributes."""
        return [self.name, *(node.attr for node in self.nodes[1:] if isinstance(node, ast.Attribute))]


class Survey:
    """The scopes of a file, every use of the names asked for, calls with literal arguments, and annotations."""

    def __init__(self, module: Scope) -> None:
        self.module = module
        self.uses: list[Use] = []
        self.calls: list[ast.Call] = []
        self.subscripts: list[ast.Subscript] = []
        self.annotations: list[ast.Constant] = []
        self.literals: list[ast.Constant] = []
        self.formatted: list[ast.JoinedStr] = []
        self.lists: list[ast.List | ast.Tuple] = []
        self.scope_of: dict[int, Scope] = {}
        self.declared: list[tuple[Scope, ast.Global | ast.Nonlocal]] = []


def survey(tree: ast.Module, names: Iterable[str]) -> Survey:
    """Walk `tree` once. Only uses of `names` are kept."""
    return _Walker(frozenset(names)).run(tree)


class _At(NamedTuple):
    """Where the walk is: the scope, the f-string around, and whether within an annotation."""

    scope: Scope
    quoted: ast.expr | None = None
    annotation: bool = False


class _Walker:
    """A walk with an explicit stack: deep expressions must not exhaust the interpreter's."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self.result = Survey(Scope(None))
        self.stack: list[tuple[ast.AST, _At]] = []
        self.handlers: dict[type[ast.AST], Callable[[Any, _At], None]] = {
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Import: self._import,
            ast.ImportFrom: self._import,
            ast.ClassDef: self._class,
            ast.Global: self._declaration,
            ast.Nonlocal: self._declaration,
            ast.NamedExpr: self._walrus,
            ast.Constant: self._constant,
            ast.JoinedStr: self._formatted,
            ast.AnnAssign: self._annotated,
            ast.arg: self._argument,
        }
        self.handlers.update(dict.fromkeys(TYPE_ALIASES, self._alias))
        self.handlers.update(dict.fromkeys(_FUNCTIONS, self._function))
        self.handlers.update(dict.fromkeys(_COMPREHENSIONS, self._comprehension))

    def run(self, tree: ast.Module) -> Survey:
        self._push(reversed(tree.body), _At(self.result.module))
        while self.stack:
            node, at = self.stack.pop()
            self.handlers.get(type(node), self._generic)(node, at)
        for scope, declared in self.result.declared:
            self._declare(scope, declared)
        return self.result

    def _declare(self, scope: Scope, node: ast.Global | ast.Nonlocal) -> None:
        """What `global` and `nonlocal` say; by now it is known what every scope binds."""
        for name in node.names:
            if isinstance(node, ast.Global):
                scope.hand_over(name, self.result.module)
            elif scope.parent is not None and (found := scope.parent.find(name)) is not None:
                scope.hand_over(name, found)

    def _push(self, nodes: Iterable[ast.AST | None], at: _At) -> None:
        self.stack += [(node, at) for node in nodes if node is not None]

    def _generic(self, node: ast.AST, at: _At) -> None:
        if isinstance(node, ast.Call):
            self.result.calls.append(node)
        elif isinstance(node, ast.Subscript):
            self.result.subscripts.append(node)
        elif isinstance(node, ast.List | ast.Tuple):
            self.result.lists.append(node)
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            at.scope.others.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            at.scope.others.add(node.rest)
        self._push(ast.iter_child_nodes(node), at)

    def _name(self, node: ast.Name, at: _At) -> None:
        if not isinstance(node.ctx, ast.Load):
            at.scope.others.add(node.id)
        elif node.id in self.names:
            self.result.uses.append(Use(at.scope, (node,), at.quoted))

    def _attribute(self, node: ast.Attribute, at: _At) -> None:
        chain: list[ast.Name | ast.Attribute] = [node]
        base: ast.expr = node.value
        while isinstance(base, ast.Attribute):
            chain.append(base)
            base = base.value
        if not isinstance(base, ast.Name):
            self._push([base], at)
        elif base.id in self.names:
            self.result.uses.append(Use(at.scope, (base, *reversed(chain)), at.quoted))

    def _import(self, node: ImportNode, at: _At) -> None:
        self.result.scope_of[id(node)] = at.scope
        for alias in node.names:
            bound = alias.asname or (alias.name.partition(".")[0] if isinstance(node, ast.Import) else alias.name)
            at.scope.imports.setdefault(bound, []).append((node, alias))

    def _class(self, node: ast.ClassDef, at: _At) -> None:
        at.scope.others.add(node.name)
        self._push(node.decorator_list, at)
        at = self._typed(node, at)
        self._push([*node.bases, *node.keywords], at)
        self._push(reversed(node.body), _At(Scope(at.scope, is_class=True)))

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, at: _At) -> None:
        arguments = node.args
        self._push([*arguments.defaults, *arguments.kw_defaults], at)
        if not isinstance(node, ast.Lambda):
            at.scope.others.add(node.name)
            self._push(node.decorator_list, at)
            at = self._typed(node, at)
        inner = Scope(at.scope, is_function=True)
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        inner.others.update(each.arg for each in every if each is not None)
        self._push(every, at)
        if isinstance(node, ast.Lambda):
            self._push([node.body], at._replace(scope=inner))
            return
        self._push([node.returns], at._replace(annotation=True))
        self._push(reversed(node.body), _At(inner))

    def _typed(self, node: ast.AST, at: _At) -> _At:
        """Where type parameters are known, for what has some: they are a scope between it and what is around."""
        parameters = type_parameters(node)
        if not parameters:
            return at
        inner = Scope(at.scope, is_types=True)
        inner.others.update(each.name for each in parameters)
        self._push(parameters, at._replace(scope=inner, annotation=True))
        return at._replace(scope=inner)

    def _alias(self, node: Any, at: _At) -> None:
        self._push([node.name], at)
        self._push([node.value], self._typed(node, at)._replace(annotation=True))

    def _argument(self, node: ast.arg, at: _At) -> None:
        self._push([node.annotation], at._replace(annotation=True))

    def _annotated(self, node: ast.AnnAssign, at: _At) -> None:
        self._push([node.target, node.value], at)
        self._push([node.annotation], at._replace(annotation=True))

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, at: _At) -> None:
        inner = at._replace(scope=Scope(at.scope, is_comprehension=True))
        first = node.generators[0]
        self._push([first.iter], at)
        self._push([first.target, *first.ifs, *node.generators[1:]], inner)
        self._push([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt], inner)

    def _walrus(self, node: ast.NamedExpr, at: _At) -> None:
        at.scope.holder().others.add(node.target.id)
        self._push([node.value], at)

    def _declaration(self, node: ast.Global | ast.Nonlocal, at: _At) -> None:
        self.result.declared.append((at.scope, node))

    def _constant(self, node: ast.Constant, at: _At) -> None:
        if isinstance(node.value, str):
            (self.result.annotations if at.annotation else self.result.literals).append(node)

    def _formatted(self, node: ast.JoinedStr, at: _At) -> None:
        self.result.formatted.append(node)
        self._push(ast.iter_child_nodes(node), at._replace(quoted=at.quoted or node))
