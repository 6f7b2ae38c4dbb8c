"""What `lazy_loader` imports: modules that a package names, and that are loaded when somebody asks for them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

_LIBRARY = "lazy_loader"
_LOADING, _ATTACHING, _BY_STUB = "load", "attach", "attach_stub"
_ARGUMENTS = ("package_name", "submodules", "submod_attrs")


def functions_of(nodes: Iterable[ast.AST]) -> Mapping[str, str]:
    """The functions of the library by the names that a file has for them: `lazy.attach` to `attach`."""
    found: dict[str, str] = {}
    known = (_LOADING, _ATTACHING, _BY_STUB)
    for node in nodes:
        if isinstance(node, ast.Import):
            names = [alias.asname or alias.name for alias in node.names if alias.name == _LIBRARY]
            found.update({f"{name}.{function}": function for name in names for function in known})
        elif isinstance(node, ast.ImportFrom) and node.module == _LIBRARY:
            found.update({alias.asname or alias.name: alias.name for alias in node.names if alias.name in known})
    return found


def loaded(call: ast.Call, functions: Mapping[str, str]) -> tuple[str, ...] | None:
    """The modules that a call loads, those of its own package with a dot before them; none for another call.

    None where they cannot be known.
    """
    function = functions.get(_dotted(call.func))
    if function is None:
        return ()
    if function != _ATTACHING:
        # What is attached by a stub stands in that.
        return _names(call.args[0]) if function == _LOADING and call.args else None
    given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    given |= dict(zip(_ARGUMENTS, call.args, strict=False))
    package = given.get(_ARGUMENTS[0])
    parts = [_names(given[name]) for name in _ARGUMENTS[1:] if name in given]
    if package is None or any(part is None for part in parts):
        return None
    above = "" if isinstance(package, ast.Name) and package.id == "__name__" else (_names(package) or (None,))[0]
    return None if above is None else tuple(f"{above}.{name}" for part in parts for name in part or ())


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _names(node: ast.expr) -> tuple[str, ...] | None:
    """The texts of a literal: one, those of a sequence, or the keys of a table."""
    parts: list[ast.expr | None] = [node]
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        parts = list(node.elts)
    elif isinstance(node, ast.Dict):
        parts = list(node.keys)
    elif isinstance(node, ast.Constant) and node.value is None:
        parts = []
    found = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return tuple(found) if len(found) == len(parts) else None
