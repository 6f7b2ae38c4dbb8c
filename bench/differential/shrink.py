"""A small reproduction: the fewest files, and the fewest lines of the file in question, that still show a surprise."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from bench.differential.examine import surprises
from laneshift.code.moves import Move, move
from laneshift.errors import Refused
from laneshift.repo.objects import File, Repository, Tree

Files = Mapping[str, bytes]


def shrink(tree: Tree, intent: Move, surprise: str, seconds: float = 20.0) -> dict[str, bytes] | None:
    """The files of a small tree on which `intent` gives a surprise of the same kind about the same file.

    None when a restricted tree does not show it. Ends after `seconds`, with what it has by then.
    """
    kind, path = surprise.split(": ")[:2]
    deadline = time.monotonic() + seconds

    def shows(files: Files) -> bool:
        if time.monotonic() > deadline:
            return False
        made = tree.repository.empty_tree().edit({name: File(data) for name, data in files.items()})
        try:
            found = surprises(made, move(made, intent))
        except (Refused, RecursionError, ValueError, KeyError):
            return False
        return any(each.startswith(f"{kind}: {path}: ") for each in found)

    origin = _origin(path, intent)
    files = _restricted(tree, intent, origin)
    if not shows(files):
        return None
    for name in sorted(files):
        files = _without_lines(files, name, shows)
        fewer = {each: data for each, data in files.items() if each != name}
        if shows(fewer):
            files = fewer
    return files


def drawing(repository: Repository, tree: Tree, path: str) -> bytes:
    """The bytes of a file of a tree, or nothing when there is no such file."""
    entry = tree.entry(path)
    return repository.blob(entry.oid) if entry is not None else b""


def _origin(path: str, intent: Move) -> str:
    return intent.src + path[len(intent.dst) :] if path.startswith(intent.dst) else path


def _restricted(tree: Tree, intent: Move, origin: str) -> dict[str, bytes]:
    """What moves, the file in question, and the package files above both and above the destination."""
    wanted = {path for path, _ in tree.below(intent.src)} or {intent.src}
    wanted.add(origin)
    for path in (intent.src, intent.dst, origin):
        above = path.split("/")[:-1]
        wanted |= {"/".join([*above[:depth], "__init__.py"]) for depth in range(1, len(above) + 1)}
    return {path: tree.read(path) for path in sorted(wanted) if path in tree}


def _without_lines(files: dict[str, bytes], name: str, shows: Callable[[Files], bool]) -> dict[str, bytes]:
    """Take blocks of lines out of one file as long as the surprise stays; block sizes halve down to one."""
    lines = files[name].splitlines(keepends=True)
    size = len(lines)
    while size:
        at = 0
        while at < len(lines):
            fewer = lines[:at] + lines[at + size :]
            candidate = {**files, name: b"".join(fewer)}
            if shows(candidate):
                lines, files = fewer, candidate
            else:
                at += size
        size //= 2
    return files
