"""Comments that ask for work, as findings. Pure functions of the files of a tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from laneshift.errors import Refused
from laneshift.lanes.globs import first_match
from laneshift.repo.objects import Tree
from laneshift.reports.audit import other_comments, python_comments
from laneshift.reports.audit.fields import owner_of
from laneshift.reports.audit.model import Finding, Kind, Severity

_LARGEST = 4 << 20
_SUMMARY = 300
_GRAVE = frozenset({"fixme", "xxx", "bug"})


@dataclass(frozen=True, slots=True)
class Scanned:
    """What was found, in how many files, and the files that could not be read as text."""

    findings: tuple[Finding, ...]
    files: int
    unread: tuple[str, ...]


def scan(tree: Tree, words: Sequence[str], exclude: Iterable[str]) -> Scanned:
    """Every comment of the tree that begins with one of `words`.

    Raises `Refused` (`audit.nothing-scanned`) for a tree with no file whose comments are known.
    """
    globs = list(exclude)
    asks = re.compile(rf"^({'|'.join(map(re.escape, words))})\b(?:\(([^()]{{0,80}})\))?[\s:.,-]*(.*)$")
    found: list[Finding] = []
    unread = []
    files = 0
    for path, entry in sorted(tree.entries.items()):
        rules = None if path.endswith((".py", ".pyi")) else other_comments.rules_of(path)
        known = path.endswith((".py", ".pyi")) or rules is not None
        if not known or not entry.is_regular or (globs and first_match(globs, path)):
            continue
        if tree.repository.blob_size(entry.oid) > _LARGEST:
            unread.append(path)
            continue
        data = tree.read(path)
        files += 1
        if any(word.encode() in data for word in words):
            found.extend(_of_file(path, data, rules, asks))
    if not files:
        raise Refused(
            "audit.nothing-scanned",
            "there is no file whose comments could be read",
            where=tree.oid,
            cure="audit.exclude",
        )
    return Scanned(tuple(found), files, tuple(unread))


def _of_file(path: str, data: bytes, rules: other_comments.Rules | None, asks: re.Pattern[str]) -> Iterator[Finding]:
    if rules is None:
        lines, symbols = list(python_comments.comments(data)), python_comments.symbols(data)
    else:
        lines, symbols = list(other_comments.comments(data.decode("utf-8", "replace"), rules)), {}
    for line, text in lines:
        asked = asks.match(text)
        if asked is None:
            continue
        word, named, words = asked.groups()
        severity = Severity.MEDIUM if word.casefold() in _GRAVE else Severity.LOW
        owner = f"@{named.lstrip('@')}" if named else owner_of(words)
        summary = f"{word}: {words.strip() or 'no words'}"[:_SUMMARY]
        area = path.partition("/")[0] if "/" in path else ""
        yield Finding(Kind.COMMENT, severity, area, path, symbols.get(line, ""), summary, owner, path, line)
