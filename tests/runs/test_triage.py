"""The risk of an item counts what would break a rule of lanes where the rest of its batch has moved too."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.runs.triage import triage
from tests.repo.builders import commit_files, git_cli, repo_at
from tests.runs.test_waiting_for import FILES, line
from tests.toy import planned, shop_at

MORE = {
    "lib/__init__.py": "",
    "lib/way.py": "from labs.b import two\n\nSAME = two\n",
    "labs/far_off.py": "from lib.way import SAME\n\nOTHER = SAME\n",
}


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Never changed: plans are made of it alone."""
    path = tmp_path_factory.mktemp("triage") / "repo"
    repo_at(path, FILES)
    commit_files(path, MORE)
    git_cli(path, "config", "user.name", "Ada Planner")
    git_cli(path, "config", "user.email", "ada@example.org")
    return path


@pytest.mark.parametrize(
    ("names", "risky"),
    [
        (["a"], {"labs.a"}),
        (["a", "b"], set()),
        (["near", "a", "b"], {"labs.near"}),
        (["b"], {"labs.b"}),
    ],
)
def test_what_the_rest_of_the_batch_mends_is_no_risk(repo: Path, names: list[str], risky: set[str]) -> None:
    # What imports b from labs may do so; b itself is risky where what it imports, or who imports it, is forbidden.
    found = triage(shop_at(repo), planned(repo, "".join(map(line, names))))
    crossing = {item.id for item, risk in found if any(each.name == "lane crossings" for each in risk.factors)}
    assert crossing == risky & {"labs.a", "labs.near"}
