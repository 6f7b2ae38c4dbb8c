"""What the journal tells of claims, and what is kept of the work of those that lapsed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from laneshift.agents.claims.keeping import kept_ref
from laneshift.agents.claims.port import KEPT, Claim
from laneshift.agents.claims.recorded import RecordedClaims, last_token
from laneshift.agents.claims.rows import Rows
from laneshift.agents.packs.ended import JUDGED
from laneshift.errors import Refused
from laneshift.evidence.journal import Journal
from laneshift.repo.objects import Repository
from tests.agents.claims.stores import Store
from tests.repo.builders import commit_files, git_cli, repo_at

BRANCH = "refs/heads/laneshift/work/a/k"


class Scene:
    """One repository with claims in a file, and a clock."""

    def __init__(self, path: Path) -> None:
        self.repository = repo_at(path / "repository", {"f.py": "F = 1\n"})
        self.base = git_cli(path / "repository", "rev-parse", "HEAD")
        self.store = Store("file", path, "")
        self.journal = Journal.open(path / "journal.sqlite")
        self.claims = self.opened()

    def opened(self) -> RecordedClaims:
        return RecordedClaims(self.rows(), self.journal, self.repository)

    def rows(self) -> Rows:
        return self.store.rows(last_token(self.journal))

    def told(self) -> list[tuple[str, str]]:
        return [(record.kind, str(record.facts["agent"])) for record in self.journal.records(prefix="claims/")]

    def pass_time(self, seconds: int) -> None:
        assert self.store.clock is not None
        self.store.clock.now += seconds


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_everything_that_happens_is_told_in_its_order(scene: Scene) -> None:
    one = scene.claims.take("a", "p", "k", ["x"], ["f.py"], 10)
    scene.claims.release(one.id, one.token, "enough")
    two = scene.claims.take("b", "p", "k", ["x"], ["f.py"], 10)
    scene.pass_time(10)
    with pytest.raises(Refused, match="not held"):
        scene.claims.beat(two.id, two.token, 10)
    scene.claims.take("c", "p", "k", ["x"], ["f.py"], 10)
    assert scene.told() == [
        ("claim.taken", "a"),
        ("claim.released", "a"),
        ("claim.taken", "b"),
        ("claim.lapsed", "b"),
        ("claim.taken", "c"),
    ]
    last = scene.journal.records(kind="claim.taken")[-1].facts
    assert (last["items"], last["files"], last["plan"], last["pack"]) == (["x"], 1, "p", "k")
    assert scene.journal.records(kind="claim.released")[0].facts["why"] == "enough"


def test_who_died_before_it_told_is_told_of_by_the_next(scene: Scene) -> None:
    scene.rows().take("dead", "p", "k", ["x"], [], 10)
    assert scene.told() == []
    scene.opened().lapse()
    scene.opened().lapse()
    assert scene.told() == [("claim.taken", "dead")]


def test_who_died_between_telling_and_forgetting_is_told_of_once(scene: Scene) -> None:
    rows = scene.rows()
    rows.take("dead", "p", "k", ["x"], [], 10)
    [happened] = rows.untold()
    scene.journal.append(f"claims/{happened.claim.token}/taken", "claim.taken", dict(happened.facts))
    scene.opened().lapse()
    assert scene.told() == [("claim.taken", "dead")]
    assert rows.untold() == []


def test_the_work_of_a_claim_that_lapsed_is_kept_with_what_was_not_committed(scene: Scene, tmp_path: Path) -> None:
    here = tmp_path / "repository"
    git_cli(here, "update-ref", BRANCH, scene.base)
    git_cli(here, "worktree", "add", "-q", str(tmp_path / "work"), BRANCH.removeprefix("refs/heads/"))
    tip = commit_files(tmp_path / "work", {"f.py": "F = 2\n"}, "half of it")
    (tmp_path / "work" / "new.py").write_text("NEW = 1\n")
    claim = scene.claims.take("a", "p", "k", ["x"], ["f.py"], 10, base=scene.base, branch=BRANCH)
    scene.pass_time(10)
    assert scene.claims.lapse() == [claim]
    ref = kept_ref(claim)
    assert ref == f"{KEPT}/a/{claim.id}"
    assert git_cli(here, "show", f"{ref}:new.py") == "NEW = 1"
    assert git_cli(here, "rev-parse", f"{ref}^") == tip
    assert git_cli(here, "rev-parse", BRANCH) == tip
    assert git_cli(tmp_path / "work", "status", "--porcelain") == "?? new.py"
    facts = scene.journal.records(kind="claim.lapsed")[0].facts
    assert (facts["kept_at"], facts["kept"]) == (ref, git_cli(here, "rev-parse", ref))


def test_nothing_is_kept_where_there_is_nothing(scene: Scene, tmp_path: Path) -> None:
    git_cli(tmp_path / "repository", "update-ref", BRANCH, scene.base)
    scene.claims.take("a", "p", "k", ["x"], [], 10, base=scene.base, branch=BRANCH)
    scene.claims.take("a", "p", "l", ["y"], [], 10, base=scene.base, branch="refs/heads/never/made")
    scene.pass_time(10)
    scene.claims.lapse()
    assert [record.facts["kept"] for record in scene.journal.records(kind="claim.lapsed")] == ["", ""]
    assert git_cli(tmp_path / "repository", "for-each-ref", KEPT) == ""


def accept(scene: Scene, claim: Claim, facts: Mapping[str, object] | None = None) -> None:
    """Have the journal tell that work under this claim was judged, as whoever died right afterwards left it."""
    told = {"plan": claim.plan, "pack": claim.pack, "agent": claim.agent, "claim": claim.id, "accepted": True}
    scene.journal.append(f"{claim.plan}/submissions/{claim.pack}/1", JUDGED, {**told, "record": "s-1", **(facts or {})})


@pytest.mark.parametrize("look", ["all", "held", "beat", "take"])
def test_work_that_was_accepted_is_held_no_longer_whoever_looks_next(scene: Scene, look: str) -> None:
    """The one who submitted died before it let go: nobody waits for its lease to end, and it cannot submit again."""
    claim = scene.claims.take("a", "p", "k", ["x"], ["f.py"], 1000)
    accept(scene, claim)
    if look == "all":
        assert scene.claims.all() == []
    elif look == "take":
        assert scene.claims.take("b", "p", "later", ["y"], ["f.py"], 10).token == claim.token + 1
    else:
        with pytest.raises(Refused) as refused:
            scene.claims.held(claim.id, claim.token) if look == "held" else scene.claims.beat(claim.id, claim.token, 9)
        assert (refused.value.code, refused.value.why) == ("claim.lost", "s-1 was accepted")
    assert scene.told()[:2] == [("claim.taken", "a"), ("claim.released", "a")]
    assert scene.journal.records(kind="claim.released")[0].facts["why"] == "s-1 was accepted"
    assert not scene.claims.release(claim.id, claim.token, "")


@pytest.mark.parametrize("facts", [{"accepted": False}, {"suggested": True}, {"claim": "c9"}, {"claim": ""}])
def test_what_was_not_accepted_under_the_claim_leaves_it_held(scene: Scene, facts: dict[str, object]) -> None:
    claim = scene.claims.take("a", "p", "k", ["x"], ["f.py"], 1000)
    accept(scene, claim, facts)
    assert scene.claims.all() == [claim]
    assert scene.claims.held(claim.id, claim.token) == claim
    with pytest.raises(Refused, match="held by a"):
        scene.claims.take("b", "p", "later", ["y"], ["f.py"], 10)


def test_a_lost_file_starts_above_what_the_journal_knows(scene: Scene, tmp_path: Path) -> None:
    first = scene.claims.take("a", "p", "k", ["x"], [], 10)
    for file in tmp_path.glob("r*.sqlite*"):
        file.unlink()
    assert scene.opened().take("a", "p", "k", ["x"], [], 10).token == first.token + 1


def test_a_repository_that_was_opened_elsewhere_keeps_nothing_of_it(scene: Scene, tmp_path: Path) -> None:
    """Another clone shares the records, not the branches: what is there stays there."""
    other = Repository.open(repo_at(tmp_path / "clone", {"f.py": "F = 1\n"}).git_dir)
    scene.claims.take("a", "p", "k", ["x"], [], 10, base=scene.base, branch=BRANCH)
    scene.pass_time(10)
    RecordedClaims(scene.rows(), scene.journal, other).lapse()
    assert scene.journal.records(kind="claim.lapsed")[0].facts["kept"] == ""
