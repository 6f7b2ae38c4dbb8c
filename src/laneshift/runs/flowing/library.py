"""Where definitions of flows come from: `laneshift/flows/<name>.toml` in the repository, and those of laneshift.

The work tree is looked at where there is one, else the commit of HEAD. The repository's own wins over a shipped one.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from laneshift.errors import LaneshiftError, Refused
from laneshift.flows.judging import ALONE, NAME, Surroundings, any_settings
from laneshift.flows.model import Flow
from laneshift.flows.reading import LARGEST, read
from laneshift.repo.objects import Repository
from laneshift.runs.flowing.effects import Effects
from laneshift.runs.paths import visible

FOLDER = "laneshift/flows"
KINDS = frozenset({"command", "action", "http", "model", "gate", "approval"})
"""What steps can be, besides waiting and sub-flows."""


@dataclass(frozen=True, slots=True)
class Found:
    """A definition: its flow, or the error that tells its faults. `where` is a path, or `shipped`."""

    name: str
    where: str
    flow: Flow | None
    error: LaneshiftError | None = None


@dataclass(frozen=True)
class Library:
    """The definitions of one repository. With `effects`, settings of steps are judged too.

    With a `revision` they are read from that commit and not from the work tree.
    """

    repository: Repository
    effects: Effects | None = None
    kinds: frozenset[str] = field(default=KINDS)
    revision: str = ""

    def names(self) -> list[str]:
        """All that there are."""
        return sorted({*self._own(), *_shipped()})

    def all(self) -> list[Found]:
        """Every definition, judged; files whose names cannot be those of flows are faults as well."""
        odd = (name for name in self._files() if not NAME.fullmatch(name))
        return [*(self._found(name) for name in self.names()), *map(_misnamed, sorted(odd))]

    def get(self, name: str) -> Flow:
        """The flow with this name. Raises `Refused`: `flow.unknown`, or with every fault of its definition."""
        data, where = self._text(name)
        if data is None:
            raise no_flow(name)
        return read(data, where, name, self.around())

    def with_parts(self, flow: Flow) -> dict[str, Flow]:
        """`flow` and every flow that it has as a part, by name. Raises as `get` does."""
        found, waiting = {flow.name: flow}, [flow]
        while waiting:
            for step in waiting.pop().steps:
                name = str(step.settings.get("flow", ""))
                if step.kind == "flow" and name not in found:
                    found[name] = self.get(name)
                    waiting.append(found[name])
        return found

    def around(self) -> Surroundings:
        """What definitions of this repository may refer to."""
        judged = any_settings if self.effects is None else self.effects.faults
        return Surroundings(self.kinds, judged, self._unjudged)

    def _found(self, name: str) -> Found:
        try:
            return Found(name, self._text(name)[1], self.get(name))
        except Refused as error:
            return Found(name, error.where or _path(name), None, error)

    def _unjudged(self, name: str) -> Flow | None:
        data, where = self._text(name)
        try:
            return None if data is None else read(data, where, name, ALONE)
        except Refused:
            return None

    def _text(self, name: str) -> tuple[bytes | None, str]:
        if not NAME.fullmatch(name):
            return None, ""
        path = _path(name)
        data = self._read(path)
        if data is not None:
            return data, path
        shipped = files("laneshift.flows") / "shipped" / f"{name}.toml"
        return (shipped.read_bytes(), "shipped") if shipped.is_file() else (None, "")

    def _read(self, path: str) -> bytes | None:
        work = self._work_tree()
        if work is not None:
            return _plain_file(work, path)
        tree = self.repository.tree(self.revision or "HEAD")
        entry = tree.entry(path)
        if entry is not None and not entry.is_regular:
            raise _no_file(path)
        return None if entry is None else tree.read(path)

    def _own(self) -> Iterator[str]:
        return (name for name in self._files() if NAME.fullmatch(name))

    def _files(self) -> Iterator[str]:
        """The names that files of the folder have, without their ending; hidden ones are editors'."""
        work = self._work_tree()
        if work is not None:
            folder = work / FOLDER
            paths = [each.name for each in folder.iterdir()] if _is_folder(work) else []
        else:
            tree = self.repository.tree(self.revision or "HEAD")
            paths = list(tree.folder(FOLDER)) if tree.is_folder(FOLDER) else []
        return (path.removesuffix(".toml") for path in paths if path.endswith(".toml") and path[0] != ".")

    def _work_tree(self) -> Path | None:
        return None if self.revision else self.repository.work_dir


def _path(name: str) -> str:
    return f"{FOLDER}/{name}.toml"


def _misnamed(name: str) -> Found:
    what = "a name has small letters, digits, - and _, and begins with a letter"
    shown = visible(name)
    error = Refused("flow.bad-name", what, where=_path(shown), cure="give the file another name")
    return Found(shown, _path(shown), None, error)


def _no_file(path: str) -> Refused:
    return Refused("flow.not-a-file", "a definition is no plain file", where=path, cure="put a file there")


def no_flow(name: str) -> Refused:
    """There is no definition with this name."""
    return Refused("flow.unknown", f"there is no flow {name[:60]!a}", cure="`laneshift flow list` lists them")


def _shipped() -> Iterator[str]:
    folder = files("laneshift.flows") / "shipped"
    if folder.is_dir():
        yield from (each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml"))


def _is_folder(work: Path) -> bool:
    parts = [work / "laneshift", work / FOLDER]
    if any(part.is_symlink() for part in parts):
        raise Refused("flow.is-link", f"{FOLDER} is reached by a symbolic link", cure="put the folder itself there")
    return parts[-1].is_dir()


def _plain_file(work: Path, path: str) -> bytes | None:
    """The bytes of a file in the work tree, no link on the way; one byte more than may be, where it is larger."""
    if not _is_folder(work):
        return None
    try:
        number = os.open(work / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise Refused(
                "flow.is-link", "a definition is a symbolic link", where=path, cure="put a file there"
            ) from error
        raise Refused("flow.unreadable", "a definition cannot be read", where=path, why=str(error)) from error
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise _no_file(path)
    with os.fdopen(number, "rb") as file:
        return file.read(LARGEST + 1)
