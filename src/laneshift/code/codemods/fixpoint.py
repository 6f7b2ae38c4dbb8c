"""A codemod runs until it changes nothing more: at most ten times, and once more would do nothing. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from laneshift.code.codemods.records import Answer
from laneshift.code.moves.records import Edit
from laneshift.errors import Refused
from laneshift.repo.objects import Entry, File, Tree

MOST_PASSES = 10
Pass = Callable[[Tree], Answer]


@dataclass(frozen=True)
class Settled:
    """The tree after the last pass that changed something, what all passes did together, and how many there were."""

    tree: Tree
    answer: Answer
    passes: int


def settle(tree: Tree, once: Pass) -> Settled:
    """Run `once` until it changes nothing. Raises `Refused` (`codemod.no-fixpoint`) when ten passes are not enough."""
    files: dict[str, bytes] = {}
    edits: list[Edit] = []
    tests, gone = frozenset[str](), frozenset[str]()
    answer, now = Answer(), tree
    for number in range(MOST_PASSES + 1):
        answer = once(now)
        after = written(now, answer.files)
        after = after.edit(dict.fromkeys(answer.gone)) if answer.gone else after
        if after == now:
            return Settled(now, Answer(files, tuple(edits), answer.refusals, tests, gone), number)
        now = after
        files.update(answer.files)
        edits += answer.edits
        tests, gone = tests | answer.tests, gone | answer.gone
    shown = ", ".join(sorted(answer.files)[:3])
    raise Refused(
        "codemod.no-fixpoint",
        f"after {MOST_PASSES} passes the codemod still changes {len(answer.files)} file(s): {shown}",
        cure="mend the codemod: what it writes must not be what it looks for",
    )


def written(tree: Tree, files: Mapping[str, bytes]) -> Tree:
    """The tree with these bytes. Files that are there keep their mode."""
    changes: dict[str, File | Entry | None] = {}
    for path, data in files.items():
        entry = tree.entry(path)
        if entry is None or not entry.is_regular or tree.read(path) != data:
            changes[path] = File(data, entry.mode) if entry is not None and entry.is_regular else File(data)
    return tree.edit(changes) if changes else tree
