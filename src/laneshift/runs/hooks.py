"""Install the hooks of people who commit by hand, and take them away again. Nobody's own hook is ever written over.

A hook that is there already is kept beside ours and runs first; where it could not run under another name, it is left
alone and ours is refused. Each place changes by one rename, so that a killed laneshift leaves the old hook or the new.
"""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from laneshift.errors import CheckFailed, Fault, Refused
from laneshift.repo.objects import Repository
from laneshift.runs.hook_script import BEFORE, HOOKS, Found, kind_of, script, since_of

_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of one hook: `done` is installed, updated, unchanged, removed, restored, absent or left alone.

    `chained`: the hook that was there before runs first.
    """

    hook: str
    path: str
    done: str
    chained: bool = False


def install(repository: Repository, python: str = sys.executable) -> list[Placed]:
    """Put both hooks in their places, or none.

    Raises `Refused` (`hooks.in-the-way` with one fault a hook, `hooks.outside`, `hooks.bad-folder`) and `CheckFailed`
    (`hooks.not-written`).
    """
    folder = hooks_folder(repository)
    found = {hook: look(folder / hook) for hook in HOOKS}
    faults = [fault for hook, each in found.items() for fault in _in_the_way(folder / hook, each, python)]
    if faults:
        raise Refused("hooks.in-the-way", "a hook is there that cannot be kept; nothing was changed", faults=faults)
    head = "" if repository.handle.head_is_unborn else repository.commit_id("HEAD")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return [_put(folder / hook, found[hook], python, head) for hook in HOOKS]
    except OSError as error:
        raise CheckFailed("hooks.not-written", "a hook cannot be written", where=str(folder), why=str(error)) from error


def remove(repository: Repository) -> list[Placed]:
    """Take our hooks away and put back those that they had come before. Others' hooks are left alone."""
    folder = hooks_folder(repository)
    return [_take(folder / hook, look(folder / hook)) for hook in HOOKS]


def hooks_folder(repository: Repository) -> Path:
    """Where git looks for the hooks of this repository: `core.hooksPath`, or `hooks` in the git folder.

    Raises `Refused` where that is outside the repository, whose hooks are then those of others as well.
    """
    config = repository.handle.config
    top = repository.work_dir or repository.git_dir
    own = repository.common_dir / "hooks"
    folder = top / _home(str(config["core.hookspath"])) if "core.hookspath" in config else own
    homes = {repository.common_dir, *([repository.work_dir] if repository.work_dir else [])}
    real = folder.resolve()
    if not any(real.is_relative_to(home) and real != home for home in homes):
        why = "hooks there are those of other repositories as well" if folder != own else "that folder is a link"
        cure = "git config core.hooksPath .git/hooks, which then counts for this repository alone"
        raise Refused(
            "hooks.outside", "git looks for hooks outside this repository", where=str(folder), why=why, cure=cure
        )
    if folder.exists() and not folder.is_dir():
        raise Refused("hooks.bad-folder", "git looks for hooks in what is no folder", where=str(folder))
    return real


def look(path: Path) -> Found:
    """What lies in a hook's place."""
    before = os.path.lexists(_before(path))
    if not os.path.lexists(path):
        return Found("absent", before=before)
    if not path.is_file():
        return Found("strange", before=before)
    with path.open("rb") as file:
        text = file.read(_LARGEST).decode("utf-8", "replace")
    return Found(kind_of(text), text, before)


def _in_the_way(path: Path, found: Found, python: str) -> list[Fault]:
    by_hand = f"{shlex.quote(python)} -P -m laneshift doctor --check-message"
    if found.kind == "strange":
        return [Fault("hooks.strange", str(path), "is no file that could be kept", "look at it, and remove it")]
    if found.kind == "foreign-by-name":
        cure = f'add to it: {by_hand} "$1"' if path.name == "commit-msg" else "call laneshift from it"
        return [Fault("hooks.by-name", str(path), "goes by its own name, so it cannot run under another", cure)]
    if found.kind == "foreign" and found.before and not path.samefile(_before(path)):
        what = f"and {_before(path).name} is there as well: something took the place of laneshift's hook"
        return [Fault("hooks.two", str(path), what, "keep one of the two")]
    return []


def _put(path: Path, found: Found, python: str, head: str) -> Placed:
    since = since_of(found.text) if found.kind == "ours" else head
    text = script(path.name, python, since)
    if found.text == text and os.access(path, os.X_OK):
        return Placed(path.name, str(path), "unchanged", found.before)
    if found.kind == "foreign" and not found.before:
        # A second name first: at no moment is there no hook, and at no moment is the old one lost.
        os.link(path, _before(path), follow_symlinks=False)
    _write(path, text)
    done = "updated" if found.kind == "ours" else "installed"
    return Placed(path.name, str(path), done, found.before or found.kind == "foreign")


def _write(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(prefix=".laneshift-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
            os.fchmod(file.fileno(), 0o755)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _take(path: Path, found: Found) -> Placed:
    if found.kind != "ours":
        return Placed(path.name, str(path), "absent" if found.kind == "absent" else "left alone")
    if found.before:
        _before(path).replace(path)
        return Placed(path.name, str(path), "restored")
    path.unlink()
    return Placed(path.name, str(path), "removed")


def _before(path: Path) -> Path:
    return path.with_name(path.name + BEFORE)


def _home(text: str) -> Path:
    """A path as git reads it. Raises `Refused` for a home that is not known."""
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise Refused("hooks.bad-folder", "git looks for hooks in a home that is unknown", where=text) from error
