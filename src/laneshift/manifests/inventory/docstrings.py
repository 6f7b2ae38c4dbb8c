"""How much of a module says what it is: docstrings of the module and of its public classes and functions."""

from __future__ import annotations

import ast
import warnings

from laneshift.code.facts.refusal import LARGEST_PARSED, REFUSALS
from laneshift.code.parsing import PARSING

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def documented(data: bytes) -> tuple[int, int]:
    """How many have a docstring, and how many could. A file that cannot be parsed has none of one."""
    if len(data) > LARGEST_PARSED:
        return 0, 1
    with PARSING, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(data, "<blob>")
        except REFUSALS:
            return 0, 1
    public = [node for node in tree.body if isinstance(node, _DEFINITIONS) and not node.name.startswith("_")]
    found = [ast.get_docstring(node, clean=False) for node in (tree, *public)]
    return sum(bool(text and text.strip()) for text in found), len(found)
