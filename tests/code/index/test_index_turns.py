"""Threads that parse and threads that ask the index never wait for each other for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from laneshift.code.index import Index
from laneshift.code.parsing import PARSING
from laneshift.repo.objects import Tree
from tests.repo.builders import repo_at

QUESTIONS: dict[str, Callable[[Index, Tree], object]] = {
    "refusal": lambda index, tree: index.refusal(tree, "a.py"),
    "facts": lambda index, tree: index.facts(tree)["a.py"],
    "links": lambda index, tree: index.links(tree)["a.py"],
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_who_parses_may_ask_while_another_asks(name: str, tmp_path: Path) -> None:
    repository = repo_at(tmp_path / "repo", {"a.py": "import os\n", "b.py": "import a\n"})
    index, tree = Index.open(repository), repository.tree("HEAD")
    asking, answers, others = threading.Event(), list[object](), list[threading.Thread]()

    def other() -> None:
        asking.set()
        answers.append(QUESTIONS[name](index, tree))

    def parser() -> None:
        with PARSING:
            others.append(threading.Thread(target=other, daemon=True))
            others[0].start()
            asking.wait(120)
            # Long enough for the other to be at its parsing, which it cannot do before this is over.
            threading.Event().wait(0.2)
            answers.append(index.links(tree)["b.py"])

    first = threading.Thread(target=parser, daemon=True)
    first.start()
    first.join(240)
    assert not first.is_alive(), "the two wait for each other"
    others[0].join(240)
    assert len(answers) == 2
