"""What examples and tests check, and stop checking: doctests, fixtures in the place of others, kept outputs. Pure."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from laneshift.code.safe_patch.outline import walk
from laneshift.code.safe_patch.records import Finding

_EXAMPLE = re.compile(r"^([ \t]*)>>>[ \t](.*(?:\n\1\.\.\.(?:[ \t].*)?)*(?:\n(?![ \t]*(?:>>>|$|```)).*)*)", re.MULTILINE)
_FOLDERS = frozenset({"test", "tests", "testing", "testdata", "test_data", "fixtures", "snapshots", "__snapshots__"})


def example_findings(path: str, before: Iterable[str], after: Iterable[str]) -> Iterator[Finding]:
    """Examples of texts that are gone, or that say something else."""
    if lost := sorted((_examples(before) - _examples(after)).elements()):
        yield Finding("check-lost", path, 0, f"an example is gone or another: {lost[0].splitlines()[0][:60]}")


def kept_output_findings(path: str, *, is_new: bool) -> Iterator[Finding]:
    """Texts that tests may compare with."""
    *above, name = path.lower().split("/")
    if not is_new and _FOLDERS & set(above) and not name.startswith("readme"):
        yield Finding("test-weakened", path, 0, "a text that tests may compare with is another")


def fixture_findings(path: str, before: ast.Module, after: ast.Module) -> Iterator[Finding]:
    """New fixtures with names that the tests of the file were given already, from elsewhere."""
    old = dict(walk(before))
    functions = [node for node in old.values() if not isinstance(node, ast.ClassDef)]
    taken = {arg.arg for node in functions for arg in (*node.args.args, *node.args.kwonlyargs)}
    for name, node in walk(after):
        is_fixture = any("fixture" in ast.unparse(each) for each in node.decorator_list)
        if is_fixture and name not in old and name.rpartition(".")[2] in taken:
            yield Finding("test-weakened", path, node.lineno, f"tests get this {name} instead of another one")


def documentation(tree: ast.Module) -> list[str]:
    """The texts that say what a module, its classes and its functions are."""
    return [ast.get_docstring(node) or "" for node in (tree, *(node for _, node in walk(tree)))]


def _examples(texts: Iterable[str]) -> Counter[str]:
    return Counter(match[2] for text in texts for match in _EXAMPLE.finditer(text))
