"""Intents: what an item means, and the one pure function that turns a tree and an intent into the next tree.

Everything that influences the result is in the intent, the rules and the tree. That is why a batch lands on a base
that moved without a textual merge, and why a landed tree can be computed again from its journal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from laneshift.code.characterization import Subject, in_order, render, test_path
from laneshift.code.modules import Modules
from laneshift.code.moves import Mentions, Move, MoveResult, move
from laneshift.repo.objects import File, Tree


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings that an intent's result depends on, taken from the base of the plan."""

    roots: tuple[str, ...] = ()
    characterization_dir: str = "tests/moves"


@dataclass(frozen=True, slots=True)
class Intent:
    """One unit of change, as it is stored: move `src` to `dst` on behalf of the item `item`."""

    item: str
    src: str
    dst: str
    kind: str = "move"

    def as_json(self) -> dict[str, str]:
        """The serialised meaning, whose digest identifies the intent."""
        return asdict(self)


@dataclass(frozen=True)
class Applied:
    """What an intent makes of a tree, stage by stage; each tree contains the stage before it."""

    result: MoveResult
    relocated: Tree
    referenced: Tree
    integrated: Tree
    tree: Tree
    test_path: str
    test: File


def apply(tree: Tree, intent: Intent, rules: Rules, mentions: Mentions | None = None) -> Applied:
    """Apply `intent` to `tree`. Pure: the same three give the same tree ids, byte for byte.

    Raises `Refused` when the tree does not allow it (the source is gone, the destination exists).
    """
    result = move(tree, Move(intent.src, intent.dst), roots=rules.roots, mentions=mentions)
    integrated = result.tree
    after = Modules.of(integrated.entries, rules.roots)
    subject = _subject(tree, intent, result, after)
    path = test_path(rules.characterization_dir, subject.title)
    test = File(render(subject, path))
    return Applied(
        result=result,
        relocated=result.relocated(),
        referenced=result.referenced(),
        integrated=integrated,
        tree=integrated.edit({**in_order_again(result, rules), path: test}),
        test_path=path,
        test=test,
    )


def moved_modules(result: MoveResult, after: Modules) -> dict[str, tuple[str, str]]:
    """New dotted name to (new path, old path) of every Python module that the move relocated."""
    moved = ((after.by_path.get(new), new, old) for old, new in result.relocations.items())
    return {name: (new, old) for name, new, old in moved if name is not None}


def rewritten_importers(result: MoveResult, after: Modules) -> list[str]:
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
