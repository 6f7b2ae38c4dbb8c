"""The only door to the git program in this room.

Every call is an argument list, never a shell string. The caller's `GIT_*` variables, hooks, pagers, prompts, signing
and background maintenance are kept out, so that the same call does the same thing on every machine. Calls that talk to
another repository are let have what proves who the caller is, and may use well-known protocols only.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

from laneshift.errors import CheckFailed, Refused
from laneshift.repo.child import Child
from laneshift.repo.git_words import environment, words_before
from laneshift.repo.plain_records import NamedTuple

_IDENTITY = ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_ASKPASS", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH")
"""What of the caller's variables a call over the network keeps: it says who the caller is, and whom to trust."""
_PROTOCOLS = "file:git:http:https:ssh"
_CREDENTIALS = re.compile(r"(\b[A-Za-z][A-Za-z0-9+.-]*://)[^/\s'\"]*@")
_QUERY = re.compile(r"(\b[A-Za-z][A-Za-z0-9+.-]*://[^\s'\"?]*\?)[^\s'\"]+")
_SHOWN_CHARACTERS = 4000


class Place(NamedTuple):
    """Where a git call works: the git directory, and optionally a work tree and an index file of its own.

    `lock` is the descriptor of a kernel lock that git shall share: when the caller is killed, what git is still doing
    stays protected until git has ended too. `network`: the call talks to another repository.
    """

    git_dir: Path
    work_tree: Path | None = None
    own_index: Path | None = None
    lock: int | None = None
    network: bool = False


class Outcome(NamedTuple):
    """What git answered: exit status, raw standard output, and standard error without secrets."""

    code: int
    stdout: bytes
    stderr: str

    @property
    def text(self) -> str:
        """Standard output without its last newline; bytes that are not UTF-8 become surrogate escapes."""
        return os.fsdecode(self.stdout).rstrip("\n")

    @property
    def fields(self) -> list[str]:
        """Standard output of a `-z` command: its NUL-terminated fields."""
        return os.fsdecode(self.stdout).split("\0")[:-1]


def git(
    place: Place,
    *arguments: str,
    stdin: bytes = b"",
    settings: Mapping[str, str] | None = None,
    accept: Collection[int] = (0,),
    seconds: float = 600.0,
    umask: int = -1,
) -> Outcome:
    """Run git and wait. `umask` masks the modes of files that git writes (-1: the caller's own mask).

    Raises `CheckFailed` (`git.failed`) when the exit status is not in `accept`, `CheckFailed` (`git.too-slow`) after
    `seconds`, and `Refused` (`git.missing`, `git.bad-argument`) when git cannot be started or an argument holds NUL.
    """
    from laneshift.repo.git_process import TooSlow, run  # noqa: PLC0415 - a plain move does without what this loads

    _refuse_nul(arguments)
    try:
        code, stdout, stderr = run(
            [*_command(place, settings or {}), *arguments],
            stdin,
            place.work_tree or place.git_dir,
            environment(place.own_index) | (_identity() if place.network else {}),
            seconds,
            inherited=() if place.lock is None else (place.lock,),
            umask=umask,
            apart=place.network,
        )
    except TooSlow as error:
        raise _too_slow(arguments, seconds) from error
    except OSError as error:
        raise _missing(place, error) from error
    return _judged(arguments, code, stdout, stderr, accept)


class Begun:
    """A git command at work beside this process. Leaving its `with` block ends it, answered or not."""

    def __init__(
        self,
        place: Place,
        arguments: Sequence[str],
        source: Begun | None = None,
        *,
        fed: bool = False,
        taken: Child | None = None,
    ) -> None:
        """The command reads what `source` answers, of which only the end can then be waited for, or is `fed` later.

        `taken` is the command, where it is under way already.
        """
        self._arguments = arguments
        _refuse_nul(arguments)
        self._child: Child = taken or _started(place, arguments, None if source is None else source._child, fed=fed)

    def __enter__(self) -> Self:
        """The command itself."""
        return self

    def __exit__(self, *failure: object) -> None:
        """Kill it where nobody waited for it, so that no process outlives the call that began it."""
        self._child.end()

    def let_go(self) -> None:
        """For a copy of the process, which neither feeds the command nor waits for it: close its ends of the pipes."""
        self._child.let_go()

    def outcome(self, *, stdin: bytes = b"", accept: Collection[int] = (0,), seconds: float = 600.0) -> Outcome:
        """Wait for what git answers, once; `stdin` is for a command that is fed. Raises as `git` does."""
        try:
            code, stdout, stderr = self._child.outcome(stdin, seconds)
        except TimeoutError as error:
            raise _too_slow(self._arguments, seconds) from error
        return _judged(self._arguments, code, stdout, stderr, accept)


def begin(place: Place, *arguments: str, source: Begun | None = None, fed: bool = False) -> Begun:
    """Start a git command that is waited for later, and that reads what `source` answers, or what it is `fed` when it
    is waited for. It holds no lock of the caller's.

    Raises `Refused` (`git.missing`, `git.bad-argument`) as `git` does.
    """
    return Begun(place, arguments, source, fed=fed)


def _started(place: Place, arguments: Sequence[str], source: Child | None, *, fed: bool) -> Child:
    """The command, in the folder that it is about."""
    git, *words = _command(place, {})
    try:
        return Child(
            [git, "-C", str(place.work_tree or place.git_dir), *words, *arguments],
            environment(place.own_index),
            source,
            fed=fed,
        )
    except OSError as error:
        raise _missing(place, error) from error


def _judged(arguments: Sequence[str], code: int, stdout: bytes, stderr: bytes, accept: Collection[int]) -> Outcome:
    outcome = Outcome(code, stdout, redact(os.fsdecode(stderr)))
    if outcome.code not in accept:
        raise CheckFailed(
            "git.failed",
            f"git ended with status {outcome.code}",
            where=_shown(arguments),
            why=outcome.stderr.strip()[:_SHOWN_CHARACTERS],
        )
    return outcome


def _refuse_nul(arguments: Sequence[str]) -> None:
    if any("\0" in argument for argument in arguments):
        raise Refused("git.bad-argument", "an argument for git holds a NUL character", where=_shown(arguments))


def _too_slow(arguments: Sequence[str], seconds: float) -> CheckFailed:
    return CheckFailed("git.too-slow", f"git took over {seconds:.0f} s", where=_shown(arguments))


def _missing(place: Place, error: OSError) -> Refused:
    return Refused(
        "git.missing", "git could not be started", where=str(place.git_dir), why=str(error), cure="install git"
    )


def redact(text: str) -> str:
    """`text` with the user part and the query of every URL hidden: they may be a password or a token."""
    return _QUERY.sub(r"\1***", _CREDENTIALS.sub(r"\1***@", text))


def _identity() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _IDENTITY if name in os.environ}
    return {**kept, "GIT_ALLOW_PROTOCOL": _PROTOCOLS}


def _command(place: Place, settings: Mapping[str, str]) -> Iterator[str]:
    work_tree = None if place.work_tree is None else str(place.work_tree)
    return words_before(str(place.git_dir), work_tree, settings, network=place.network)


def _shown(arguments: Sequence[str]) -> str:
    return redact(" ".join(["git", *arguments]))[:_SHOWN_CHARACTERS]
