"""A pack of moves is accepted when it is done: what laneshift itself would write is no finding of the filter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from laneshift.agents.submitting.submission import Submission
from laneshift.agents.submitting.submit import foresee
from tests.agents.test_report import Worked
from tests.repo.builders import git_cli, write_files


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Worked]:
    found = Worked(tmp_path)
    yield found
    found.shop.journal.close()


def codes(desk: Worked, changes: dict[str, str] | None = None) -> set[str]:
    """What is said of the work of the first pack, by its agent, with these files besides."""
    here = desk.path.parent / "work"
    write_files(here, changes or {})
    git_cli(here, "add", "-A")
    tree, text = git_cli(here, "write-tree"), desk.first.commit_text.encode()
    who = ("-c", f"user.name={desk.first.agent}", "-c", f"user.email={desk.first.agent}@example.org")
    commit = git_cli(here, *who, "commit-tree", tree, "-p", desk.held.base, stdin=text)
    given = Submission(desk.first.agent, desk.plan.id, desk.first.id, desk.held.id, desk.held.token, commit)
    found = {each.code for each in foresee(desk.shop, given, desk.held).objections}
    return found - {"submit.author", "submit.committer"}  # git of these tests has an author of its own


def test_the_moves_themselves_are_no_objection(desk: Worked) -> None:
    assert codes(desk) == set()


def test_whatever_is_added_to_them_is_judged_as_ever(desk: Worked) -> None:
    path = next(path for path in sorted(desk.first.owned) if path.startswith("core/") and "__init__" not in path)
    text = (desk.path.parent / "work" / path).read_text()
    assert codes(desk, {path: f"import os\n{text}os.system('id')\n"}) != set()
