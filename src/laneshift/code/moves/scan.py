"""Which files could refer to a name: those whose bytes contain its last part."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from laneshift.repo.folders import Listed
from laneshift.repo.grep import searched
from laneshift.repo.objects import MODE_SUBMODULE, Entry, Tree
from laneshift.repo.plain_records import NamedTuple
from laneshift.repo.searching import Found

Mentions = Callable[[Tree, str], Iterable[str]]
"""Given a tree and a text: the paths of (at least) all files whose bytes contain the text."""


class Search(NamedTuple):
    """A search through all files of `tree` that is under way; `found` waits for it, once."""

    tree: Tree
    found: Callable[[], Found | None]


class Sweep:
    """Mentions without an index: the first question about one of `words` looks through every blob, for all of them."""

    def __init__(self, words: Iterable[str], begun: Search | None = None) -> None:
        """`begun` looks for all of `words`, and finds what `searched` finds."""
        self._words = frozenset(word for word in words if word)
        self._begun = begun
        self._near: dict[tuple[str, frozenset[str]], Listed] = {}
        self._found: dict[tuple[str, str], list[str]] = {}

    def __call__(self, tree: Tree, word: str) -> Iterable[str]:
        """The paths of the files and links of `tree` whose bytes contain `word`."""
        if (tree.oid, word) not in self._found:
            self._read(tree, self._words | {word})
        return self._found[tree.oid, word]

    def entries(self, tree: Tree, words: Collection[str]) -> Listed:
        """At least the files and links whose bytes contain one of `words`, in no order. Reads none in this process."""
        asked = self._words.union(words)
        if (tree.oid, asked) not in self._near:
            begun, self._begun = self._begun, None
            about_it = begun is not None and begun.tree == tree and self._words == asked
            found = begun.found() if begun is not None and about_it else searched(tree, asked)
            # Listing the tree costs a look into each of its folders; most hold nothing of interest.
            listed = tree.below("") if found is None else _entries(tree, sorted([*found.files, *found.links]))
            self._near[tree.oid, asked] = tuple(listed)
        return self._near[tree.oid, asked]

    def _read(self, tree: Tree, words: Collection[str]) -> None:
        lists = [(_bytes(word), self._found.setdefault((tree.oid, word), [])) for word in words]
        for _, paths in lists:
            paths.clear()
        read = tree.repository.blob
        for path, entry in self.entries(tree, words):
            if entry.mode == MODE_SUBMODULE:
                continue
            data = read(entry.oid, path if entry.is_regular else "")
            for needle, paths in lists:
                if needle in data:
                    paths.append(path)


def near(mentions: Mentions | None, package: str, folder: str) -> Mentions | None:
    """Only files that also contain the last part of the package's name, or lie below `folder`, the package itself.

    No other file can mean the module. Names such as `sensor` stand in thousands of files, which are so not read. A
    sweep cannot tell without reading, so whoever reads the files looks for the name.
    """
    name = package.rpartition(".")[2]
    if mentions is None or not name or isinstance(mentions, Sweep):
        return mentions
    inside = f"{folder}/"

    def both(tree: Tree, word: str) -> Iterable[str]:
        naming = set(mentions(tree, name))
        return [path for path in mentions(tree, word) if path in naming or path.startswith(inside)]

    return both


def mentioned(
    tree: Tree, words: Collection[str], mentions: Mentions | None, wanted: Callable[[str], bool] = lambda _: True
) -> Iterator[tuple[str, Entry, bytes]]:
    """The files and links whose paths are `wanted` and whose bytes contain one of `words`, with their bytes.

    Without an index every blob is read.
    """
    needles = [_bytes(word) for word in dict.fromkeys(words)]
    read = tree.repository.blob
    for path, entry in candidates(tree, words, mentions):
        if wanted(path):
            data = read(entry.oid, path if entry.is_regular else "")
            if any(needle in data for needle in needles):
                yield path, entry, data


def candidates(tree: Tree, words: Collection[str], mentions: Mentions | None) -> Iterator[tuple[str, Entry]]:
    """At least the files and links whose bytes contain one of `words`. Reads none."""
    if mentions is None:
        found: Iterable[tuple[str, Entry]] = tree.below("")
    elif isinstance(mentions, Sweep):
        found = mentions.entries(tree, words)
    else:
        found = _entries(tree, sorted({path for word in words for path in mentions(tree, word)}))
    return ((path, entry) for path, entry in found if entry.mode != MODE_SUBMODULE)


def _entries(tree: Tree, paths: Iterable[str]) -> Iterator[tuple[str, Entry]]:
    """The files and links among `paths`. No folder is looked up but those above the paths."""
    return ((path, entry) for path in paths if (entry := tree.entry(path)) is not None)


def _bytes(word: str) -> bytes:
    return word.encode("utf-8", "surrogateescape")
