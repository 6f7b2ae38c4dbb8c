"""Codemods that are an ast-grep rule file of the repository: `ast-grep:rules/old-call.yml`. Pure.

The file is YAML with `rule` (and `constraints`, `utils`, where wanted) and a `fix`, a text in which `$NAME` and
`$$$NAME` stand for what the rule caught. Rule and program version are pinned: either one changed is another codemod.
A changed rule is refused; another version of the program stops for a person.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from importlib import import_module
from typing import Any

from laneshift.code.codemods.records import Answer, Codemod, Refusal
from laneshift.code.codemods.tools import NONE, installed, refuse_others
from laneshift.code.moves.records import Edit
from laneshift.code.moves.spans import Source, parse, read_source
from laneshift.errors import Refused
from laneshift.repo.objects import Tree

PREFIX = "ast-grep:"
PROGRAM = "ast-grep-py"
_HOLE = re.compile(r"\$\$\$([A-Z_][A-Z0-9_]*)|\$([A-Z_][A-Z0-9_]*)")
_PARTS = ("rule", "constraints", "utils")
_KNOWN = frozenset({*_PARTS, "id", "language", "fix", "message", "note", "severity", "metadata", "url"})


def pin_of(tree: Tree, name: str) -> str:
    """The digest of the rule file in `tree`. Raises `Refused` where it is missing."""
    return f"sha256:{sha256(_rule_bytes(tree, name)).hexdigest()}"


def tools() -> dict[str, str]:
    """The version of the program that reads rule files. Raises `Refused` where it is not installed."""
    version = installed(PROGRAM)
    if version == NONE:
        raise Refused("codemod.not-installed", f"{PROGRAM} is not installed", cure="pip install 'laneshift[codemods]'")
    return {PROGRAM: version}


def ast_grep(tree: Tree, codemod: Codemod) -> Answer:
    """One pass of the rule over every Python file that the codemod covers.

    Raises `Refused` for a rule that drifted, and `NeedsPerson` for another version of ast-grep than the pinned one.
    """
    refuse_others(codemod.name, dict(codemod.tools), tools())
    if codemod.pin != pin_of(tree, codemod.name):
        raise Refused(
            "codemod.pin-drifted",
            "the rule file is not the one that was planned with",
            where=codemod.name,
            cure="plan again",
        )
    config, fix = _rule(_rule_bytes(tree, codemod.name), codemod.name)
    opened: Callable[[str, str], Any] = import_module("ast_grep_py").SgRoot
    files: dict[str, bytes] = {}
    edits: list[Edit] = []
    refusals: list[Refusal] = []
    for path, entry in sorted(tree.entries.items()):
        if not entry.is_regular or not path.endswith(".py") or not codemod.covers(path):
            continue
        source = read_source(tree.read(path))
        try:
            text = source.data.decode("utf-8")
        except UnicodeDecodeError:
            refusals.append(Refusal(path, 0, "unreadable", "the file is no text that can be read"))
            continue
        done, found = _rewritten(opened(text, "python").root(), path, text, config, fix)
        if not found:
            continue
        if parse(source) is not None and parse(Source(done.encode())) is None:
            refusals.append(Refusal(path, found[0].line, "unreadable", "the file would not be Python any more"))
            continue
        files[path] = source.restore(done.encode())
        edits += found
    return Answer(files, tuple(edits), tuple(refusals))


def _rewritten(root: Any, path: str, text: str, config: dict[str, Any], fix: str) -> tuple[str, list[Edit]]:
    """The text with every outermost match replaced, and what was replaced."""
    edits, changes, end = [], [], -1
    for node in sorted(root.find_all(config), key=lambda each: each.range().start.index):
        place = node.range()
        new = _HOLE.sub(lambda hole, node=node: _caught(node, hole, text), fix)  # type: ignore[misc]
        if place.start.index < end or new == node.text():
            continue
        end = place.end.index
        changes.append(node.replace(new))
        edits.append(Edit(path, place.start.line + 1, "ast-grep", node.text(), new))
    return (root.commit_edits(changes) if changes else text), edits


def _caught(node: Any, hole: re.Match[str], text: str) -> str:
    if hole[1]:
        nodes = node.get_multiple_matches(hole[1])
        return text[nodes[0].range().start.index : nodes[-1].range().end.index] if nodes else ""
    found = node.get_match(hole[2])
    return str(found.text()) if found is not None else ""


def _rule_bytes(tree: Tree, name: str) -> bytes:
    path = name.removeprefix(PREFIX)
    entry = tree.entry(path)
    if entry is None or not entry.is_regular:
        raise Refused("codemod.no-rule", f"the tree has no rule file {path!r}", cure="commit the rule file first")
    return tree.read(path)


def _rule(data: bytes, name: str) -> tuple[dict[str, Any], str]:
    import yaml  # noqa: PLC0415 - every command that works on items loads this module, and few have such rules

    try:
        document = yaml.safe_load(data)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise Refused("codemod.bad-rule", "the rule file is no YAML", where=name, why=str(error)[:300]) from error
    if not isinstance(document, dict) or not isinstance(document.get("rule"), dict):
        raise Refused("codemod.bad-rule", "the rule file has no `rule`", where=name)
    if not isinstance(document.get("fix"), str) or str(document.get("language", "python")).lower() != "python":
        raise Refused("codemod.bad-rule", "the rule needs a `fix` that is a text, for language python", where=name)
    unknown = sorted(map(str, document.keys() - _KNOWN))
    if unknown:
        raise Refused("codemod.bad-rule", f"the rule file has an unknown key {unknown[0]!r}", where=name)
    return {part: document[part] for part in _PARTS if part in document}, document["fix"]
