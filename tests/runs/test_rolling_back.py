"""Rolling back on a target that moved on: what others did survives, what nobody touched is as it was before."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.errors import LaneshiftError, NeedsPerson, Refused
from laneshift.repo.commits import read_commit
from laneshift.repo.message import parse
from laneshift.repo.objects import Repository
from laneshift.runs import resuming, working
from laneshift.runs.rolling_back import RolledBack, _intended, roll_back
from laneshift.runs.working import Landing
from tests.repo.builders import commit_files, git_cli
from tests.toy import copy_of, laneshift, records, refs, shop_at, tree_of, work_files

BOTH = ("labs.shapes", "labs.report")


@pytest.fixture(scope="module")
def template(ran: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy with two items landed. Never change it: take a copy."""
    path = copy_of(ran, tmp_path_factory.mktemp("landed") / "repo")
    land(path, BOTH)
    return path


@pytest.fixture
def landed(template: Path, tmp_path: Path) -> Path:
    """A copy of `template` for one test."""
    return copy_of(template, tmp_path / "repo")


def land(path: Path, only: tuple[str, ...]) -> None:
    shop = shop_at(path)
    working.land(shop, shop.plans.load("batch"), Landing(only))


def back(path: Path, only: tuple[str, ...] = ()) -> RolledBack:
    shop = shop_at(path)
    return roll_back(shop, shop.plans.load("batch"), only)


def states(path: Path) -> dict[str, str]:
    shop = shop_at(path)
    return {item.id: item.state for item in working.state_of(shop, shop.plans.load("batch")).items.values()}


def text(path: Path, name: str) -> str:
    return (path / name).read_text()


def test_what_others_changed_survives_under_the_old_names(landed: Path) -> None:
    shapes = text(landed, "core/geometry/shapes.py") + "\n\ndef side(area):\n    return area**0.5\n"
    late = "from core.geometry.shapes import side\n\nSIDE = side(4)  # core/geometry/shapes.py\n"
    theirs = commit_files(
        landed,
        {"core/geometry/shapes.py": shapes, "core/late.py": late, "notes.txt": "mine\n", "labs/stays.py": "V = 1\n"},
    )
    base = {
        name: git_cli(landed, "show", f"main~3:{name}")
        for name in git_cli(landed, "ls-tree", "-r", "--name-only", "main~3").splitlines()
    }
    done = back(landed)
    assert git_cli(landed, "rev-parse", "main^") == theirs
    assert (done.kept, done.items) == (4, BOTH)
    files = {name: data.decode().rstrip("\n") for name, data in work_files(landed).items()}
    changed = {
        "core/late.py": late.replace("core.geometry", "labs").replace("core/geometry", "labs").rstrip("\n"),
        "labs/shapes.py": base["labs/shapes.py"] + "\n\n\ndef side(area):\n    return area**0.5",
        "notes.txt": "mine",
        "labs/stays.py": "V = 1",
    }
    assert files == {**base, **changed}
    assert git_cli(landed, "status", "--porcelain") == ""
    assert states(landed)["labs.shapes"] == states(landed)["labs.report"] == "ready-to-land"


def test_the_commit_is_t4_and_says_what_it_takes_back(landed: Path) -> None:
    tip = refs(landed)["refs/heads/main"]
    commit_files(landed, {"notes.txt": "mine\n"})
    message = parse(read_commit(Repository.open(landed), back(landed).tip).message)
    assert message.type == "revert"
    assert message.trailer("Laneshift-Landing") == tip
    assert [value for key, value in message.trailers if key == "Laneshift-Taken-Back"] == list(BOTH)


def test_the_commit_claims_the_base_only_where_it_has_its_tree(landed: Path) -> None:
    base = git_cli(landed, "rev-parse", "--short=12", "main~2")
    some = parse(read_commit(Repository.open(landed), back(landed, ("labs.shapes",)).tip).message)
    assert some.subject == "take back 1 item of batch batch"
    assert some.solution == ("Apply the inverse intents of 1 item to the tip, and keep the items that stay",)
    assert some.impact == ("Every path and reference of what is taken back is what it was before",)
    rest = parse(read_commit(Repository.open(landed), back(landed).tip).message)
    assert rest.subject == "take back batch batch"
    assert rest.solution == (f"Restore the tree of {base}", "Take back 1 item")


def test_untouched_by_others_the_base_comes_back_byte_for_byte(landed: Path) -> None:
    base = tree_of(landed, "main~2")
    commit_files(landed, {"notes.txt": "mine\n"})
    done = back(landed)
    assert done.base_tree == base
    git_cli(landed, "rm", "-q", "notes.txt")
    assert git_cli(landed, "write-tree") == base


def test_it_lands_again_afterwards(landed: Path) -> None:
    commit_files(landed, {"notes.txt": "mine\n"})
    tree = tree_of(landed)
    back(landed)
    land(landed, BOTH)
    assert tree_of(landed) == tree


def test_named_items_go_and_the_others_stay(landed: Path) -> None:
    done = back(landed, ("labs.shapes",))
    assert done.items == ("labs.shapes",)
    assert states(landed)["labs.shapes"] == "ready-to-land"
    assert states(landed)["labs.report"] == "landed"
    assert (landed / "labs/shapes.py").exists()
    assert not (landed / "core/geometry").exists()
    assert text(landed, "core/report.py").split()[:4] == ["from", "labs.shapes", "import", "area"]
    rest = back(landed)
    assert rest.items == ("labs.report",)
    assert tree_of(landed) == rest.base_tree == tree_of(landed, "main~4")


def test_a_rollback_that_was_begun_for_other_items_is_not_taken_for_this_one(landed: Path) -> None:
    shop, before = shop_at(landed), refs(landed)
    plan = shop.plans.load("batch")
    _intended(shop, plan, working.state_of(shop, plan), ("labs.report",))
    with pytest.raises(Refused) as refused:
        back(landed, ("labs.shapes",))
    assert refused.value.code == "run.unfinished"
    assert "for labs.report" in refused.value.what
    assert refs(landed) == before
    assert back(landed).items == ("labs.report",)


def test_named_items_go_while_others_have_landed(landed: Path) -> None:
    commit_files(landed, {"core/late.py": "from core.report import line\nfrom core.geometry import shapes\n"})
    back(landed, ("labs.report",))
    assert text(landed, "core/late.py") == "from labs.report import line\nfrom core.geometry import shapes\n"
    assert (landed / "core/geometry/shapes.py").exists()
    assert (landed / "tests/moves/test_core_geometry_shapes.py").exists()
    assert not (landed / "tests/moves/test_core_report.py").exists()


def refusal(path: Path, only: tuple[str, ...] = ()) -> LaneshiftError:
    """How a rollback is refused; nothing moves and nothing is on record."""
    before = refs(path), work_files(path), len(records(path))
    with pytest.raises(Refused) as refused:
        back(path, only)
    assert (refs(path), work_files(path), len(records(path))) == before
    return refused.value


def test_a_taken_old_path_refuses(landed: Path) -> None:
    commit_files(landed, {"labs/shapes.py": "TAKEN = 1\n"})
    found = refusal(landed)
    assert (found.code, found.faults[0].code) == ("rollback.not-clean", "moves.destination-exists")
    assert found.faults[0].where == "labs/shapes.py"


def test_a_module_that_went_on_refuses(landed: Path) -> None:
    git_cli(landed, "mv", "core/report.py", "core/elsewhere.py")
    commit_files(landed, {})
    found = refusal(landed)
    assert found.faults[0].code == "moves.source-missing"
    assert "labs.report" in found.faults[0].what
    assert found.cure.endswith("; or take back with --only ITEM what these are not in the way of")
    assert "--only" not in refusal(landed, ("labs.report",)).cure
    assert back(landed, ("labs.shapes",)).items == ("labs.shapes",)


def test_a_file_in_which_both_names_meet_refuses(landed: Path) -> None:
    commit_files(landed, {"notes.md": "`labs.shapes` moved to `core.geometry.shapes`.\n"})
    [fault] = refusal(landed).faults
    assert (fault.code, fault.where) == ("rollback.ambiguous", "notes.md")


def test_a_mention_of_the_old_name_alone_is_kept(landed: Path) -> None:
    commit_files(landed, {"notes.md": "`labs.shapes` was fine where it was.\n"})
    back(landed)
    assert text(landed, "notes.md") == "`labs.shapes` was fine where it was.\n"


def test_a_characterization_test_that_somebody_added_to_refuses(landed: Path) -> None:
    name = "tests/moves/test_core_report.py"
    commit_files(landed, {name: text(landed, name) + "\n\ndef test_mine():\n    assert MODULES\n"})
    [fault] = refusal(landed).faults
    assert (fault.code, fault.where) == ("rollback.test-changed", name)


def test_public_names_changed_on_purpose_do_not_refuse(landed: Path) -> None:
    name = "tests/moves/test_core_report.py"
    changed = text(landed, name).replace('"line": ["radius"]', '"line": ["radius", "unit"]')
    assert changed != text(landed, name)
    commit_files(landed, {name: changed})
    back(landed)
    assert not (landed / name).exists()


def test_a_target_without_the_landing_needs_a_person(landed: Path) -> None:
    git_cli(landed, "reset", "-q", "--hard", "main~1")
    with pytest.raises(NeedsPerson) as stopped:
        back(landed)
    assert stopped.value.code == "rollback.target-moved"


def test_what_never_landed_is_refused_by_name(landed: Path) -> None:
    found = refusal(landed, ("labs.shapes", "labs.left"))
    assert (found.code, found.what) == ("rollback.not-landed", "not landed: labs.left")


def test_items_of_two_landings_are_taken_back_one_landing_at_a_time(landed: Path) -> None:
    land(landed, ("labs.left",))
    assert refusal(landed, ("labs.shapes", "labs.left")).code == "rollback.two-landings"
    assert back(landed, ("labs.shapes",)).kept > 0
    assert (states(landed)["labs.left"], states(landed)["labs.report"]) == ("landed", "landed")


def test_the_command_takes_items_and_verify_agrees(landed: Path) -> None:
    commit_files(landed, {"notes.txt": "mine\n"})
    done = laneshift(landed, "rollback", "batch", "--only", "labs.report", "--json")
    assert (done.code, done.data["items"]) == (0, ["labs.report"])
    assert laneshift(landed, "verify", "batch").code == 0
    assert laneshift(landed, "rollback", "batch", "--only", "labs.report").code == 2


def test_an_intended_rollback_is_finished_by_resume(landed: Path) -> None:
    commit_files(landed, {"notes.txt": "mine\n"})
    real = shop_at(landed)

    class Stops:
        """The journal, which fails right after the intent is on record."""

        def append(self, key: str, kind: str, *arguments: object, **options: object) -> object:
            done = real.journal.append(key, kind, *arguments, **options)  # type: ignore[arg-type]
            if kind == "rollback.intended":
                raise KeyboardInterrupt
            return done

        def __getattr__(self, name: str) -> object:
            return getattr(real.journal, name)

    shop = shop_at(landed)
    object.__setattr__(shop, "journal", Stops())
    with pytest.raises(KeyboardInterrupt):
        roll_back(shop, real.plans.load("batch"), ("labs.report",))
    assert working.state_of(real, real.plans.load("batch")).unfinished == ["rollback"]
    [resumed] = resuming.resume(shop_at(landed), 1)
    assert resumed.error is None
    assert states(landed)["labs.report"] == "ready-to-land"
    assert (landed / "labs/report.py").exists()
    assert text(landed, "notes.txt") == "mine\n"
