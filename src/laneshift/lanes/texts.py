"""What a text that is run, or a path that is loaded, imports."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from laneshift.code.facts import Import

RUNNERS = frozenset({"exec", "eval"})
"""The functions that run a text. Methods of these names are others."""
LOADERS = frozenset({"run_path", "spec_from_file_location", "SourceFileLoader", "SourcelessFileLoader", "load_source"})
"""The functions that load what they are given by path."""


def stated(nodes: Iterable[ast.AST], line: int) -> Iterator[Import]:
    """The imports that a text states, all told as by call at `line`."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (_by_call(alias.name, 0, None, line) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names = tuple((alias.name, alias.asname or "") for alias in node.names)
            yield _by_call(node.module or "", node.level, names, line)


def of_path(text: str, line: int) -> Import | None:
    """The module that a path names, as seen from the root; None where it names none."""
    parts = text.removeprefix("./").removesuffix(".py").removesuffix("/__init__").split("/")
    named = text.endswith(".py") and all(part.isidentifier() for part in parts)
    return _by_call(".".join(parts), 0, None, line) if named else None


def _by_call(module: str, level: int, names: tuple[tuple[str, str], ...] | None, line: int) -> Import:
    return Import(module, level, names, "", line, "dynamic", False, False)
