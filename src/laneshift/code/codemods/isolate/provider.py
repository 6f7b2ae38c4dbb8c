"""Mode `provider`: functions ask a registry, into which the lane puts what it provides when the program starts.

The registry is a module of production code and knows no lane. `providers.py` of the lane imports the registry, and
whoever starts the program has the registry start with it: `start("labs.providers")`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from laneshift.code.codemods.isolate.bindings import Bound

NAME = "providers"
"""The module in the lane that puts its things into the registry."""

REGISTRY = '''"""What experimental lanes provide to production code, which does not import them."""

from __future__ import annotations

import importlib

_FACTORIES = {}


class NotProvidedError(LookupError):
    """Nothing provides what was asked for: the lane is absent, or the program did not start with it."""


def start(*modules):
    """Import modules that provide things, by dotted name. Call this where the program starts.

    A lane that is absent is left out; whatever goes wrong in one that is there is raised.
    """
    for module in modules:
        try:
            importlib.import_module(module)
        except ModuleNotFoundError as error:
            if error.name is None or not module.startswith(f"{error.name}."):
                raise


def provides(name):
    """Let the decorated function make what is asked for by `name`; the last one to register is asked."""

    def register(factory):
        _FACTORIES[name] = factory
        return factory

    return register


def provided(name):
    """What is provided under `name`. Raises `NotProvidedError`; errors of the lane itself come through unchanged."""
    if name not in _FACTORIES:
        raise NotProvidedError(f"nothing provides {name!r}; is its lane there, and named in start()?")
    return _FACTORIES[name]()
'''
_HEAD = '''"""What this lane provides to production code. The program starts with it: start("{lane}.providers")."""

from {registry} import provides
'''
_BLOCK = re.compile(r'^@provides\("(?P<key>[^"]+)"\)\n(?:.*\n)*?(?=^@|\Z)', re.MULTILINE)


def in_function(bound: Bound, module: str) -> tuple[str, ...]:
    """What stands in a function before it uses the name."""
    return (f'{bound.name} = provided("{module}:{bound.name}")',)


def accessor(registry: str) -> str:
    """The import that gives a module the accessor."""
    return f"from {registry} import provided"


def lane_side(known: str, lane: str, registry: str, module: str, names: Iterable[tuple[str, tuple[str, ...]]]) -> str:
    """The lane's `providers.py` with what `module` asks for, in the order of the names, whoever asked first.

    `names` are names with the absolute statements that import each. `known` is the text that is there, or empty.
    """
    blocks = {found["key"]: found[0].rstrip() for found in _BLOCK.finditer(known)}
    for name, texts in names:
        key = f"{module}:{name}"
        lines = "".join(f"    {line}\n" for text in texts for line in text.split("\n"))
        function = re.sub(r"\W", "_", key)
        blocks[key] = f'@provides("{key}")\ndef _{function}():\n{lines}\n    return {name}'
    return _HEAD.format(lane=lane, registry=registry) + "".join(f"\n\n{blocks[key]}\n" for key in sorted(blocks))


def absolute(text: str, package: str) -> str:
    """A statement, or a `try` around one, with its relative imports made absolute."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            parts = package.split(".")[: len(package.split(".")) - node.level + 1]
            node.module, node.level = ".".join([*parts, *([node.module] if node.module else [])]), 0
    return ast.unparse(tree)
