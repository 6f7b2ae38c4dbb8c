"""The tools that make a codemod's change, by name and version: part of what is asked for. Another one stops. Pure.

A tool is a library (`libcst`, `1.8.6`) or a file of the repository, whose version is the digest of its bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib import metadata
from pathlib import PurePosixPath

from laneshift.code.modules import Modules
from laneshift.errors import Fault, NeedsPerson
from laneshift.repo.objects import Tree

NONE = "none"
"""The version of what is not there."""
_INTERPRETER = re.compile(r"(?:python|pypy|perl|ruby|node|bash|dash|zsh|sh)[0-9.]*")
_SETTING = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")


def installed(name: str) -> str:
    """The version of a library beside this program."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return NONE


def file_version(tree: Tree, path: str) -> str:
    """The digest of a file in `tree`; a link, or what is not there, has none."""
    entry = tree.entry(path)
    return f"sha256:{sha256(tree.read(path)).hexdigest()}" if entry is not None and entry.is_regular else NONE


def module_file(tree: Tree, name: str, roots: tuple[str, ...]) -> str:
    """The path of a module in `tree`; empty where it is not there."""
    return Modules.of(tree.entries, roots).by_name.get(name, "")


def program_of(tree: Tree, words: Sequence[str], roots: tuple[str, ...]) -> str:
    """The file of the repository that a command runs, itself or by an interpreter; empty where it runs no such file."""
    rest = [*words]
    while rest and (PurePosixPath(rest[0]).name == "env" or _SETTING.match(rest[0])):
        rest.pop(0)
    if not rest:
        return ""
    if not _INTERPRETER.fullmatch(PurePosixPath(rest[0]).name):
        return _regular(tree, rest[0])
    return _script(tree, rest[1:], roots)


def _script(tree: Tree, words: Sequence[str], roots: tuple[str, ...]) -> str:
    """What an interpreter is told to run."""
    for at, word in enumerate(words):
        if word == "-m":
            name = words[at + 1] if at + 1 < len(words) else ""
            return module_file(tree, f"{name}.__main__", roots) or module_file(tree, name, roots)
        if word in ("-c", "-e"):
            return ""
        if not word.startswith("-") and (found := _regular(tree, word)):
            return found
    return ""


def _regular(tree: Tree, word: str) -> str:
    path = str(PurePosixPath(word)) if word and "\0" not in word else ""
    entry = tree.entry(path) if path in tree.entries else None
    return path if entry is not None and entry.is_regular else ""


def refuse_others(name: str, pinned: Mapping[str, str], now: Mapping[str, str]) -> None:
    """Raise `NeedsPerson` (`codemod.tool-drifted`), with both versions, unless every pinned tool is what it was."""
    other = {tool: (was, now.get(tool, NONE)) for tool, was in pinned.items() if now.get(tool, NONE) != was}
    if not other:
        return
    told = [f"{tool} was {was} when it was planned and is {here} now" for tool, (was, here) in sorted(other.items())]
    raise NeedsPerson(
        "codemod.tool-drifted",
        f"{name}: {'; '.join(told)}",
        where=name,
        why="another version may change other things, or the same ones in another way",
        cure="put back the pinned version, or plan again with the one that is here",
        faults=[Fault("codemod.tool-drifted", name, each) for each in told],
    )
