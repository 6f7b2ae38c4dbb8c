"""The parts of `laneshift doctor` for people who commit by hand: hooks, and the checks that they call."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from rich.console import Console

from laneshift.cli.session import Session
from laneshift.errors import CheckFailed, Fault, Refused
from laneshift.repo.objects import Repository
from laneshift.runs import hand_checking, hooks
from laneshift.runs.paths import visible
from laneshift.runs.pushed_refs import read_pushed

_LARGEST = 8 << 20
_SHOWN = 50


def asked(talk: Session, message: Path | None, push: str | None, *, install: bool, remove: bool, quiet: bool) -> None:
    """Do what one of the options asks for. Raises `Refused` for several of them."""
    wanted = [message is not None, push is not None, install, remove]
    if sum(wanted) > 1:
        raise Refused("usage.several", "only one of these options at a time", cure="laneshift doctor --help")
    if message is not None:
        _check_message(talk, message, quiet=quiet)
    elif push is not None:
        _check_push(talk, push)
    else:
        _place(talk, install=install)


def _check_message(talk: Session, file: Path, *, quiet: bool) -> None:
    repository = Repository.open(talk.directory)
    found = hand_checking.check_written(repository, file, os.environ)
    _judge(found, "commit.message", "this is no commit message of the agreed form", _with(file, "-eF"))
    if not quiet:
        talk.result({"faults": []}, lambda console: console.print("the message is as agreed"), _with(file))


def _with(file: Path, how: str = "-F") -> str:
    """The command that commits with the message in `file`; with `-eF` after a look at it in an editor."""
    return f"git commit {how} {shlex.quote(str(file))}"


def _check_push(talk: Session, since: str) -> None:
    text = sys.stdin.buffer.read(_LARGEST + 1)
    if len(text) > _LARGEST:
        raise Refused("hooks.bad-input", "git told the pre-push hook more than 8 MiB")
    pushed = read_pushed(text.decode("utf-8", "surrogateescape"))
    found = hand_checking.check_pushed(Repository.open(talk.directory), pushed, since)
    _judge(found, "push.refused", "this must not be pushed as it is", "git rebase --interactive, and mend them")
    if talk.as_json:
        talk.document({"faults": [], "next": "laneshift status"})


def _judge(found: list[Fault], code: str, what: str, cure: str) -> None:
    if not found:
        return
    shown = [Fault(each.code, visible(each.where), visible(each.what), each.cure) for each in found[:_SHOWN]]
    why = f"{len(found)} fault(s)" + (f", the first {_SHOWN} of them" if len(found) > _SHOWN else "")
    raise CheckFailed(code, what, why=why, cure=cure, faults=shown)


def _place(talk: Session, *, install: bool) -> None:
    repository = Repository.open(talk.directory)
    placed = hooks.install(repository) if install else hooks.remove(repository)

    def show(console: Console) -> None:
        for each in placed:
            first = "; the hook that was there runs first" if each.chained else ""
            console.print(f"{each.hook}: {each.done}{first}  {visible(each.path)}", markup=False, soft_wrap=True)
            if install and _may_be_committed(repository, Path(each.path)):
                text = "  it names a path of this machine: keep it out of commits"
                console.print(text, markup=False, soft_wrap=True)

    data = [{"hook": each.hook, "path": each.path, "done": each.done, "chained": each.chained} for each in placed]
    talk.result({"hooks": data}, show, "laneshift doctor" if install else "laneshift status")


def _may_be_committed(repository: Repository, path: Path) -> bool:
    work_dir = repository.work_dir
    if work_dir is None or not path.is_relative_to(work_dir) or path.is_relative_to(repository.common_dir):
        return False
    return not repository.handle.path_is_ignored(str(path.relative_to(work_dir)))
