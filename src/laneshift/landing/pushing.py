"""Moves the target of a remote: looked at, pushed with a lease, looked at again. Only what is seen there counts.

Git's exit status is never believed: a connection may break after the remote has moved its refs, and a killed push may
still be at work there. Where neither can be seen nor ruled out, nothing is claimed, and a person is told to resume.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from laneshift.errors import LaneshiftError, NeedsPerson, Refused
from laneshift.landing.sight import Sight, verdict
from laneshift.repo.commits import is_ancestor
from laneshift.repo.objects import Repository
from laneshift.repo.push_report import Pushed
from laneshift.repo.ref_updates import RefUpdate
from laneshift.repo.remote_trouble import certain, is_transient, reason_of, refusal
from laneshift.repo.remotes import Remote, fetch, keep, look, push

_PAUSES = (0.5, 2.0)


@dataclass(frozen=True, slots=True)
class Move:
    """One move of the remote's branch `target` from `old` to `new`, told by the new ref `recovery`."""

    target: str
    old: str
    new: str
    recovery: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What the target holds: `there` is the move's `new` when it is in it, "" when there is no such branch.

    `error` tells why it was not moved, where trying again would not help.
    """

    there: str
    error: LaneshiftError | None = None


def tip_of(repository: Repository, remote: Remote, target: str) -> str:
    """The commit of the remote's branch, with its history brought here. Raises `Refused` when there is none."""
    there = fetch(repository, remote, target)
    if there is None:
        raise Refused(
            "remote.no-branch",
            f"{remote.name} has no branch {target.removeprefix('refs/heads/')}",
            where=remote.name,
            cure=f"push it once by hand: git push {remote.name} {target.removeprefix('refs/heads/')}",
        )
    return there


def holds(repository: Repository, tip: str, commit: str) -> bool:
    """Whether `commit` is in the history of `tip`, which is here as a whole: what is not here is not in it."""
    return commit in repository.handle and is_ancestor(repository, commit, tip)


def see(repository: Repository, remote: Remote, move: Move) -> Sight:
    """What the remote shows of the move. Raises as `look` does."""
    shown = look(repository, remote, [move.target, move.recovery])
    there, recovered = shown[move.target], shown[move.recovery] == move.new
    if there == move.new and there in repository.handle:
        keep(repository, remote, move.target, there)
    if there is None or there == move.old or (there == move.new and there in repository.handle):
        return Sight(there, there == move.new, recovered)
    fetched = fetch(repository, remote, move.target)
    return Sight(fetched, fetched is not None and holds(repository, fetched, move.new), recovered)


def move_target(repository: Repository, remote: Remote, move: Move, before: Callable[[], None]) -> Moved:
    """Move the remote's target unless it has moved already. `before` is called right before the push, if there is one.

    Raises what `look` raises when the remote cannot be seen before the push; `NeedsPerson` (`remote.unknown`) when it
    cannot be seen afterwards, or shows nothing although it may still be at work.
    """
    seen = see(repository, remote, move)
    if verdict(seen, move.old) != "untouched":
        return judged(remote, move, seen)
    before()
    pushed = push(repository, remote, [RefUpdate(move.target, move.old, move.new), _anchor(move)])
    seen = _see_after(repository, remote, move)
    if verdict(seen, move.old) == "untouched":
        return Moved(move.old, _why_not(remote, move, pushed))
    return judged(remote, move, seen)


def judged(remote: Remote, move: Move, seen: Sight) -> Moved:
    """What the sight of a move means."""
    found = verdict(seen, move.old)
    if found == "landed":
        return Moved(move.new)
    if found == "taken-away":
        return Moved(seen.there or "", _taken_away(remote, move, seen))
    return Moved(seen.there or "")


def unknown(remote: str, move: Move, why: str) -> NeedsPerson:
    """Nobody knows what became of a push."""
    return NeedsPerson(
        "remote.unknown",
        f"whether {move.new[:12]} has reached {move.target} of {remote} is not known",
        where=remote,
        why=why,
        cure="laneshift resume, once the remote can be reached; it looks before it does anything",
    )


def _anchor(move: Move) -> RefUpdate:
    return RefUpdate(move.recovery, None, move.new)


def _see_after(repository: Repository, remote: Remote, move: Move) -> Sight:
    for pause in _PAUSES:
        try:
            return see(repository, remote, move)
        except LaneshiftError:
            time.sleep(pause)
    try:
        return see(repository, remote, move)
    except LaneshiftError as error:
        raise unknown(remote.name, move, f"{error.what}: {error.why}") from error


def _why_not(remote: Remote, move: Move, pushed: Pushed) -> LaneshiftError | None:
    """Why the target is where it was; None when another try may do."""
    if pushed.refused:
        if is_transient(reason_of(move.target, pushed)):
            return None
        return refusal(remote.name, move.target, pushed)
    sure = certain(remote.name, pushed.said)
    if sure is None:
        raise unknown(remote.name, move, pushed.said or "the remote said nothing about the push")
    return sure


def _taken_away(remote: Remote, move: Move, seen: Sight) -> NeedsPerson:
    name = move.target.removeprefix("refs/heads/")
    return NeedsPerson(
        "remote.taken-away",
        f"{move.new[:12]} had reached {name} of {remote.name}, and somebody has taken {name} elsewhere since",
        where=seen.there or "the branch is gone",
        why=f"{move.recovery} shows that it was there",
        cure="find out who rewrote the branch; the same command again goes on from where it is now",
    )
