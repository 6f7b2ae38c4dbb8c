"""What each scope of a file binds, reads and changes in place: the module, every class, every function. Pure."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from laneshift.code.type_forms import limits

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass
class Scope:
    """One scope; definitions of one name count as one. `kind` is `module`, `class` or `def`.

    `stores` has names bound otherwise than by an import, `imports` those bound by one, `changed` attributes and items
    that are assigned, as text. `loads` of a function has everything below it, that of a class only its own statements.
    """

    kind: str
    stores: Counter[str] = field(default_factory=Counter)
    imports: Counter[str] = field(default_factory=Counter)
    loads: set[str] = field(default_factory=set)
    changed: Counter[tuple[str, str]] = field(default_factory=Counter)
    generates: bool = False
    lines: dict[str, int] = field(default_factory=dict)

    def binds(self, name: str) -> int:
        """How often the scope binds a name in any way."""
        return self.stores[name] + self.imports[name]


def scopes(tree: ast.Module) -> dict[str, Scope]:
    """Qualified name to scope; the module is ""."""
    found: dict[str, Scope] = {}
    pending: list[tuple[str, ast.Module | Definition]] = [("", tree)]
    while pending:
        name, node = pending.pop()
        kind = "module" if not name else "class" if isinstance(node, ast.ClassDef) else "def"
        scope = found.setdefault(name, Scope(kind))
        pending.extend((f"{name}.{inner.name}".strip("."), inner) for inner in _filled(scope, node))
    return found


def root(node: ast.expr) -> str:
    """The name at the start of an attribute or item; empty when there is none."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _filled(scope: Scope, node: ast.Module | Definition) -> list[Definition]:
    """Note what the statements of a scope do; the definitions directly in it."""
    inner: list[Definition] = []
    for each, nested in _own(node.body, nested=False):
        if isinstance(each, (*_FUNCTIONS, ast.ClassDef)):
            inner.append(each)
        for name in _bound(each, nested=nested):
            scope.stores[name] += 1
            scope.lines[name] = getattr(each, "lineno", 0)
        if isinstance(each, (ast.Import, ast.ImportFrom)):
            for alias in each.names:
                scope.imports[(alias.asname or alias.name).partition(".")[0]] += 1
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load):
            scope.loads.add(each.id)
        if isinstance(each, (ast.Attribute, ast.Subscript)) and not isinstance(each.ctx, ast.Load):
            scope.changed[root(each), ast.unparse(each)] += 1
            scope.lines[ast.unparse(each)] = each.lineno
        scope.generates = scope.generates or isinstance(each, (ast.Yield, ast.YieldFrom))
    if isinstance(node, _FUNCTIONS):
        scope.loads |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    return inner


def _own(nodes: list[ast.stmt] | list[ast.AST], *, nested: bool) -> Iterator[tuple[ast.AST, bool]]:
    """Every node of a scope, with whether it lies in a comprehension: what that binds is its own."""
    for node in nodes:
        yield node, nested
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            yield from _own(_heads(node), nested=nested)
        elif isinstance(node, ast.Lambda):
            yield from _own(list(ast.iter_child_nodes(node.args)), nested=nested)
        else:
            inside = nested or isinstance(node, _COMPREHENSIONS)
            yield from _own(list(ast.iter_child_nodes(node)), nested=inside)


def _heads(node: Definition) -> list[ast.AST]:
    """What a definition evaluates where it stands, and what its type parameters may ask for there later."""
    if isinstance(node, ast.ClassDef):
        return [*node.decorator_list, *limits(node), *node.bases, *(word.value for word in node.keywords)]
    arguments = node.args
    defaults = [*arguments.defaults, *(each for each in arguments.kw_defaults if each is not None)]
    return [*node.decorator_list, *limits(node), *defaults]


def _bound(node: ast.AST, *, nested: bool) -> Iterator[str]:
    """Names that a node binds, imports aside."""
    if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.NamedExpr):
        # The only thing in a comprehension that binds outside of it.
        if nested:
            yield node.target.id
    elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        if not nested:
            yield node.id
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
        yield node.name
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.rest
