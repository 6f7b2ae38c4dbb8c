"""The repository around a batch: its object format, its work trees, the target, and who commits."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from laneshift.runs.doctor.row import Row

_NAMED = 3
_AS = {"user.name": "'YOUR NAME'", "user.email": "YOU@EXAMPLE.ORG"}
_ENDS = {
    "a merge": ("merge --continue", "merge --abort"),
    "a cherry-pick": ("cherry-pick --continue", "cherry-pick --abort"),
    "a revert": ("revert --continue", "revert --abort"),
    "a bisection": ("bisect reset",),
    "a rebase": ("rebase --continue", "rebase --abort"),
}
"""What git is told to end what is half done, the first of them to be run next."""


@dataclass(frozen=True, slots=True)
class WorkTree:
    """One work tree: its folder, the ref of its HEAD (empty: detached), what is half done, and changed paths."""

    path: str
    head: str
    half_done: str = ""
    changed: tuple[str, ...] = ()
    own: bool = False


def format_row(name: str) -> Row:
    """The format of objects; one that cannot be read does not come this far."""
    return Row("object format", "ok", name)


def tree_rows(trees: Sequence[WorkTree]) -> list[Row]:
    """What in the user's own work tree would keep a landing from being followed."""
    own = next((tree for tree in trees if tree.own), None)
    if own is None:
        return [Row("work tree", "ok", "none: this repository is bare")]
    rows = [_half_done(tree) for tree in trees if tree.half_done]
    if own.changed:
        named = ", ".join(own.changed[:_NAMED]) + (", …" if len(own.changed) > _NAMED else "")
        what = f"{len(own.changed)} file(s) with local changes: {named}"
        why = "a landing that touches one of them stops until it is out of the way"
        rows.append(Row("work tree", "warn", what, why, "git add -A && git commit -m MESSAGE, or git stash -u"))
    return rows or [Row("work tree", "ok", f"clean, {own.path}")]


def target_row(target: str, tip: str | None, trees: Sequence[WorkTree]) -> Row:
    """`target` is the full ref that a plan would land on, empty when HEAD is on no branch; `tip` its commit."""
    if not target:
        why = "HEAD is on no branch and `target` is not set, so a plan does not know where to land"
        return Row("target", "warn", "no target", why, "git switch BRANCH, or laneshift plan FILE --target BRANCH")
    name = target.removeprefix("refs/heads/")
    if tip is None:
        why = "a plan lands on a branch that exists"
        return Row(
            "target",
            "fail",
            f"there is no branch {name}",
            why,
            f"git branch {name}, or set `target`",
            command=f"git branch {shlex.quote(name)}",
        )
    elsewhere = [tree.path for tree in trees if tree.head == target and not tree.own]
    if elsewhere:
        what = f"{name} is checked out in {', '.join(elsewhere)}"
        why = "a landing changes the files there, and stops when local changes are in its way"
        return Row("target", "warn", what, why, f"git -C {elsewhere[0]} switch --detach, or keep it without changes")
    return Row("target", "ok", f"{name} at {tip[:12]}")


def identity_row(name: str, email: str) -> Row:
    """Who commits, as git's configuration says; empty where it does not."""
    missing = [key for key, value in (("user.name", name), ("user.email", email)) if not value]
    if missing:
        cure = " && ".join(f"git config {key} {_AS[key]}" for key in missing)
        return Row(
            "identity",
            "fail",
            f"git has no {' and no '.join(missing)}",
            "every commit has an author",
            cure,
            command=cure,
        )
    return Row("identity", "ok", f"{name} <{email}>")


def _half_done(tree: WorkTree) -> Row:
    what = f"{tree.half_done} is half done in {tree.path}"
    git = "git" if tree.own else f"git -C {shlex.quote(tree.path)}"
    ends = [f"{git} {each}" for each in _ENDS.get(tree.half_done, ())]
    why = "a landing does not touch such a work tree"
    return Row("work tree", "fail", what, why, ", or ".join(ends), command=ends[0] if ends else "")
