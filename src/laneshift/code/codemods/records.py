"""What a codemod is asked for, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from laneshift.code.moves.records import Edit
from laneshift.errors import Refused

REGENERATE = "regenerate-manifests"
"""The codemod of items of kind `manifest`. It needs more than code tells: `manifests.applying` carries it out."""


@dataclass(frozen=True, slots=True)
class Codemod:
    """One codemod as it is stored: its name, the files and folders it may touch, and its parameters by name, sorted.

    `pin` is the digest of what the name stands for where that is no part of this program (a rule file, the recorded
    result of a command); empty for what is built in. `tools` are names and versions of what makes the change, sorted.
    """

    name: str
    paths: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    pin: str = ""
    tools: tuple[tuple[str, str], ...] = ()

    @classmethod
    def asked(
        cls,
        name: str,
        paths: tuple[str, ...],
        parameters: Mapping[str, str],
        pin: str = "",
        tools: Mapping[str, str] = MappingProxyType({}),
    ) -> Codemod:
        """The same thing asked for in another order is the same codemod."""
        named, made_by = tuple(sorted(parameters.items())), tuple(sorted(tools.items()))
        return cls(name, tuple(sorted(set(paths))), named, pin, made_by)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Codemod:
        """Read what `as_json` wrote. Raises `Refused` for anything else."""
        try:
            given, tools = dict(plain["parameters"]), dict(plain.get("tools", {}))
            made = cls.asked(plain["name"], tuple(plain["paths"]), given, plain["pin"], tools)
        except (KeyError, TypeError, ValueError) as error:
            raise Refused("codemod.unreadable", "this is no stored codemod", why=str(error)) from error
        pairs = (*made.parameters, *made.tools)
        texts = (made.name, made.pin, *made.paths, *(text for pair in pairs for text in pair))
        if not all(isinstance(text, str) for text in texts) or made.as_json() != dict(plain):
            raise Refused("codemod.unreadable", "this is no stored codemod", why="a field is not what it should be")
        return made

    def as_json(self) -> dict[str, Any]:
        """Plain data, the same on every machine."""
        pairs = dict(self.parameters)
        plain = {"name": self.name, "paths": list(self.paths), "parameters": pairs, "pin": self.pin}
        return {**plain, "tools": dict(self.tools)} if self.tools else plain

    def covers(self, path: str) -> bool:
        """Whether the codemod may touch this file. Without paths it may touch every one."""
        return not self.paths or any(path == each or path.startswith(f"{each}/") for each in self.paths)


class Refusal(NamedTuple):
    """Why a file is left as it is: a stable cause, the line (from 1; 0 for the whole file), and a sentence."""

    path: str
    line: int
    cause: str
    why: str


@dataclass(frozen=True)
class Answer:
    """What a codemod makes of a tree: new bytes by path, every edit, files that it leaves alone and why.

    `tests` are those of the written paths that are tests of the change itself: red before, green after. `gone` are
    paths that it deletes.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    edits: tuple[Edit, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    tests: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
