"""A pack is claimed: what speaks against it is looked at first, and where the work begins is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from laneshift.agents.asking import asked
from laneshift.agents.claims.claiming import claim, of_pack, submitted_branch, working_branch
from laneshift.agents.packs.ended import JUDGED
from laneshift.agents.packs.kept import keep
from laneshift.agents.packs.pack import Pack
from laneshift.agents.standing import standing
from laneshift.errors import LaneshiftError, Refused
from laneshift.forge.local_changes import LocalChanges
from laneshift.forge.port import Change
from laneshift.wiring import open_claims
from tests.agents.packs.scene import Scene, scene
from tests.agents.packs.test_making import MOVES, SMALL
from tests.repo.builders import commit_files, git_cli


class Desk:
    """A plan with packs, the claims on them and the changes at a forge."""

    def __init__(self, path: Path) -> None:
        here: Scene = scene(path / "r", SMALL, MOVES)
        self.path, self.shop, self.plan = here.path, replace(here.shop, clock=lambda: self.now), here.plan
        self.now = 1_800_000_000
        division = here.divided("codex", "sweeper")
        keep(self.shop, division)
        self.packs = division.packs
        self.claims = open_claims(self.shop)
        self.changes = LocalChanges(path / "changes")

    def claim(self, pack: Pack, agent: str = "", seconds: int = 60):  # type: ignore[no-untyped-def]
        return claim(self.shop, self.claims, self.changes, pack.id, agent or pack.agent, seconds)

    def refused(self, pack: Pack, agent: str = "") -> LaneshiftError:
        with pytest.raises(LaneshiftError) as raised:
            self.claim(pack, agent)
        assert self.claims.all() == []
        return raised.value

    def change(self, head: str, commit: str, state: str = "open") -> None:
        wanted = Change("k", 0, "A title", "", head, "main", commit)
        self.changes.put(wanted)
        if state == "closed":
            self.changes.close("k", "enough")

    def elsewhere(self, path: str) -> str:
        """A branch of somebody else that writes this file; its commit."""
        git_cli(self.path, "checkout", "-q", "-B", "elsewhere")
        commit = commit_files(self.path, {path: "changed\n"})
        git_cli(self.path, "checkout", "-q", "main")
        return commit

    def submit(self, pack: Pack, commit: str, *, accepted: bool = True) -> str:
        """Record what a submission records; the branch."""
        branch = submitted_branch(pack.plan, pack.id)
        facts = {"plan": pack.plan, "pack": pack.id, "agent": pack.agent, "commit": commit}
        facts |= {"branch": f"refs/heads/{branch}", "accepted": accepted}
        self.shop.journal.append(f"submission/{commit}/{accepted}", JUDGED, facts)
        return branch


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tmp_path)
    yield found
    found.shop.journal.close()


def test_a_claim_holds_items_and_files_and_has_a_branch_at_the_base(desk: Desk) -> None:
    first = desk.packs[0]
    held = desk.claim(first)
    assert (held.items, set(held.files)) == (first.items, first.writes)
    assert (held.base, held.branch) == (first.base, working_branch(first))
    assert git_cli(desk.path, "rev-parse", held.branch) == first.base
    assert of_pack(desk.claims, first.id, first.agent) == held
    with pytest.raises(Refused, match=f"held by {first.agent}"):
        desk.claim(first)
    with pytest.raises(Refused, match="does not hold"):
        of_pack(desk.claims, first.id, "gemini")


def test_who_may_not_claim_does_not(desk: Desk) -> None:
    first = desk.packs[0]
    other = next(name for name in ("codex", "sweeper") if name != first.agent)
    codes = {name: desk.refused(first, name).code for name in (other, "gemini", "copilot", "nobody", "x\u202ey")}
    assert codes == {
        other: "claim.not-yours",
        "gemini": "claim.not-yours",
        "copilot": "agents.not-allowed",
        "nobody": "agents.not-allowed",
        "x\u202ey": "agents.unknown",
    }
    with pytest.raises(Refused, match="there is no pack"):
        claim(desk.shop, desk.claims, desk.changes, "nope", "codex")


def test_rights_are_those_of_the_branch_that_is_landed_on(desk: Desk) -> None:
    """What the work tree or a branch says of its own author counts for nothing."""
    text = (desk.path / "laneshift.toml").read_text().replace("[agents.nobody]", "[agents.nobody]\nkind = 'batch'")
    git_cli(desk.path, "checkout", "-q", "-b", "own")
    commit_files(desk.path, {"laneshift.toml": text})
    assert desk.refused(desk.packs[0], "nobody").code == "agents.not-allowed"
    git_cli(desk.path, "checkout", "-q", "main")
    commit_files(desk.path, {"laneshift.toml": text})
    assert desk.refused(desk.packs[0], "nobody").code == "claim.not-yours"


def test_an_open_change_that_writes_one_of_the_files_is_in_the_way(desk: Desk) -> None:
    first = desk.packs[0]
    path = next(path for path in sorted(first.writes) if path.startswith("labs/"))
    commit = desk.elsewhere(path)
    desk.change("elsewhere", commit)
    error = desk.refused(first)
    assert error.code == "claim.open-change"
    assert "change 1 (elsewhere)" in error.faults[0].where
    assert path in error.faults[0].what
    desk.change("elsewhere", commit, "closed")
    desk.claim(first)


def test_an_open_change_elsewhere_is_not(desk: Desk) -> None:
    desk.change("elsewhere", desk.elsewhere("README.md"))
    desk.claim(desk.packs[0])


def test_a_change_that_cannot_be_looked_at_is_in_the_way(desk: Desk) -> None:
    desk.change("never-fetched", "1" * 40)
    assert desk.refused(desk.packs[0]).faults[0].code == "claim.unseen-change"


def test_a_pack_that_comes_after_others_begins_where_they_ended(desk: Desk) -> None:
    first, late = desk.packs[:2]
    assert late.after == (first.id,)
    error = desk.refused(late)
    assert error.code == "claim.too-early"
    assert first.id in error.why
    git_cli(desk.path, "checkout", "-q", "--detach", first.base)
    work = commit_files(desk.path, {"core/__init__.py": "", "labs/one.py": None, "core/one.py": "ONE = 1\n"})
    git_cli(desk.path, "checkout", "-q", "main")
    desk.submit(first, "2" * 40, accepted=False)
    assert desk.refused(late).code == "claim.too-early"
    desk.claim(first)
    branch = desk.submit(first, work)
    # The change of what comes before it is no change in its way.
    git_cli(desk.path, "update-ref", f"refs/heads/{branch}", work)
    desk.change(branch, work)
    with pytest.raises(Refused, match="is done"):
        desk.claim(first)
    # Whoever did the first may still hold it: that is in nobody's way any more.
    held = desk.claim(late)
    assert [each.pack for each in desk.claims.all()] == [late.id]
    assert git_cli(desk.path, "rev-parse", f"{held.base}^{{tree}}") == git_cli(
        desk.path, "rev-parse", f"{work}^{{tree}}"
    )
    assert git_cli(desk.path, "rev-parse", held.branch) == held.base
    assert git_cli(desk.path, "merge-base", "--is-ancestor", work, held.base) == ""
    again = desk.claims.release(held.id, held.token, "")
    assert again
    assert desk.claim(late).base == held.base


def test_what_is_held_or_was_accepted_is_not_handed_out_again(desk: Desk) -> None:
    first = desk.packs[0]
    everything = {item.id for item in desk.plan.items}

    def left() -> set[str]:
        found = asked(desk.shop, desk.claims, desk.plan, ["gemini"], [])
        return {item for pack in found.packs for item in pack.items}

    assert left() == everything
    held = desk.claim(first)
    assert left() == everything - set(first.items)
    desk.claims.release(held.id, held.token, "")
    assert left() == everything
    desk.submit(first, git_cli(desk.path, "rev-parse", "HEAD"))
    assert left() == everything - set(first.items)
    # Counted, not cut from the pack's id: two ids may end in the same letter, and one commit is accepted once.
    for number, pack in enumerate(desk.packs[1:], start=1):
        desk.submit(pack, f"{number:040x}")
    with pytest.raises(Refused, match="left to be handed out"):
        left()


def test_status_says_where_everything_stands(desk: Desk) -> None:
    first, *others = desk.packs

    def states() -> list[str]:
        found = standing(desk.shop, desk.claims.all(), desk.changes, desk.plan.id)
        return [each.state for each in found.packs]

    assert states() == ["free", *["after"] * len(others)]
    desk.claim(first, seconds=10)
    found = standing(desk.shop, desk.claims.all(), desk.changes, desk.plan.id)
    assert found.packs[0].state == "held"
    assert "token" not in str(found.as_json()["claims"])
    desk.now += 10
    assert states()[0] == "free"
    commit = git_cli(desk.path, "rev-parse", "HEAD")
    branch = desk.submit(first, commit)
    assert states() == ["done", *["free"] * len(others)]

    def ready() -> tuple[str, ...]:
        return standing(desk.shop, [], desk.changes, desk.plan.id).ready

    # Ready is a branch that is there and a change that is open for it: neither alone is enough.
    assert ready() == ()
    desk.change(branch, commit)
    assert ready() == ()
    git_cli(desk.path, "update-ref", f"refs/heads/{branch}", commit)
    assert ready() == (branch,)
    desk.change(branch, commit, "closed")
    assert ready() == ()
