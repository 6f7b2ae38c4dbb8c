"""Which files could refer to a name: those whose bytes contain its last part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from laneshift.code.moves.listing import below
from laneshift.repo.objects import MODE_SUBMODULE, Entry, Tree

Mentions = Callable[[Tree, str], Iterable[str]]
"""Given a tree and a word: the paths of (at least) all files whose bytes contain the word."""


class Sweep:
    """Mentions without an index: the first question about one of `words` reads every blob once, for all of them."""

    def __init__(self, words: Iterable[str]) -> None:
        self._needles = {word: word.encode("utf-8", "surrogateescape") for word in words if word}
        self._found: dict[tuple[str, str], list[str]] = {}

    def __call__(self, tree: Tree, word: str) -> Iterable[str]:
        """The paths of the files and links of `tree` whose bytes contain `word`."""
        if (tree.oid, word) not in self._found:
            self._read(tree, {**self._needles, word: word.encode("utf-8", "surrogateescape")})
        return self._found[tree.oid, word]

    def _read(self, tree: Tree, needles: dict[str, bytes]) -> None:
        lists = [(needle, self._found.setdefault((tree.oid, word), [])) for word, needle in needles.items()]
        for _, paths in lists:
            paths.clear()
        read = tree.repository.handle.read
        for path, entry in below(tree, ""):
            if entry.mode != MODE_SUBMODULE:
                data = read(entry.oid)[1]
                for needle, paths in lists:
                    if needle in data:
                        paths.append(path)


def narrowed(mentions: Mentions, package: str, folder: str) -> Mentions:
    """Only the files that also contain the name of the package, and those below its folder, which need not name it."""

    def both(tree: Tree, word: str) -> Iterable[str]:
        naming = set(mentions(tree, package))
        return [path for path in mentions(tree, word) if path in naming or path.startswith(f"{folder}/")]

    return both


def mentioned(tree: Tree, word: str, mentions: Mentions | None) -> Iterator[tuple[str, Entry, bytes]]:
    """The files and links whose bytes contain `word`, with their bytes. Without an index every blob is read."""
    needle = word.encode("utf-8", "surrogateescape")
    read = tree.repository.handle.read
    if mentions is None:
        found = below(tree, "")
    else:
        found = ((path, entry) for path in sorted(set(mentions(tree, word))) if (entry := tree.entry(path)) is not None)
    for path, entry in found:
        if entry.mode != MODE_SUBMODULE:
            data = read(entry.oid)[1]
            if needle in data:
                yield path, entry, data
