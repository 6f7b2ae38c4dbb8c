"""Planning: every fault at once, classes that add up, and nothing changed but one plan file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.runs.plan import Plan
from laneshift.runs.planning import Order, make_plan
from tests.monorepo import BATCH, FILES, VERIFY
from tests.repo.builders import commit_files, git_cli
from tests.toy import planned, refs, shop_at, toy, work_files

FAULTY = (
    "labs.shapes\tlabs/shapes.py\tcore/geometry/shapes.py\n"
    "labs.report\tlabs/report.py\n"
    "labs.gone\tlabs/gone.py\tcore/gone.py\n"
    "labs.stays\tlabs/stays.py\t../stays.py\n"
    "labs.plugin\tlabs/plugin.py\tcore/app.py\n"
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One repository for tests that plan and do not run."""
    return toy(tmp_path_factory.mktemp("planning") / "repo")


@pytest.fixture
def outside(shared: Path) -> Iterator[tuple[dict[str, str], dict[str, bytes], list[str]]]:
    """Whatever planning must not change; compared after the test."""

    def look() -> tuple[dict[str, str], dict[str, bytes], list[str]]:
        beside = sorted(str(path.relative_to(shared.parent)) for path in shared.parent.iterdir())
        return refs(shared), work_files(shared), beside

    before = look()
    yield before
    assert look() == before


@pytest.mark.usefixtures("outside")
def test_every_fault_is_listed_with_its_line_and_no_plan_is_written(shared: Path) -> None:
    plans = shop_at(shared).plans
    before = len(plans.all())
    with pytest.raises(Refused) as refused:
        planned(shared, FAULTY, "faulty.tsv")
    assert refused.value.exit_code == 2
    assert [fault.where for fault in refused.value.faults] == [f"faulty.tsv:{line}" for line in (2, 3, 4, 5)]
    assert len(plans.all()) == before
    assert "faulty" not in plans.batches()


@pytest.mark.usefixtures("outside")
def test_the_rest_can_be_planned_and_the_classes_add_up(shared: Path) -> None:
    plan = planned(shared, FAULTY, "rest.tsv", skip_refused=True)
    assert plan.counts() == {"ready": 1, "verify-only": 0, "already-done": 0, "refused": 4}
    assert [item.line for item in plan.items] == [1, 2, 3, 4, 5]
    assert all(item.reason for item in plan.items if item.status == "refused")


@pytest.mark.usefixtures("outside")
def test_a_fault_of_the_file_cannot_be_skipped(shared: Path) -> None:
    for name, text in (("a b.tsv", BATCH), ("empty.tsv", "# nothing\n"), ("x.toml", "odd = 1\n"), ("x.json", "{")):
        with pytest.raises(Refused) as refused:
            planned(shared, text, name, skip_refused=True)
        assert refused.value.exit_code == 2


@pytest.mark.usefixtures("outside")
@pytest.mark.parametrize("target", ["nowhere", "a b", "refs/tags/v1", "-x", "..", "refs/heads/", "ma\x00in", "HEAD"])
def test_a_target_that_is_no_branch_is_refused(shared: Path, target: str) -> None:
    with pytest.raises(Refused) as refused:
        planned(shared, BATCH, target=target)
    assert refused.value.code == "plan.no-target"


def test_a_detached_head_needs_a_target(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo")
    git_cli(path, "checkout", "-q", "--detach")
    with pytest.raises(Refused) as refused:
        planned(path, BATCH)
    assert "--target" in refused.value.cure
    assert planned(path, BATCH, target="main").target == "refs/heads/main"


def test_an_unborn_branch_has_nothing_to_plan_on(tmp_path: Path) -> None:
    git_cli(tmp_path, "init", "-q", "-b", "main", ".")
    with pytest.raises(Refused) as refused:
        planned(tmp_path, BATCH)
    assert refused.value.code == "repo.no-such-revision"


def test_nobody_to_commit_as_is_refused(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo")
    git_cli(path, "config", "--unset", "user.name")
    with pytest.raises(Refused) as refused:
        planned(path, BATCH)
    assert refused.value.code == "plan.no-author"
    git_cli(path, "config", "user.name", "A <b>")
    with pytest.raises(Refused) as refused:
        planned(path, BATCH)
    assert refused.value.code == "commits.bad-identity"


def test_what_was_moved_by_hand_is_already_done(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo")
    commit_files(path, {"labs/plugin.py": None, "core/plugin.py": FILES["labs/plugin.py"]})
    plan = planned(path, "labs.plugin\tlabs/plugin.py\tcore/plugin.py\n" + VERIFY)
    assert plan.counts() == {"ready": 0, "verify-only": 1, "already-done": 1, "refused": 0}


def test_broken_settings_are_refused_by_name(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo", {"laneshift.toml": "workers = 'many'\n[lanes.x]\npaths = []\nodd = 1\n"})
    with pytest.raises(Refused) as refused:
        planned(path, BATCH)
    assert {fault.what.partition(":")[0] for fault in refused.value.faults} == {
        "workers",
        "lanes.x.paths",
        "lanes.x.odd",
    }


WORDS = ("labs/shapes.py", "labs/report.py", "labs", "core/new.py", "core/new/x.py", "core", "../x", "/x", "", "a\x00b")
lines = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["labs.shapes", "labs.report", "labs", "x"]), st.sampled_from(WORDS), st.sampled_from(WORDS)
        ).map("\t".join),
        st.text(max_size=30),
    ),
    max_size=5,
).map("\n".join)
batches = st.one_of(lines.map(lambda text: text.encode("utf-8", "surrogatepass")), st.binary(max_size=80))
names = st.sampled_from(["b.tsv", "b.toml", "b.json", "../b.tsv", "x/y.tsv", ".tsv", "a..b.tsv", "b.lock.tsv", "b"])


@pytest.mark.usefixtures("outside")
@settings(max_examples=150)
@given(data=batches, name=names, skip=st.booleans())
def test_no_batch_crashes_planning_or_writes_outside(shared: Path, data: bytes, name: str, skip: bool) -> None:
    shop = shop_at(shared)
    try:
        plan: Plan | None = make_plan(shop, Order(name, data, skip_refused=skip)).plan
    except Refused:
        plan = None
    shop.journal.close()
    if plan is not None:
        assert sum(plan.counts().values()) == len(plan.items) > 0
        assert shop.plans.load(plan.id) == plan
    state = {path.name for path in (shared / ".git/laneshift").iterdir()}
    assert state <= {"plans", "journal.sqlite", "journal.sqlite-shm", "journal.sqlite-wal", "results.sqlite",
                     "results.sqlite-shm", "results.sqlite-wal", "evidence", "index", "laneshift.lock",
                     ".laneshift.lock.turn"}  # fmt: skip


@pytest.mark.usefixtures("outside")
@pytest.mark.parametrize(("items", "name"), [(10_001, "m"), (4_500, "n" * 145)])
def test_a_batch_that_no_journal_record_can_list_is_refused(shared: Path, items: int, name: str) -> None:
    batch = "".join(f"x.{name}{at}\tlabs/{at}.py\tcore/{at}.py\n" for at in range(items))
    with pytest.raises(Refused) as refused:
        planned(shared, batch, "many.tsv", skip_refused=True)
    assert refused.value.code == "plan.too-many-items"
    assert str(items) in refused.value.what
    assert "many" not in shop_at(shared).plans.batches()


def test_several_items_build_a_cold_index_first_and_few_plan_the_same_without_one(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo", {f"labs/one{number}.py": f"N = {number}\n" for number in range(4)})
    lines = [f"labs.one{number}\tlabs/one{number}.py\tcore/one{number}.py\n" for number in range(4)]
    shop = shop_at(path)
    tree = shop.repository.tree("HEAD")
    few = make_plan(shop, Order("few.tsv", "".join(lines[:3]).encode())).plan
    assert not shop.index.knows(tree), "three items are looked for in the files themselves"
    many = make_plan(shop, Order("many.tsv", "".join(lines).encode())).plan
    assert shop.index.knows(tree)
    assert many.items[:3] == few.items
