"""Which names of a module come from an experimental lane, and by which statements. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)
_MISSING = frozenset({"ImportError", "ModuleNotFoundError"})


@dataclass(frozen=True)
class Bound:
    """A name that statements at the top of the module bind to something of the lane.

    `nodes` are those statements (an import, or a `try` around imports), `texts` the single statements that bind this
    name alone; `whole` is true for `import a.b`, which binds `a` and is used by its full name `target`.
    """

    name: str
    nodes: tuple[ast.stmt, ...]
    texts: tuple[str, ...]
    target: str
    whole: bool = False


class Odd(Exception):
    """The file cannot be isolated: a stable cause, a line and a sentence."""

    def __init__(self, cause: str, line: int, why: str) -> None:
        super().__init__(why)
        self.cause = cause
        self.line = line
        self.why = why


def is_below(name: str, lane: str) -> bool:
    """Whether a dotted name is the lane's or below it."""
    return name == lane or name.startswith(f"{lane}.")


def target_of(node: ast.Import | ast.ImportFrom, alias: ast.alias, package: str) -> str:
    """The absolute dotted name that an alias of an import stands for."""
    if isinstance(node, ast.Import):
        return alias.name
    parts = package.split(".") if package else []
    kept = parts[: len(parts) - node.level + 1] if node.level else []
    return ".".join([*kept, *([node.module] if node.module else []), alias.name])


def concerns(node: ast.AST, lane: str, package: str) -> bool:
    """Whether an import names something of the lane."""
    if not isinstance(node, (ast.Import, ast.ImportFrom)):
        return False
    return any(is_below(target_of(node, alias, package).removesuffix(".*"), lane) for alias in node.names)


def is_type_checking(node: ast.stmt) -> bool:
    """Whether a block runs for type checkers alone."""
    return isinstance(node, ast.If) and ast.unparse(node.test).rpartition(".")[2] == "TYPE_CHECKING"


def bindings(tree: ast.Module, lane: str, package: str) -> dict[str, Bound]:
    """The names that the top of the module takes from the lane. Raises `Odd` for an import that has to stay."""
    found: dict[str, Bound] = {}
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for each in _of_import(node, lane, package):
                _add(found, each)
        elif isinstance(node, ast.Try) and any(concerns(each, lane, package) for each in node.body):
            for each in _of_try(node, lane, package):
                _add(found, each)
        elif isinstance(node, (*BLOCKS, ast.ClassDef)) and not is_type_checking(node):
            _refuse_inside(node, lane, package)
    return found


def _add(found: dict[str, Bound], each: Bound) -> None:
    known = found.get(each.name)
    if known is None:
        found[each.name] = each
    elif known.whole and each.whole:
        texts = tuple(dict.fromkeys((*known.texts, *each.texts)))
        found[each.name] = Bound(each.name, (*known.nodes, *each.nodes), texts, known.target, whole=True)
    else:
        raise Odd("rebinding", each.nodes[0].lineno, f"`{each.name}` is bound more than once")


def _of_import(node: ast.Import | ast.ImportFrom, lane: str, package: str) -> Iterator[Bound]:
    for alias in node.names:
        target = target_of(node, alias, package)
        if not is_below(target.removesuffix(".*"), lane):
            continue
        if alias.name == "*":
            raise Odd("star-import", node.lineno, "a star binds names that no text tells")
        yield _bound(node, node, alias, lane)


def _bound(node: ast.Import | ast.ImportFrom, around: ast.stmt, alias: ast.alias, lane: str) -> Bound:
    single = single_text(node, alias)
    if isinstance(node, ast.Import) and alias.asname is None:
        return Bound(alias.name.partition(".")[0], (around,), (single,), lane, whole=True)
    return Bound(alias.asname or alias.name, (around,), (single,), alias.name)


def single_text(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    """The statement that imports one of the names alone."""
    if isinstance(node, ast.Import):
        return ast.unparse(ast.Import(names=[alias]))
    return ast.unparse(ast.ImportFrom(module=node.module, names=[alias], level=node.level))


def _of_try(node: ast.Try, lane: str, package: str) -> Iterator[Bound]:
    """A `try` that imports the lane's names and, where the lane is missing, binds them to something plain."""
    imports = [each for each in node.body if isinstance(each, (ast.Import, ast.ImportFrom))]
    if len(imports) != len(node.body) or node.orelse or node.finalbody or len(node.handlers) != 1:
        raise Odd("conditional-import", node.lineno, "the `try` does more than import")
    _refuse_broad(node.handlers[0])
    names = [(each, alias) for each in imports for alias in each.names]
    if not all(is_below(target_of(each, alias, package), lane) for each, alias in names):
        raise Odd("conditional-import", node.lineno, "the `try` imports other things as well")
    if len(names) != 1:
        raise Odd("conditional-import", node.lineno, "the `try` imports more than one name")
    each, alias = names[0]
    if isinstance(each, ast.Import) and alias.asname is None:
        raise Odd("conditional-import", node.lineno, "the `try` binds the name of a package")
    bound = _bound(each, node, alias, lane)
    for inner in node.handlers[0].body:
        plain = isinstance(inner, ast.Assign) and isinstance(inner.value, ast.Constant)
        if not plain or not ast.unparse(inner).startswith(f"{bound.name} = "):
            raise Odd("conditional-import", inner.lineno, "without the lane the `try` does more than bind the name")
    yield Bound(bound.name, bound.nodes, (ast.unparse(node),), bound.target)


def _refuse_broad(handler: ast.ExceptHandler) -> None:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {ast.unparse(kind) if kind is not None else "" for kind in kinds}
    if not names <= _MISSING:
        why = "the handler catches more than a missing import, so a bug in the lane looks like its absence"
        raise Odd("broad-except", handler.lineno, why)


def _refuse_inside(node: ast.AST, lane: str, package: str) -> None:
    """Imports of the lane that run at import, but not at the top."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(child, ast.stmt) and concerns(child, lane, package):
            if isinstance(node, ast.ClassDef):
                raise Odd("class-body-import", child.lineno, "the import runs with the body of a class")
            raise Odd("conditional-import", child.lineno, "whether it is imported is decided when the module is")
        if isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case)):
            _refuse_inside(child, lane, package)
