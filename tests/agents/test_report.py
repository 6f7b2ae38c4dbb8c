"""`report agents` about packs, claims and submissions: its numbers are git's own, and what differs is told by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from laneshift.agents.packs.ended import JUDGED
from laneshift.reports.agents.data import data
from laneshift.reports.agents.pages import html, markdown
from laneshift.server.agents_asked import made
from tests.agents.packs import editor
from tests.agents.test_claiming import Desk
from tests.repo.builders import commit_files, git_cli


class Worked(Desk):
    """One pack is claimed, worked on by hand and submitted; another one lapses."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.first = self.packs[0]
        self.held = self.claim(self.first)
        pack = json.loads((self.shop.repository.state_dir / "packs" / self.plan.id / "division.json").read_text())
        mine = next(each for each in pack["packs"] if each["id"] == self.first.id)
        final = git_cli(self.path, "rev-parse", self._result())
        self.commit = editor.work_on(self.path, path / "work", mine, self.held.base, final)
        git_cli(self.path, "update-ref", self.held.branch, self.commit)

    def _result(self) -> str:
        """The tree that the brief names as laneshift's own."""
        [told] = [each for each in self.first.acceptance if "a commit with the tree" in each]
        return told.split("tree ")[1].split(" ")[0]

    def judge(self, commit: str, claim: str, **more: Any) -> None:
        facts = {"plan": self.plan.id, "pack": self.first.id, "agent": self.first.agent, "claim": claim}
        facts |= {"commit": commit, "accepted": True, "suggested": False, "branch": "", **more}
        self.shop.journal.append(f"judged/{commit}/{claim}/{len(more)}", JUDGED, facts)

    def told(self) -> dict[str, Any]:
        return data(made(self.shop, ""))

    def of(self, agent: str) -> dict[str, int]:
        found: dict[str, int] = next(each["handed"] for each in self.told()["agents"] if each["name"] == agent)
        return found


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Worked]:
    found = Worked(tmp_path)
    yield found
    found.shop.journal.close()


def test_numbers_are_those_of_git_and_of_the_journal(desk: Worked) -> None:
    desk.judge(desk.commit, desk.held.id)
    desk.judge(desk.commit, "", accepted=False)
    told = desk.told()
    schema = json.loads(files("laneshift.reports").joinpath("agents.schema.json").read_text(encoding="utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(told)) == []
    assert (told["faults"], told["passes"]) == ([], True)
    mine = desk.of(desk.first.agent)
    changed = git_cli(desk.path, "diff", "--name-only", "--no-renames", desk.held.base, desk.commit).splitlines()
    assert mine["files_brought"] == len(changed) > 0
    assert set(changed) <= desk.first.writes
    packs = [pack for pack in desk.packs if pack.agent == desk.first.agent]
    assert (mine["packs"], mine["items"]) == (len(packs), sum(len(pack.items) for pack in packs))
    counts = [mine[name] for name in ("claims", "held", "released", "lapsed", "accepted", "refused", "suggested")]
    assert counts == [1, 1, 0, 0, 1, 1, 0]
    assert desk.of("gemini") == dict.fromkeys(mine, 0)


def test_claims_that_end_are_told(desk: Worked) -> None:
    desk.claims.release(desk.held.id, desk.held.token, "enough")
    again = desk.claim(desk.first, seconds=5)
    desk.now += 5
    desk.claims.lapse()
    mine = desk.of(desk.first.agent)
    assert [mine[name] for name in ("claims", "held", "released", "lapsed")] == [2, 0, 1, 1]
    assert desk.told()["passes"]
    kept = desk.shop.journal.records(kind="claim.lapsed")[0].facts
    assert git_cli(desk.path, "rev-parse", f"refs/heads/laneshift/kept/{again.agent}/{again.id}") == kept["kept"]
    assert kept["kept"] == desk.commit


@pytest.mark.parametrize("fault", ["stray", "no claim", "not here", "two owners", "nobody's", "gone"])
def test_what_differs_is_told_by_name(desk: Worked, fault: str) -> None:
    name = desk.first.agent
    if fault == "stray":
        git_cli(desk.path, "checkout", "-q", "--detach", desk.commit)
        desk.judge(commit_files(desk.path, {"stray.py": "A = 1\n"}), desk.held.id)
        wanted = f"of {name} writes stray.py, which is not its pack's"
    elif fault == "no claim":
        desk.claims.release(desk.held.id, desk.held.token, "")
        desk.judge(desk.commit, desk.held.id)
        wanted = f"accepted of {name}, which did not hold {desk.first.id}"
    elif fault == "not here":
        desk.judge("3" * 40, desk.held.id)
        wanted = f"{name} brought 333333333333, and git does not have it"
    elif fault == "two owners":
        facts = {**desk.shop.journal.records(kind="claim.taken")[0].facts, "claim": "c99", "agent": "gemini"}
        desk.shop.journal.append("claims/99/taken", "claim.taken", facts)
        wanted = f"is held by {name} with {desk.held.id} at the same time"
    elif fault == "nobody's":
        facts = {**desk.shop.journal.records(kind="claim.taken")[0].facts, "claim": "c99"}
        desk.shop.journal.append("claims/99/released", "claim.released", facts)
        wanted = "c99 ended, and nobody held it"
    else:
        for file in (desk.shop.repository.state_dir / "evidence").rglob("*"):
            if file.is_file():
                file.unlink()
        desk.judge(desk.commit, desk.held.id)
        wanted = f"the files of {desk.first.id} cannot be read"
    told = desk.told()
    assert not told["passes"]
    assert any(wanted in each for each in told["faults"])


def test_pages_have_what_was_handed_out(desk: Worked) -> None:
    desk.judge(desk.commit, desk.held.id)
    report = made(desk.shop, "")
    assert "## Handed out and brought" in markdown(report)
    assert "files brought" in html(report)
