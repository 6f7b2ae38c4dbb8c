"""What two trees do not share, found without looking into the folders that they do share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from functools import cache

from laneshift.repo.folders import MODE_FOLDER, Entry, Folder, Folders
from laneshift.repo.objects import Changes, Tree, path_conflict, stored_changes

Differences = dict[str, tuple[Entry | None, Entry | None]]
"""Path to the entry before and the entry after; None where there is none."""


def differences(old: Tree, new: Tree) -> Differences:
    """Every file, symlink and submodule that is not the same in both trees. Renames are a deletion and an addition."""
    found = few_differences(old.repository.folders, old.oid, new.oid, sys.maxsize)
    return {} if found is None else found


def changed(tree: Tree, changes: Changes) -> Differences:
    """As `differences` of `tree` and `tree.edit(changes)`, in the order of paths, without making that tree.

    For who writes files and asks for no tree: folders are neither read nor written. Raises `Refused` as `edit` does.
    """
    asked = {"/".join(parts): entry for parts, entry in stored_changes(tree.repository, changes).items()}
    here = cache(tree.entry)
    wanted: dict[str, Entry | None] = {}
    passed: set[str] = set()
    nowhere = ""
    for path, after in asked.items():
        in_nothing = nowhere != "" and path.startswith(nowhere)
        if in_nothing and path.rpartition("/")[0] in passed:
            continue  # there is nothing at it, below it or above it to make way
        comes_to = path.rpartition("/")[0] if after is not None else ""
        above = [each for each in _above(path) if each not in passed] if comes_to and comes_to not in passed else []
        passed.update(above)
        both = [each for each in above if asked.get(each) is not None]
        if both:
            raise path_conflict(both[0])
        if here(path) is not None:
            continue  # a file in a tree has nothing but folders above it, and nothing below it
        wanted.update(dict.fromkeys(_making_way(tree, here, path, above)))
        if not in_nothing:
            nowhere = next((f"{each}/" for each in above if not tree.is_folder(each)), nowhere)
    wanted |= asked
    pairs = {path: (here(path), wanted[path]) for path in sorted(wanted, key=os.fsencode)}
    return {path: pair for path, pair in pairs.items() if pair[0] != pair[1]}


def _making_way(tree: Tree, here: Callable[[str], Entry | None], path: str, above: list[str]) -> Iterator[str]:
    """What goes where a path goes or something comes to it that is no file: all below a folder, and a file in place of
    one of the folders `above` it that nobody has looked at. `here` gives the entries of the tree."""
    yield from (inner for inner, _ in tree.below(path))
    yield from (each for each in above if here(each) is not None)


def _above(path: str) -> list[str]:
    return [path[:at] for at, letter in enumerate(path) if letter == "/"]


def few_differences(folders: Folders, old: str, new: str, most: int) -> Differences | None:
    """As `differences`, of the trees with these ids; None as soon as there are more than `most`.

    Without recursion: folders may lie deeper than the interpreter's stack.
    """
    found: Differences = {}
    waiting = [_pairs(folders.folder(old), folders.folder(new), "")]
    while waiting:
        for path, before, after in waiting[-1]:
            file_before, file_after = _file(before), _file(after)
            if file_before or file_after:
                found[path] = (file_before, file_after)
                if len(found) > most:
                    return None
            if file_before != before or file_after != after:
                waiting.append(_pairs(_inside(folders, before), _inside(folders, after), f"{path}/"))
                break
        else:
            waiting.pop()
    return found


def _pairs(old: Folder, new: Folder, prefix: str) -> Iterator[tuple[str, Entry | None, Entry | None]]:
    """Path, entry before and entry after of all that is not the same in two folders."""
    for name, before in old.items():
        after = new.get(name)
        if before != after:
            yield prefix + name, before, after
    for name, after in new.items():
        if name not in old:
            yield prefix + name, None, after


def _file(entry: Entry | None) -> Entry | None:
    return None if entry is None or entry.mode == MODE_FOLDER else entry


def _inside(folders: Folders, entry: Entry | None) -> Folder:
    return folders.folder(entry.oid) if entry is not None and entry.mode == MODE_FOLDER else {}
