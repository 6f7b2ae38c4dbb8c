"""What a module promises at its top level, read without running it.

This source is also copied into every characterization test, so it uses the standard library alone and one function.
"""

from __future__ import annotations

import ast


def describe(source: bytes) -> dict[str, list[str]]:
    """Public top-level names of a module; for a function or a class, the parameters of its call in order.

    `x` is required, `x=` has a default, `*x` and `**x` collect, `/` and `*` stand where Python writes them. A class
    is described by its `__init__` (without `self`); a plain assignment has no parameters. Raises `SyntaxError`.
    """

    def parameters(arguments: ast.arguments) -> list[str]:
        positional = [*arguments.posonlyargs, *arguments.args]
        required = len(positional) - len(arguments.defaults)
        names = [argument.arg + ("=" if place >= required else "") for place, argument in enumerate(positional)]
        if arguments.posonlyargs:
            names.insert(len(arguments.posonlyargs), "/")
        if arguments.vararg:
            names.append("*" + arguments.vararg.arg)
        elif arguments.kwonlyargs:
            names.append("*")
        names += [a.arg + ("=" if d else "") for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
        return [*names, "**" + arguments.kwarg.arg] if arguments.kwarg else names

    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    found: dict[str, list[str]] = {}
    for node in ast.parse(source).body:
        if isinstance(node, functions):
            found[node.name] = parameters(node.args)
        elif isinstance(node, ast.ClassDef):
            starts = [part for part in node.body if isinstance(part, functions) and part.name == "__init__"]
            found[node.name] = parameters(starts[-1].args)[1:] if starts else []
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found.update({target.id: [] for target in targets if isinstance(target, ast.Name)})
        elif isinstance(alias := getattr(node, "name", None), ast.Name):
            # `type X = …`, which Python 3.11 has no node for.
            found[alias.id] = []
    return {name: found[name] for name in sorted(found) if not name.startswith("_")}
