"""What of a work tree is not as its HEAD has it: one git process tells what otherwise takes five."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from laneshift.repo.first_look import ASKED, BRIEF, EACH, FirstLook, found_above
from laneshift.repo.git import Begun, Outcome, Place, git
from laneshift.repo.plain_records import NamedTuple

_HEAD = "# branch.oid "
_NO_COMMIT = "(initial)"
_FIELDS_BEFORE_PATH = {"1": 8, "u": 10}
_NO_SUBMODULE = "N..."


class Status(NamedTuple):
    """The commit that HEAD names (None before the first), tracked files and submodules that are not as that commit has
    them, and untracked files and folders, ignored ones left out. Paths are relative to the work tree."""

    head: str | None
    changed: tuple[str, ...]
    submodules: tuple[str, ...]
    untracked: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Whether the work tree holds what a commit says and nothing else."""
        return self.head is not None and not (self.changed or self.submodules or self.untracked)


def status(place: Place, *, each: bool = False) -> Status:
    """Ask git about a work tree; with `each`, untracked folders are told as the files in them.

    Raises `CheckFailed` (`git.failed`) when it cannot tell.
    """
    return _read(git(place, *ASKED, EACH if each else BRIEF))


class Looking:
    """The same question, under way beside this process, as a context manager: git waits for the disk, not for us."""

    def __init__(self, place: Place, *, each: bool = False, first: FirstLook | None = None) -> None:
        """With `each`, untracked folders are told as the files in them; `first` may have asked without. Raises as
        `begin` does."""
        self.place = place
        self.each = each
        self.told: Status | None = None
        """The answer, once somebody has waited for it."""
        taken = None if first is None or each else first.taken(str(place.git_dir), str(place.work_tree))
        self._begun = Begun(place, (*ASKED, EACH if each else BRIEF), taken=taken)

    def __enter__(self) -> Self:
        """The question itself."""
        return self

    def __exit__(self, *failure: object) -> None:
        """End what nobody waited for."""
        self._begun.__exit__(*failure)

    def status(self) -> Status:
        """Wait for the answer; the same to all who ask. Raises as `status` does."""
        if self.told is None:
            self.told = _read(self._begun.outcome())
        return self.told


def place_above(directory: Path, user: int) -> Place | None:
    """The plain repository that `directory` lies in, told from names alone, when both its folders belong to `user`.

    None for anything else: whether git may be started there, and where, is then for the library to say.
    """
    found = found_above(str(directory.absolute()), user)
    return None if found is None else Place(Path(found[0]), Path(found[1]))


def _read(outcome: Outcome) -> Status:
    head: str | None = None
    changed: list[str] = []
    submodules: list[str] = []
    untracked: list[str] = []
    for field in outcome.fields:
        kind = field[:1]
        if kind == "#":
            oid = field.removeprefix(_HEAD)
            head = oid if oid not in (field, _NO_COMMIT) else head
        elif kind in _FIELDS_BEFORE_PATH:
            *facts, path = field.split(" ", _FIELDS_BEFORE_PATH[kind])
            (changed if facts[2] == _NO_SUBMODULE else submodules).append(path)
        else:
            untracked.append(field[2:])
    return Status(head, tuple(changed), tuple(submodules), tuple(untracked))
