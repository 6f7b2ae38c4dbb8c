"""A stale branch on a target where moves have landed: its moves become intents, the rest is carried, and what is left
is named.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.code.intents import Intent
from laneshift.errors import CheckFailed, Refused
from laneshift.landing.landed import landed_between
from laneshift.repo.commits import read_commit
from laneshift.repo.message import check, parse
from laneshift.repo.objects import Repository
from laneshift.runs import working
from laneshift.runs.absorbing import Absorption, absorb_branch
from laneshift.runs.rolling_back import roll_back
from laneshift.runs.working import Landing
from tests.repo.builders import commit_files, git_cli
from tests.toy import copy_of, laneshift, records, refs, shop_at, work_files

ABSORBED = "refs/heads/laneshift/absorbed/topic"
AREA = "def area(radius, *, scale=1):"


@pytest.fixture(scope="module")
def template(ran: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy with two items landed, and a branch `topic` where they have not. Never change it: take a copy."""
    path = copy_of(ran, tmp_path_factory.mktemp("stale") / "repo")
    git_cli(path, "branch", "topic")
    shop = shop_at(path)
    working.land(shop, shop.plans.load("batch"), Landing(("labs.shapes", "labs.report")))
    return path


@pytest.fixture
def stale(template: Path, tmp_path: Path) -> Path:
    """A copy of `template` for one test."""
    return copy_of(template, tmp_path / "repo")


def on_topic(path: Path, changes: dict[str, str | None], message: str = "change") -> str:
    """Commit to the branch, and come back."""
    git_cli(path, "switch", "-q", "topic")
    made = commit_files(path, dict(changes), message)
    git_cli(path, "switch", "-q", "main")
    return made


def at(path: Path, rev: str, name: str) -> str:
    return git_cli(path, "show", f"{rev}:{name}")


def names(path: Path, rev: str) -> set[str]:
    return set(git_cli(path, "ls-tree", "-r", "--name-only", rev).splitlines())


def absorbed(path: Path, **how: bool) -> Absorption:
    return absorb_branch(shop_at(path), "topic", **how)


def test_landed_intents_are_read_from_the_commits(stale: Path) -> None:
    repository = Repository.open(stale)
    found = landed_between(repository, refs(stale)["refs/heads/topic"], refs(stale)["refs/heads/main"])
    assert [(each.src, each.dst) for each in found.intents] == [
        ("labs/shapes.py", "core/geometry/shapes.py"),
        ("labs/report.py", "core/report.py"),
    ]
    assert not found.undone
    plan = shop_at(stale).plans.load("batch")
    assert found.intents[0] == plan.item("labs.shapes").intent


def test_a_forged_commit_is_no_landing(stale: Path) -> None:
    genuine = git_cli(stale, "log", "-1", "--format=%B", "main")
    topic = refs(stale)["refs/heads/topic"]
    git_cli(stale, "switch", "-q", "topic")
    git_cli(stale, "commit", "-q", "--allow-empty", "--no-verify", "-m", genuine)
    git_cli(stale, "commit", "-q", "--allow-empty", "--no-verify", "-m", genuine.replace("core/report", "core/rep"))
    assert landed_between(Repository.open(stale), topic, "topic").intents == ()


def test_a_rollback_since_then_cancels_what_landed_or_goes_back(stale: Path) -> None:
    shop, topic = shop_at(stale), refs(stale)["refs/heads/topic"]
    tip = refs(stale)["refs/heads/main"]
    roll_back(shop, shop.plans.load("batch"), ("labs.report",))
    since_topic = landed_between(shop.repository, topic, "main")
    assert [each.item for each in since_topic.intents] == ["labs.shapes"]
    since_tip = landed_between(shop.repository, tip, "main")
    assert since_tip.undone == {Intent("labs.report", "labs/report.py", "core/report.py")}


def test_changes_to_old_paths_and_imports_arrive_on_the_new_ones(stale: Path) -> None:
    report = at(stale, "topic", "labs/report.py") + "\n\n\ndef two():\n    return line(2)\n"
    tip = on_topic(
        stale, {"labs/report.py": report, "core/two.py": "from labs.report import two\nTWO = two()\n"}, "feat: add two"
    )
    before, files = refs(stale), work_files(stale)
    done = absorbed(stale)
    assert not done.left
    assert at(stale, ABSORBED, "core/two.py") == "from core.report import two\nTWO = two()"
    assert "def two():" in at(stale, ABSORBED, "core/report.py")
    assert '"two": []' in at(stale, ABSORBED, "tests/moves/test_core_report.py")
    assert not {"labs/report.py", "labs/shapes.py"} & names(stale, ABSORBED)
    assert refs(stale) == {**before, ABSORBED: done.tip}
    assert work_files(stale) == files
    message = parse(read_commit(Repository.open(stale), done.tip).message)
    assert check(message.render(), ["core", "labs"]) == []
    assert message.trailer("Laneshift-Absorbs") == tip
    assert "feat: add two" in message.solution
    assert [record.facts["tip"] for record in records(stale, "absorb.recorded")] == [done.tip]


def test_a_move_made_by_hand_becomes_an_intent_and_is_finished(stale: Path) -> None:
    on_topic(
        stale,
        {
            "labs/registry.py": None,
            "core/registry.py": at(stale, "topic", "labs/registry.py") + "\n\nEXTRA = 1\n",
            "tests/test_registry.py": at(stale, "topic", "tests/test_registry.py").replace("labs.reg", "core.reg"),
        },
    )
    done = absorbed(stale)
    [(intent, applied)] = done.absorbed.moved
    assert (intent.src, intent.dst) == ("labs/registry.py", "core/registry.py")
    assert not done.left
    assert at(stale, ABSORBED, "core/registry.py").endswith("EXTRA = 1")
    assert "'core.geometry.shapes', 'core.report'" in at(stale, ABSORBED, "core/registry.py")
    assert applied.test_path in names(stale, ABSORBED)
    moved = landed_between(Repository.open(stale), "main", ABSORBED)
    assert moved.intents == (intent,)


def test_a_move_that_has_landed_already_is_said_to_have(stale: Path) -> None:
    git_cli(stale, "switch", "-q", "topic")
    git_cli(stale, "mv", "labs/report.py", "core/report.py")
    text = (stale / "core/report.py").read_text().replace("from .shapes", "from labs.shapes")
    app = (stale / "core/app.py").read_text().replace("labs.report", "core.report") + "\n\nLATE = 1\n"
    commit_files(stale, {"core/report.py": text, "core/app.py": app})
    git_cli(stale, "switch", "-q", "main")
    done = absorbed(stale)
    assert [each.state for each in done.absorbed.outcomes] == ["already-landed"]
    assert not done.left
    assert "LATE = 1" in at(stale, ABSORBED, "core/app.py")
    ours = at(stale, "main", "core/report.py").replace("from .geometry", "from core.geometry")
    assert at(stale, ABSORBED, "core/report.py") == ours, "the branch wrote this import absolutely"


def test_a_module_that_both_moved_to_different_places_is_left(stale: Path) -> None:
    git_cli(stale, "switch", "-q", "topic")
    git_cli(stale, "mv", "labs/report.py", "core/words.py")
    text = (stale / "core/words.py").read_text().replace("from .shapes", "from labs.shapes")
    app = (stale / "core/app.py").read_text().replace("labs.report", "core.words")
    registry = (stale / "labs/registry.py").read_text().replace("labs.report", "core.words")
    commit_files(stale, {"core/words.py": text, "core/app.py": app, "labs/registry.py": registry, "mine.txt": "1\n"})
    git_cli(stale, "switch", "-q", "main")
    done = absorbed(stale)
    [left] = done.left
    assert "'labs/report.py' has landed at 'core/report.py', the branch has it at 'core/words.py'" in left.why
    assert {"core/report.py", "mine.txt"} <= names(stale, ABSORBED)
    assert "core/words.py" not in names(stale, ABSORBED)


def test_a_true_disagreement_is_left_and_shown(stale: Path) -> None:
    on_topic(stale, {"labs/shapes.py": at(stale, "topic", "labs/shapes.py").replace(AREA, "def area(r):") + "\n"})
    mine = at(stale, "main", "core/geometry/shapes.py").replace(AREA, "def area(radius):") + "\n"
    commit_files(stale, {"core/geometry/shapes.py": mine})
    done = laneshift(stale, "absorb", "topic", "--json")
    assert done.code == 4
    [left] = done.data["left"]
    assert (left["path"], left["why"]) == ("core/geometry/shapes.py", "both-changed")
    assert all(text in left["text"] for text in ("def area(r):", "def area(radius):"))
    assert [line for line in left["text"].splitlines() if line.startswith(("<<<", "|||", ">>>"))] == [
        "<<<<<<< main",
        "||||||| before",
        ">>>>>>> topic",
    ]
    assert at(stale, "main", "core/geometry/shapes.py").splitlines() == mine.splitlines()


def test_a_branch_of_which_nothing_comes_over_leads_to_what_is_in_the_way(stale: Path) -> None:
    on_topic(stale, {"labs/__init__.py": "A = 1\n"})
    commit_files(stale, {"labs/__init__.py": "B = 2\n"})
    done = laneshift(stale, "absorb", "topic", "--json")
    assert (done.code, done.data["carried"], done.data["tip"]) == (4, [], "")
    assert done.data["next"] == "laneshift absorb topic --dry-run -v"
    git_cli(stale, "branch", "a;reboot", "topic")
    assert laneshift(stale, "absorb", "a;reboot", "--json").data["next"] == "laneshift absorb 'a;reboot' --dry-run -v"
    shown = laneshift(stale, "absorb", "topic", "--dry-run", "-v", "--json")
    assert (shown.code, shown.data["next"]) == (4, "laneshift status")


def test_a_dry_run_makes_nothing(stale: Path) -> None:
    on_topic(stale, {"core/two.py": "from labs.report import line\n"})
    before = refs(stale)
    done = laneshift(stale, "absorb", "topic", "--dry-run")
    assert done.code == 0
    assert "carried: core/two.py" in done.out
    assert done.out.endswith("next: laneshift absorb topic\n")
    assert refs(stale) == before
    assert not records(stale, "absorb.recorded")


def test_again_gives_the_same_commit_and_never_replaces_a_strangers(stale: Path) -> None:
    on_topic(stale, {"core/two.py": "from labs.report import line\n"})
    first = absorbed(stale).tip
    assert absorbed(stale).tip == first
    git_cli(stale, "update-ref", ABSORBED, "main")
    with pytest.raises(CheckFailed) as taken:
        absorbed(stale)
    assert taken.value.code == "absorb.branch-taken"
    assert refs(stale)[ABSORBED] == refs(stale)["refs/heads/main"]


def test_a_branch_with_nothing_of_its_own_is_refused(stale: Path) -> None:
    with pytest.raises(Refused) as refused:
        absorbed(stale)
    assert (refused.value.code, refused.value.cure) == ("absorb.nothing", "delete the branch")
    assert laneshift(stale, "absorb", "no/such").code == 2


def test_the_target_itself_is_never_said_to_be_in_need_of_deleting(stale: Path) -> None:
    for branch in ("main", "refs/heads/main", "HEAD"):
        with pytest.raises(Refused) as refused:
            absorb_branch(shop_at(stale), branch)
        assert (refused.value.code, refused.value.cure) == ("absorb.nothing", "name the branch to bring over")


def test_a_shallow_clone_is_told_to_fetch_the_rest(stale: Path, tmp_path: Path) -> None:
    on_topic(stale, {"notes.txt": "mine\n"})
    git_cli(stale, "checkout", "-q", "--orphan", "apart")
    git_cli(stale, "commit", "-q", "--allow-empty", "-m", "apart")
    git_cli(stale, "checkout", "-q", "-f", "main")
    with pytest.raises(Refused) as refused:
        absorb_branch(shop_at(stale), "apart")
    assert (refused.value.code, refused.value.cure) == ("absorb.unrelated", "")
    clone = tmp_path / "clone"
    git_cli(stale, "clone", "-q", "--depth=1", "--no-single-branch", f"file://{stale}", str(clone))
    with pytest.raises(Refused) as cut:
        absorb_branch(shop_at(clone), "origin/topic", "main")
    assert (cut.value.code, cut.value.cure) == ("absorb.unrelated", "git fetch --unshallow")
