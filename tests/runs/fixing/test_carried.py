"""A fix beside what others did to the same file: merged where they do not meet, and judged again before any test."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.code.codemods.fix import fix_of
from laneshift.evidence.canonical import canonical
from laneshift.manifests.applying import apply
from laneshift.runs.trains import Trains
from tests.repo.builders import commit_files
from tests.runs.fixing.scene import BATCH, FILE, ITEM, failing_toy
from tests.toy import planned, shop_at

WHERE = """\
from labs import stays


def first():
    return stays.answer()


def second():
    return stays.answer()


def is_home():
    return __name__.startswith("labs")
"""
MENDED = WHERE.replace('return __name__.startswith("labs")', 'return stays.answer() and __name__.startswith("core")')
NOTED = WHERE.replace("def second", "# The second.\ndef second")
RENAMED = (
    WHERE.replace("stays", "kept", 1)
    .replace("return stays", "return kept")
    .replace("labs import kept", "labs import stays as kept")
)
SAME_LINE = WHERE.replace('startswith("labs")', 'endswith("labs.where")')


@pytest.fixture
def scene(tmp_path: Path) -> tuple[Path, Trains]:
    """A mended item, as the journal has it; the trains of its plan."""
    path = failing_toy(tmp_path / "repo", files={"labs/where.py": WHERE})
    plan, shop = planned(path, BATCH), shop_at(path)
    bare = apply(shop.repository.tree(plan.base), plan.item(ITEM).intent, plan.rules).tree
    fix = fix_of(shop.repository, bare, {FILE: MENDED.encode()}, "claude-code", "claude@example.org")
    told = {"plan": plan.id, "item": ITEM, "attempt": 1, "agent": "claude-code", "record": ""}
    shop.journal.append(f"{plan.id}/amended", "item.amended", {**told, "fix": canonical(fix.as_json()).decode()})
    notes = shop.store.put(canonical({"facts": {"commit": "", "evidence": "none"}, "seen": {}}))
    ended = {"plan": plan.id, "item": ITEM, "step": "commit", "status": "passed", "notes": notes}
    shop.journal.append(f"{plan.id}/committed", "step.ended", ended)
    return path, Trains(shop, plan)


def test_it_is_merged_where_others_wrote_elsewhere(scene: tuple[Path, Trains]) -> None:
    path, trains = scene
    train = trains.build(commit_files(path, {"labs/where.py": NOTED}), [ITEM])
    assert (train.dropped, trains.carried(train)) == ((), {ITEM: (FILE,)})
    shop = shop_at(path)
    assert shop.repository.tree(train.tree).read(FILE).decode() == MENDED.replace(
        "def second", "# The second.\ndef second"
    )


def test_what_it_leans_on_may_have_gone_meanwhile(scene: tuple[Path, Trains]) -> None:
    """The lines do not meet, and yet the name that the fix uses is another one now: it is not even tested."""
    path, trains = scene
    train = trains.build(commit_files(path, {"labs/where.py": RENAMED}), [ITEM])
    [(item, why)] = train.dropped
    assert item == ITEM
    assert why.startswith(f"its fix does not fit what others did to '{FILE}': {FILE}:13: name-unbound")


def test_on_the_same_lines_it_is_refused(scene: tuple[Path, Trains]) -> None:
    path, trains = scene
    train = trains.build(commit_files(path, {"labs/where.py": SAME_LINE}), [ITEM])
    assert train.dropped == ((ITEM, f"'{FILE}' is not what it was when claude-code mended it"),)


def test_where_nobody_else_wrote_it_is_as_it_was_made(scene: tuple[Path, Trains]) -> None:
    path, trains = scene
    train = trains.build(commit_files(path, {"core/late.py": "LATE = 1\n"}), [ITEM])
    assert (train.dropped, trains.carried(train)) == ((), {})
