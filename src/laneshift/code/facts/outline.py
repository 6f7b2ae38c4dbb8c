"""The outline of a parsed module: its symbols with signatures, `__all__`, docstring and tests."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from laneshift.code.facts.names import targets
from laneshift.code.facts.records import Symbol, SymbolKind
from laneshift.code.type_forms import alias_target

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LONGEST_SUMMARY = 200


def symbols_of(tree: ast.Module) -> tuple[Symbol, ...]:
    """Functions, classes and variables defined at module level, conditional ones included, in the order of their names'
    first definitions. The last definition of a name wins, as in the interpreter; but one that is a plain assignment in
    a branch of `if` or an `except` only stands in for what was defined before, as griffe has it."""
    found: dict[str, Symbol] = {}
    for statement, is_branch in _placed(tree.body):
        for symbol in _defined(statement):
            if not (is_branch and symbol.kind == "variable" and symbol.name in found):
                found[symbol.name] = symbol
    return tuple(found.values())


def exports_of(tree: ast.Module) -> tuple[str, ...] | None:
    """The literal `__all__`, built by `=`, `+=`, `.extend` and `.append`; None without one that can be read."""
    names: list[str] | None = None
    for statement in _definitions(tree.body):
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and _assigns_all(statement):
            names = _strings(statement.value)
        else:
            more = _added(statement)
            names = names if more is None or names is None else [*names, *more]
    return None if names is None else tuple(names)


def docstring_of(tree: ast.Module) -> str | None:
    """The first paragraph line of the module's docstring, at most 200 characters; None without a docstring."""
    text = ast.get_docstring(tree)
    if text is None:
        return None
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:_LONGEST_SUMMARY]


def tests_of(tree: ast.Module) -> int:
    """How many test functions and test methods pytest or unittest would look at by name."""
    count = 0
    for statement in _definitions(tree.body):
        if isinstance(statement, _FUNCTIONS):
            count += statement.name.startswith("test")
        elif isinstance(statement, ast.ClassDef) and _holds_tests(statement):
            count += sum(isinstance(item, _FUNCTIONS) and item.name.startswith("test") for item in statement.body)
    return count


def signature(arguments: ast.arguments) -> str:
    """The parameter list with defaults as `=...` and without annotations."""
    plain = [*arguments.posonlyargs, *arguments.args]
    without = len(plain) - len(arguments.defaults)
    parts = [found.arg if at < without else f"{found.arg}=..." for at, found in enumerate(plain)]
    if arguments.posonlyargs:
        parts.insert(len(arguments.posonlyargs), "/")
    if arguments.vararg is not None:
        parts.append(f"*{arguments.vararg.arg}")
    elif arguments.kwonlyargs:
        parts.append("*")
    for found, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        parts.append(found.arg if default is None else f"{found.arg}=...")
    if arguments.kwarg is not None:
        parts.append(f"**{arguments.kwarg.arg}")
    return f"({', '.join(parts)})"


def dotted(node: ast.expr) -> str:
    """The dotted name that an expression spells; of a call or a subscript, the name that is called or subscripted."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    if isinstance(node, ast.Call):
        return dotted(node.func)
    return dotted(node.value) if isinstance(node, ast.Subscript) else ""


def _definitions(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements of the module's scope, entering `if` and `try`, in the order of the text."""
    return (statement for statement, _ in _placed(body))


def _placed(body: Iterable[ast.stmt]) -> Iterator[tuple[ast.stmt, bool]]:
    """As `_definitions`, each with whether it stands directly in a branch of `if` or in an `except`."""
    stack = [(iter(body), False)]
    while stack:
        statements, is_branch = stack[-1]
        statement = next(statements, None)
        if statement is None:
            stack.pop()
        elif isinstance(statement, ast.If):
            stack.extend(((iter(statement.orelse), True), (iter(statement.body), True)))
        elif isinstance(statement, (ast.Try, ast.TryStar)):
            handlers = (inner for handler in statement.handlers for inner in handler.body)
            stack.extend(((iter(statement.finalbody), False), (iter(statement.orelse), False)))
            stack.extend(((handlers, True), (iter(statement.body), False)))
        else:
            yield statement, is_branch


def _defined(statement: ast.stmt) -> Iterator[Symbol]:
    if isinstance(statement, _FUNCTIONS):
        yield _function(statement)
    elif isinstance(statement, ast.ClassDef):
        bases = tuple(dotted(base) for base in statement.bases)
        members = tuple(_function(item) for item in statement.body if isinstance(item, _FUNCTIONS) and _offered(item))
        yield Symbol(statement.name, "class", statement.lineno, "", bases, members)
    elif isinstance(statement, ast.Assign):
        for target in statement.targets:
            for name in targets(target):
                yield Symbol(name, "variable", statement.lineno, "", (), ())
    elif isinstance(statement, ast.AnnAssign):
        for name in targets(statement.target):
            yield Symbol(name, "variable", statement.lineno, "", (), ())
    elif (alias := alias_target(statement)) is not None:
        yield Symbol(alias.id, "variable", statement.lineno, "", (), ())


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Symbol:
    kind: SymbolKind = "async-function" if isinstance(node, ast.AsyncFunctionDef) else "function"
    return Symbol(node.name, kind, node.lineno, signature(node.args), (), ())


def _offered(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return not node.name.startswith("_") or (node.name.startswith("__") and node.name.endswith("__"))


def _holds_tests(node: ast.ClassDef) -> bool:
    return node.name.startswith("Test") or any(dotted(base).endswith("TestCase") for base in node.bases)


def _strings(node: ast.expr | None) -> list[str] | None:
    if not isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return None
    values = [item.value if isinstance(item, ast.Constant) else None for item in node.elts]
    names = [value for value in values if isinstance(value, str)]
    return names if len(names) == len(values) else None


def _assigns_all(statement: ast.Assign | ast.AnnAssign) -> bool:
    target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
    return "__all__" in set(targets(target))


def _added(statement: ast.stmt) -> list[str] | None:
    if isinstance(statement, ast.AugAssign) and "__all__" in set(targets(statement.target)):
        return _strings(statement.value)
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) and statement.value.args):
        return None
    called = dotted(statement.value.func)
    if called == "__all__.extend":
        return _strings(statement.value.args[0])
    return _strings(ast.List(elts=statement.value.args[:1])) if called == "__all__.append" else None
