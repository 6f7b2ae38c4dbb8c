"""Step 4, move: the files, stubs and package markers stand at the destination, and history follows them."""

from __future__ import annotations

from collections.abc import Mapping

from laneshift.repo.objects import Entry, Tree
from laneshift.repo.similarity import renames
from laneshift.steps.work import Outcome, Parts, Work


def move(work: Work, parts: Parts) -> Outcome:
    """Failed when git would not see the finished change as a rename, since `git log --follow` would then stop here."""
    if work.verify_only:
        return Outcome("not_applicable", "source and destination are the same", work.tree)
    applied = parts.applied(work)
    tree = applied.with_tests(applied.relocated)
    if work.intent.codemod is not None:
        return Outcome("not_applicable", "a codemod moves nothing", tree)
    lost = sorted(_without_history(work.base_tree, applied.tree, applied.result.relocations))
    facts = {
        "relocations": dict(sorted(applied.result.relocations.items())),
        "markers": sorted(applied.result.markers),
    }
    if lost:
        return Outcome("failed", f"{lost[0]} would lose its history: too little of it stays the same", tree, facts)
    return Outcome("passed", f"{len(facts['relocations'])} file(s) moved with their history", tree, facts)


def _without_history(before: Tree, after: Tree, relocations: Mapping[str, str]) -> set[str]:
    seen = renames(before, after)
    return {
        new
        for old, new in relocations.items()
        if seen.get(new) != old and not _twin(before, after, old, new, seen.get(new))
    }


def _twin(before: Tree, after: Tree, old: str, new: str, seen: str | None) -> bool:
    """Whether git pairs the file with an identical twin, or the file is empty: then there is no telling them apart."""
    was, now = before.entry(old), after.entry(new)
    other: Entry | None = before.entry(seen) if seen else None
    return was is not None and (was == other or (now is not None and not before.read(old).strip()))
