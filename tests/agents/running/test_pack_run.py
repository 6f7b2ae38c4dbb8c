"""An agent is started on a pack: what it leaves is submitted, what only suggests is kept, what strays is not."""

from __future__ import annotations

import select
from pathlib import Path

import pytest

from laneshift.agents.claims import claiming
from laneshift.agents.packs.kept import all_of
from laneshift.agents.running.beating import beating
from laneshift.errors import Refused
from laneshift.repo.refs import read
from laneshift.wiring import agent_desk
from tests.repo.builders import git_cli
from tests.runs.fixing.scene import BATCH, agent, failing_toy
from tests.toy import laneshift, planned, records, refs, shop_at

DOES = """\
import pathlib
old, new = pathlib.Path("labs/where.py"), pathlib.Path("core/where.py")
new.write_text(old.read_text().replace("labs", "core"))
old.unlink()
test = pathlib.Path("tests/test_where.py")
test.write_text(test.read_text().replace("labs.where", "core.where"))
"""
STRAYS = f"{DOES}pathlib.Path('core/app.py').write_text('')\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A plan of one item that a test stands against, cut into one pack for the only agent that may commit."""
    tables = (agent("claude-code", "does"), agent("copilot", "does"))
    path = failing_toy(tmp_path / "repo", *tables, files={"tools/does.py": DOES})
    planned(path, BATCH)
    assert laneshift(path, "agent", "packs", "batch").code == 0
    return path


def pack_of(path: Path) -> str:
    """The id of the pack."""
    shop = shop_at(path)
    [pack] = all_of(shop, shop.plans.load("batch").id)
    return pack.id


def test_what_it_leaves_is_judged_and_what_only_suggests_never_lands(place: Path) -> None:
    before, pack = refs(place), pack_of(place)
    suggested = laneshift(place, "agent", "run", pack, "--agent", "copilot", "--json")
    assert (suggested.code, suggested.data["outcome"]) == (0, "suggested"), suggested.out
    added = {name for name in refs(place) if name not in before}
    assert {name.startswith("refs/laneshift/suggestions/") for name in added} == {True}
    assert "copilot <copilot@example.org>" in git_cli(place, "log", "-1", "--format=%B", suggested.data["commit"])

    done = laneshift(place, "agent", "run", pack, "--agent", "claude-code", "--json")
    assert (done.code, done.data["outcome"]) == (0, "submitted"), done.out
    assert done.data["next"] == f"laneshift plan --submission {done.data['judged']['record']}"
    commit = done.data["commit"]
    assert git_cli(place, "log", "-1", "--format=%ae %ce", commit) == "claude-code@example.org claude-code@example.org"
    assert shop_at(place).repository.commit_id("main") == before["refs/heads/main"]
    assert not agent_desk(shop_at(place)).claims.all()
    assert [each.facts["outcome"] for each in records(place, "agent.ended")] == ["suggested", "submitted"]
    again = laneshift(place, "agent", "run", pack, "--agent", "claude-code", "--json")
    assert (again.code, again.data["error"]["code"]) == (2, "claim.ended")


def test_of_one_that_strays_nothing_is_kept_and_its_claim_is_free(tmp_path: Path) -> None:
    path = failing_toy(tmp_path / "repo", agent("claude-code", "does"), files={"tools/does.py": STRAYS})
    planned(path, BATCH)
    assert laneshift(path, "agent", "packs", "batch").code == 0
    done = laneshift(path, "agent", "run", pack_of(path), "--agent", "claude-code", "--json")
    assert (done.code, done.data["outcome"], done.data["commit"]) == (1, "refused", "")
    assert done.data["why"] == "it touched what it may not: core/app.py: edited"
    shop = shop_at(path)
    claims = agent_desk(shop).claims
    held = claiming.claim(shop, claims, agent_desk(shop).changes, pack_of(path), "claude-code")
    assert read(shop.repository, held.branch) == held.base

    with beating(claims, held, 3600) as lost:
        assert select.select([lost], [], [], 0)[0] == []
    claims.release(held.id, held.token, "somebody took it away")
    with beating(claims, held, 1) as lost:
        assert select.select([lost], [], [], 60)[0] == [lost]
    with pytest.raises(Refused):
        claims.held(held.id, held.token)
