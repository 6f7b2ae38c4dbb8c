"""Commit messages that people write: what git will keep of the file, and what of it has to be in the T4 form. Pure.

Comment lines and everything below the scissors go, by the rules of git's `commit.cleanup`. Texts that git itself writes
are let be: those of merges, of reverts, and of commits that `rebase --autosquash` will melt into others.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from laneshift.errors import Fault
from laneshift.repo.message_check import character_faults, check
from laneshift.repo.message_form import fault

_SCISSORS = " ------------------------ >8 ------------------------"
_AUTOSQUASH = re.compile(r"(?:fixup|squash|amend)! \S")
_REVERT = re.compile(r"(?:Revert|Reapply) \".+\"\Z")
_REVERTED = re.compile(r"This reverts commit [0-9a-f]{40,64}\b")
_PICKED = re.compile(r"\(cherry picked from commit [0-9a-f]{40,64}\)\Z")
_COMMENT_CHARACTERS = "#;@!$%^&|:"


@dataclass(frozen=True, slots=True)
class Habits:
    """How git treats a message. `cleanup` is its mode, `edited` whether a person saw the text in an editor.

    `comment` starts comment lines, `auto` where git chooses; `merging` is true for the message of a merge, `pushed` for
    one that leaves this clone.
    """

    cleanup: str = "default"
    edited: bool = True
    comment: str = "#"
    merging: bool = False
    pushed: bool = False


AS_STORED = Habits(cleanup="verbatim", edited=False, pushed=True)
"""For the message of a commit that exists."""


def faults(text: str, scopes: Collection[str], habits: Habits, place: str = "message") -> list[Fault]:
    """Everything that is wrong with a message, each at `place:LINE`, counted in `text` as it was given."""
    lines = kept(text, habits)
    found = _faults("\n".join(line for _, line in lines), scopes, habits)
    return [each._replace(where=f"{place}:{_number(lines, each.where)}") for each in found]


def kept(text: str, habits: Habits) -> list[tuple[int, str]]:
    """The lines that git will store, each with its number in `text`, from 1."""
    lines = list(enumerate(text.split("\n"), start=1))
    comment = _comment(text, habits.comment)
    if habits.edited and habits.cleanup != "verbatim":
        cut = (at for at, (_, line) in enumerate(lines) if line.rstrip("\r") == f"{comment}{_SCISSORS}")
        lines = lines[: next(cut, len(lines))]
    if habits.cleanup == "strip" or (habits.cleanup == "default" and habits.edited):
        lines = [(number, line) for number, line in lines if not line.startswith(comment)]
    if habits.cleanup != "verbatim":
        lines = _without_blanks([(number, line.rstrip()) for number, line in lines])
    return [(number, line) for number, line in lines if not _PICKED.match(line)]


def _faults(text: str, scopes: Collection[str], habits: Habits) -> list[Fault]:
    first, _, body = text.partition("\n")
    if not text.strip():
        return [fault("empty", 1, "nothing is written")]
    if habits.merging or (_REVERT.match(first) and _REVERTED.search(body)):
        return list(character_faults(text))
    if _AUTOSQUASH.match(first):
        unsquashed = fault("unsquashed", 1, "this commit waits to be squashed", "git rebase --interactive --autosquash")
        return [*character_faults(text), *([unsquashed] if habits.pushed else [])]
    return check(text, scopes)


def _number(lines: list[tuple[int, str]], where: str) -> int:
    at = int(where.rpartition(":")[2]) - 1
    return lines[at][0] if at < len(lines) else 1


def _without_blanks(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Without empty lines at both ends, and with one where there are several."""
    whole: list[tuple[int, str]] = []
    for number, line in lines:
        if line or (whole and whole[-1][1]):
            whole.append((number, line))
    return whole[:-1] if whole and not whole[-1][1] else whole


def _comment(text: str, configured: str) -> str:
    """What starts a comment line. Where git chose the character, its own remarks at the end of the file show it."""
    if configured != "auto":
        return configured or "#"
    last = next((line for line in reversed(text.split("\n")) if line.strip()), "#")
    return last[0] if last[0] in _COMMENT_CHARACTERS else "#"
