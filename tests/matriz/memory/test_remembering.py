"""What is remembered of a repository: found by what it says, kept up to date by what changed, also when cut off."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.errors import CheckFailed
from laneshift.matriz.embedding.lexical import Lexical
from laneshift.matriz.ground import Ground
from laneshift.matriz.memory.database import rows_in_file
from laneshift.matriz.memory.indexes import Indexes
from laneshift.matriz.memory.remembering import Learnt, Remembering
from laneshift.matriz.memory.store import VectorStore
from laneshift.runs.workshop import Workshop
from tests.repo.builders import commit_files, repo_at
from tests.toy import shop_at

FILES = {
    "core/money.py": '"""Amounts in a currency, rounded as banks do."""\n\n\ndef add_amounts(a, b):\n    return a\n',
    "core/mail.py": '"""Sends letters to customers by e-mail."""\n\n\ndef send_letter(to):\n    return to\n',
    "core/__init__.py": "",
    "notes.txt": "not a module",
}


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    repo_at(tmp_path / "repo", FILES)
    return shop_at(tmp_path / "repo")


@pytest.fixture
def memory(shop: Workshop, indexes: Indexes) -> Remembering:
    return Remembering(indexes, lambda: ground(shop))


def ground(shop: Workshop) -> Ground:
    tree = shop.repository.tree("HEAD")
    shop.index.refresh(tree)
    return Ground(tree, shop.index)


def test_a_module_is_found_by_what_it_says(memory: Remembering) -> None:
    assert memory.learn() == Learnt(3, 0)
    found = memory.near("where are letters sent to customers?", 2)
    assert (found[0].path, found[0].text) == ("core/mail.py", "Sends letters to customers by e-mail.")
    assert 0.2 < found[0].near <= 1
    assert memory.near("adding an amount of a currency", 1)[0].path == "core/money.py"


def test_a_new_tree_costs_what_changed(shop: Workshop, memory: Remembering, tmp_path: Path) -> None:
    memory.learn()
    assert memory.learn() == Learnt(0, 0)
    moved = {"core/post.py": FILES["core/mail.py"], "core/mail.py": None}
    commit_files(tmp_path / "repo", {**moved, "core/money.py": '"""Coins, counted."""\n'})
    assert memory.learn() == Learnt(2, 1)
    paths = [one.path for one in memory.near("letters to customers by e-mail", 5)]
    assert (paths[0], "core/mail.py" in paths) == ("core/post.py", False)


def test_a_question_begins_to_learn_and_does_not_wait(memory: Remembering) -> None:
    learning = memory.refresh()
    assert learning is not None
    learning.join()
    assert memory.near("letters", 1)[0].path == "core/mail.py"
    assert memory.refresh() is None


class Failing(VectorStore):
    """A disk that is full after the first call."""

    calls = 0

    def upsert(self, *given: object) -> tuple[int, int]:
        self.calls += 1
        if self.calls > 1:
            raise CheckFailed("machine.no-room", "the disk is full")
        return super().upsert(*given)  # type: ignore[arg-type]


def test_learning_goes_on_where_it_was_cut_off(
    shop: Workshop, file: Path, memory: Remembering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("laneshift.matriz.memory.remembering._CALL", 1)
    full = Remembering(Indexes(Failing(rows_in_file(file)), Lexical()), lambda: ground(shop))
    with pytest.raises(CheckFailed, match="full"):
        full.learn()
    assert memory.learn() == Learnt(2, 0)


def test_its_index_is_its_own(memory: Remembering, indexes: Indexes) -> None:
    memory.learn()
    assert memory.name == "matriz.repository.laneshift-lexical-1"
    about = indexes.get(memory.name, by="person:ada@example.org")
    assert (about.owner, about.count) == ("matriz", 3)


def test_an_empty_memory_finds_nothing(shop: Workshop, indexes: Indexes) -> None:
    fresh = Remembering(indexes, lambda: ground(shop))
    found = fresh.near("anything", 3)
    assert len(found) <= 3
    learning = fresh.refresh()
    if learning is not None:
        learning.join()
    assert fresh.near("", 3) == ()
