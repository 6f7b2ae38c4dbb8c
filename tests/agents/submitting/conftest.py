"""One repository with a plan and its pack, a claim on it, and everything that submitting needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from laneshift.agents.claims.port import Claim, Claims
from laneshift.agents.packs.division import Division
from laneshift.agents.packs.kept import keep
from laneshift.agents.packs.pack import Pack
from laneshift.agents.submitting.submission import Submission
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop
from laneshift.wiring import open_claims
from tests.agents.submitting.shop import AGENT, Shop
from tests.repo.builders import git_cli
from tests.toy import planned, shop_at

BATCH = "labs.shapes\tlabs/shapes.py\tcore/shapes.py\n"


@dataclass(frozen=True)
class Desk:
    """Where an agent submits: `files` makes its commits, `shop` has the real parts."""

    files: Shop
    shop: Workshop
    claims: Claims
    plan: Plan
    pack: Pack

    def claim(self) -> Claim:
        """The claim on the pack that holds now; a new one where the work of the last was accepted."""
        held = [each for each in self.claims.all() if each.pack == self.pack.id]
        return held[0] if held else self.take()

    def take(self) -> Claim:
        """A new claim on the pack, which is not asked whether its work is done."""
        pack = self.pack
        return self.claims.take(AGENT, pack.plan, pack.id, pack.items, sorted(pack.writes), 3600, base=pack.base)

    def brought(self, commit: str, agent: str = AGENT, report: dict[str, object] | None = None) -> Submission:
        """A commit as it is submitted under the claim."""
        held = self.claim()
        return Submission(agent, self.plan.id, self.pack.id, held.id, held.token, commit, report)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk that the tests of one file share. What is accepted at it stays there."""
    path: Path = tmp_path_factory.mktemp("desk") / "shop"
    files = Shop.at(path)
    git_cli(path, "config", "user.name", "Ada Planner")
    git_cli(path, "config", "user.email", "ada@example.org")
    git_cli(path, "reset", "--hard", files.base)
    plan = planned(path, BATCH)
    shop, pack = shop_at(path), replace(files.packs["plain"], plan=plan.id, id=f"{plan.id}.{AGENT}-1")
    keep(shop, Division(plan.id, pack.base, plan.base_tree, (pack,), {AGENT: 1}, {}, ()))
    desk = Desk(replace(files, packs={**files.packs, "plain": pack}), shop, open_claims(shop), plan, pack)
    desk.take()
    return desk
