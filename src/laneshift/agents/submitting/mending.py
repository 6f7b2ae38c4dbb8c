"""What the filter for changes of others says against somebody who mends code, and has to change what it does. Pure.

Conditions, results, early returns and names are what a fix is made of. What is left is what no fix needs: text that
hides, checks that look away or are gone, errors that vanish, and reaching out of the program.
"""

from __future__ import annotations

import ast
import re
from collections import Counter

from laneshift.code.moves.spans import parse, read_source
from laneshift.code.safe_patch import Finding
from laneshift.code.safe_patch.stated import placed

_NEVER = frozenset(
    {
        "hidden-character", "hidden-space", "look-alike-name", "encoding", "line-ends", "check-silenced", "star-import",
        "forbidden-import", "forbidden-name", "patched", "unreadable",
    }
)  # fmt: skip
_HARMLESS = re.compile(r"\b(?:json|tomllib|orjson)\.loads\(|\w\.compile\(")
_EVERYTHING = re.compile(r"\bsuppress\(\s*(?:Exception|BaseException)\b")


def counts(finding: Finding, old: str | None, new: str | None, line: str) -> bool:
    """Whether this speaks against a fix. `line` is the text of its line."""
    if finding.check == "check-lost":
        return not _still_checks(old, new)
    if finding.check == "reaches-out":
        return not ("environ" in finding.what or _HARMLESS.search(line))
    if finding.check == "errors-swallowed":
        return _EVERYTHING.search(line) is not None or _vanishes(new, finding.line)
    if finding.check == "redefined":
        return finding.line == 0  # a new file in the place of another; a name may well be defined once more
    return finding.check in _NEVER


def _still_checks(old: str | None, new: str | None) -> bool:
    """Whether every `raise` and `assert` still stands in its function, be it under another condition."""
    before, after = _checks(old), _checks(new)
    return before is not None and after is not None and not before - after


def _checks(text: str | None) -> Counter[tuple[str, str]] | None:
    tree = parse(read_source((text or "").encode()))
    if tree is None:
        return None
    return Counter((said.scope, said.text) for said, _ in placed(tree) if said.kind in ("Raise", "Assert"))


def _vanishes(text: str | None, line: int) -> bool:
    """Whether the handler at this line does nothing with the error."""
    tree = parse(read_source((text or "").encode()))
    nodes = ast.walk(tree) if tree is not None else ()
    handlers = [node for node in nodes if isinstance(node, ast.ExceptHandler) and node.lineno == line]
    return not handlers or any(all(map(_is_nothing, handler.body)) for handler in handlers)


def _is_nothing(node: ast.stmt) -> bool:
    if isinstance(node, (ast.Pass, ast.Continue)):
        return True
    if isinstance(node, ast.Return):
        return node.value is None or isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
