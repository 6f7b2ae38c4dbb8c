"""Two laneshift processes in clones that share nothing but a remote push to it at the same moment."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from laneshift.runs.working import state_of
from tests import warm
from tests.monorepo import BATCH
from tests.remote import at, hook, marks, remote_of
from tests.repo.builders import git_cli
from tests.runs.remote_toy import ATTEMPTS
from tests.sweeps import FULL
from tests.toy import QUICK, Done, copy_of, environment, laneshift, lend_bytecode, records, shop_at, toy, tree_of

pytestmark = pytest.mark.chaos

EPOCH = {"SOURCE_DATE_EPOCH": "1700000000"}
PEOPLE = ["bob", "ada"] if FULL else ["bob"]
MOVES = BATCH if FULL else BATCH.splitlines(keepends=True)[0]
"""One item is enough to push; the full sweep has two that land together."""
MOVED = dict.fromkeys((line.partition("\t")[0] for line in MOVES.splitlines()), 1)
OTHER = "labs.stays\tlabs/stays.py\tcore/stays.py\n"
BARRIER = """
grep -q " refs/heads/main$" || exit 0
touch "arrived.$$"
tries=0
while [ "$(ls arrived.* | wc -l)" -lt 2 ] && [ "$tries" -lt 2400 ]; do
    sleep 0.1
    tries=$((tries + 1))
done
"""
"""Holds the first push of the branch back until a second one is there as well: both are at work on the same refs."""


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory, ready_toy: Path) -> Path:
    """The toy, set to land on `origin`. Never change it: take a copy."""
    settings = f'{QUICK}\n[landing]\nremote = "origin"\nattempts = {ATTEMPTS}\n'
    return toy(tmp_path_factory.mktemp("two") / "seed", {"laneshift.toml": settings}, warm=ready_toy)


@pytest.fixture
def bare(seed: Path, tmp_path: Path) -> Path:
    """A remote that waits for two pushes."""
    made = remote_of(copy_of(seed, tmp_path / "seed"), tmp_path / "bare.git")
    hook(made, "pre-receive", BARRIER)
    return made


def clone(seed: Path, bare: Path, name: str, batch: str, person: str = "") -> Path:
    path = bare.parent / name
    git_cli(bare, "clone", "-q", str(bare), str(path))
    git_cli(path, "config", "user.name", person or name)
    git_cli(path, "config", "user.email", f"{person or name}@example.org")
    lend_bytecode(seed, path)
    (path / ".git/batch.tsv").write_text(batch)
    return path


def both(*paths: Path) -> list[Done]:
    """Ship in every clone at once."""
    words = ("ship", ".git/batch.tsv", "-j", "1", "--json")
    processes = [warm.start("laneshift", words, path, environment(EPOCH)) for path in paths]
    try:
        told = [process.communicate(timeout=300) for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    return [Done(process.wait(), *said) for process, said in zip(processes, told, strict=True)]


def landed(bare: Path) -> Counter[str]:
    """How often each item is in the history of the remote's branch."""
    return Counter(re.findall(r"^Laneshift-Item: (\S+)$", git_cli(bare, "log", "--format=%B", "main"), re.MULTILINE))


def assert_well_founded(path: Path, bare: Path) -> None:
    """What this clone recorded as landed is in the history of the remote, as a tree whose whole suite was green."""
    green = {record.facts["tree"] for record in records(path, "suite.ran") if not record.facts["blamed"]}
    trees = set(git_cli(bare, "log", "--format=%T", "main").split())
    for record in records(path, "land.recorded"):
        assert record.facts["tree"] in green & trees
        git_cli(bare, "merge-base", "--is-ancestor", record.facts["tip"], "main")
    assert len(records(path, "land.recorded")) <= 1
    assert len(records(path, "land.intended")) <= ATTEMPTS
    assert [plan.id for plan in shop_at(path).plans.all() if state_of(shop_at(path), plan).unfinished] == []
    if FULL:
        assert laneshift(path, "resume", "--json", env=EPOCH).data["resumed"] == []
    if FULL and records(path, "land.recorded"):
        assert laneshift(path, "verify", "batch", env=EPOCH).code == 0


def test_two_batches_land_one_after_the_other(seed: Path, bare: Path) -> None:
    clones = [clone(seed, bare, "ada", MOVES), clone(seed, bare, "bob", OTHER)]
    done = both(*clones)
    assert [one.code for one in done] == [0, 0], [one.out + one.err for one in done]
    assert landed(bare) == {**MOVED, "labs.stays": 1}
    assert len(list(bare.glob("arrived.*"))) == 3, "both pushed at once, and one of them again"
    seen = [[r.facts["there"] == r.facts["new"] for r in records(path, "land.observed")] for path in clones]
    assert sorted(seen) == [[False, True], [True]]
    last = clones[seen.index([False, True])]
    [recorded] = records(last, "land.recorded")
    assert (recorded.facts["tip"], recorded.facts["tree"]) == (at(bare), tree_of(bare, "main"))
    assert len(marks(bare)) == 2
    for path in clones:
        assert_well_founded(path, bare)


@pytest.mark.parametrize("second", PEOPLE)
def test_the_same_batch_lands_once(seed: Path, bare: Path, second: str) -> None:
    """Of one person both clones make the same commits, so both have landed them; another one's are told apart."""
    clones = [clone(seed, bare, "ada", MOVES), clone(seed, bare, "other", MOVES, second)]
    done = both(*clones)
    assert landed(bare) == MOVED
    tips = [[record.facts["tip"] for record in records(path, "land.recorded")] for path in clones]
    if second == "ada":
        assert [one.code for one in done] == [0, 0], [one.out + one.err for one in done]
        assert tips == [[at(bare)], [at(bare)]]
    else:
        assert sorted(tips) == [[], [at(bare)]]
        late = done[tips.index([])]
        assert (late.code, late.data["landing"]["result"]) == (1, "nothing")
        causes = {item["id"]: (item["state"], item["cause"].partition(":")[0]) for item in late.data["items"]}
        assert causes == dict.fromkeys(landed(bare), ("held", "the target does not allow it any more"))
    for path in clones:
        assert_well_founded(path, bare)
