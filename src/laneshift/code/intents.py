"""Intents: what an item means, and the one pure function that turns a tree and an intent into the next tree.

Everything that influences the result is in the intent, the rules and the tree. That is why a batch lands on a base
that moved without a textual merge, and why a landed tree can be computed again from its journal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from laneshift.code.changed import Changed
from laneshift.code.characterization import Subject, in_order, render, test_path
from laneshift.code.codemods.apply import apply_codemod
from laneshift.code.codemods.fix import fixed_files
from laneshift.code.codemods.fixpoint import written
from laneshift.code.codemods.records import Codemod
from laneshift.code.modules import Modules
from laneshift.code.moves import Mentions, Move, MoveResult, move
from laneshift.errors import Refused
from laneshift.repo.objects import File, Tree


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings that an intent's result depends on, taken from the base of the plan."""

    roots: tuple[str, ...] = ()
    characterization_dir: str = "tests/moves"


@dataclass(frozen=True, slots=True)
class Intent:
    """One unit of change, as it is stored, on behalf of the item `item`. It is one of two things.

    Without a `codemod`: move `src` to `dst`. With one: apply it; `src` and `dst` are then both the file or folder that
    the item is about. There is no third kind. With a `fix`, what somebody mended in it is applied after all else.
    """

    item: str
    src: str
    dst: str
    codemod: Codemod | None = None
    fix: Codemod | None = None

    @property
    def kind(self) -> str:
        """`move` or `codemod`."""
        return "move" if self.codemod is None else "codemod"

    def as_json(self) -> dict[str, Any]:
        """The serialised meaning, whose digest identifies the intent."""
        plain: dict[str, Any] = {"item": self.item, "src": self.src, "dst": self.dst, "kind": self.kind}
        parts = {"codemod": self.codemod, "fix": self.fix}
        return {**plain, **{name: part.as_json() for name, part in parts.items() if part is not None}}

    @property
    def unfixed(self) -> Intent:
        """The same intent without its fix."""
        return replace(self, fix=None)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Intent:
        """Read what `as_json` wrote. Raises `Refused` (`intent.unreadable`) for anything else."""
        told = (plain.get(name) for name in ("codemod", "fix"))
        codemod, fix = (Codemod.from_json(part) if isinstance(part, Mapping) else None for part in told)
        made = cls(str(plain.get("item")), str(plain.get("src")), str(plain.get("dst")), codemod, fix)
        if made.as_json() != dict(plain):
            raise Refused("intent.unreadable", "this is no stored intent")
        return made


@dataclass(frozen=True)
class Applied:
    """What an intent makes of a tree, stage by stage; each tree contains the stage before it.

    `tests` are the tests that come with the change, by path; a codemod may have none. `test_path` and `test` are the
    first of them: the path is empty where there is none.
    """

    result: MoveResult | Changed
    integrated: Tree
    tree: Tree
    tests: Mapping[str, File] = field(default_factory=dict)

    # Only the steps of an item ask for these two; a plan and a landing of hundreds of items are spared them.
    @cached_property
    def relocated(self) -> Tree:
        """The files stand where they belong, and nothing in them is rewritten."""
        return self.result.relocated()

    @cached_property
    def referenced(self) -> Tree:
        """The references in Python files are rewritten too."""
        return self.result.referenced()

    @property
    def test_path(self) -> str:
        """Where the first test of the change stands; empty where it brings none."""
        return min(self.tests, default="")

    @property
    def test(self) -> File:
        """The first test of the change. Raises `KeyError` where there is none."""
        return self.tests[self.test_path]

    def with_tests(self, tree: Tree) -> Tree:
        """A tree with the tests of the change in it."""
        return tree.edit(self.tests) if self.tests else tree


def apply(tree: Tree, intent: Intent, rules: Rules, mentions: Mentions | None = None) -> Applied:
    """Apply `intent` to `tree`. Pure: the same three give the same tree ids, byte for byte.

    Raises `Refused` when the tree does not allow it (the source is gone, the destination exists, a file is not what it
    was when it was mended).
    """
    if intent.fix is not None:
        return mended(apply(tree, intent.unfixed, rules, mentions), intent.fix)
    if intent.codemod is not None:
        return _codemod(tree, intent.codemod, rules)
    result = move(tree, Move(intent.src, intent.dst), roots=rules.roots, mentions=mentions)
    integrated = result.tree
    after = Modules.of(integrated.entries, rules.roots)
    subject = _subject(tree, intent, result, after)
    path = test_path(rules.characterization_dir, subject.title)
    test = File(render(subject, path))
    return Applied(
        result=result,
        integrated=integrated,
        tree=integrated.edit({**in_order_again(result, rules), path: test}),
        tests={path: test},
    )


def mended(applied: Applied, fix: Codemod) -> Applied:
    """What was applied, with a fix upon it. Raises `Refused` (`fix.*`) where the fix does not fit."""
    files = fixed_files(applied.tree, fix, applied.tests)
    return replace(applied, integrated=written(applied.integrated, files), tree=written(applied.tree, files))


def _codemod(tree: Tree, codemod: Codemod, rules: Rules) -> Applied:
    """A codemod has one stage, so that every tree but the first is the last. A tree that has it stays as it is."""
    done = apply_codemod(tree, codemod, rules.roots, rules.characterization_dir)
    answer = done.answer
    gone = dict.fromkeys(sorted(answer.gone))
    result = Changed(tree, done.tree, answer.edits, answer.files, answer.refusals, placed=gone)
    tests = {path: File(answer.files[path]) for path in sorted(answer.tests)}
    return Applied(result, done.tree, done.tree, tests)


def moved_modules(result: MoveResult | Changed, after: Modules) -> dict[str, tuple[str, str]]:
    """New dotted name to (new path, old path) of every Python module that the move relocated."""
    moved = ((after.by_path.get(new), new, old) for old, new in result.relocations.items())
    return {name: (new, old) for name, new, old in moved if name is not None}


def rewritten_importers(result: MoveResult | Changed, after: Modules) -> list[str]:
    """Dotted names of the importable modules that the move edited: not tests, scripts or `__main__`, nor its own."""
    own = set(result.relocations.values())
    edited = {edit.path for edit in result.edits} - own
    names = (after.by_path.get(path) for path in edited if not is_script_or_test(path))
    return sorted(name for name in names if name is not None and "." in name)


def is_script_or_test(path: str) -> bool:
    """Whether importing the file for a check would be wrong: it is meant to be run, or collected by a test runner."""
    parts: Sequence[str] = path.split("/")
    name = parts[-1]
    return (
        name in {"__main__.py", "setup.py", "conftest.py", "manage.py"}
        or name.startswith("test_")
        or name.endswith("_test.py")
        or any(part in {"tests", "test", "testing", "docs", "doc", "examples", "scripts"} for part in parts[:-1])
    )


def in_order_again(result: MoveResult, rules: Rules) -> dict[str, File]:
    """Tests of earlier moves that name the moved module, with their entries in order again."""
    folder = rules.characterization_dir.strip("/") + "/"
    named = {path: data for path, data in result.python.items() if path.startswith(folder)}
    return {path: File(in_order(data)) for path, data in named.items()}


def _subject(tree: Tree, intent: Intent, result: MoveResult, after: Modules) -> Subject:
    moved = moved_modules(result, after)
    sources: Mapping[str, tuple[str, bytes]] = {name: (new, tree.read(old)) for name, (new, old) in moved.items()}
    return Subject(
        title=after.name_of(intent.dst) or intent.dst,
        modules=sources,
        importers=rewritten_importers(result, after),
        roots=after.roots,
    )
