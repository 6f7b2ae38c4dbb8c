"""Trains: intents in order, one commit each, the same wherever they are built; what the base forbids is dropped."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.code.codemods.records import Codemod
from laneshift.code.commit_text import Provenance
from laneshift.code.intents import Intent, Rules
from laneshift.landing.revert import prepare
from laneshift.landing.swap import LANDED, REVERTS, land
from laneshift.landing.train import Passenger, Train, combine, leading, replay
from laneshift.repo.commits import Identity, history, read_commit, trailers
from laneshift.repo.message import check
from laneshift.repo.objects import Repository
from laneshift.runs.trains import train_from
from tests.monorepo import monorepo
from tests.repo.builders import commit_files, git_cli

ADA = Identity("Ada", "ada@example.org")
RULES = Rules()
SAYS = Provenance("sha256:" + "1" * 64, "sha256:" + "2" * 64)
MOVES = {
    "labs.shapes": ("labs/shapes.py", "core/geometry/shapes.py"),
    "labs.report": ("labs/report.py", "core/report.py"),
    "labs.registry": ("labs/registry.py", "core/registry.py"),
    "labs.gone": ("labs/gone.py", "core/gone.py"),
    "labs.taken": ("labs/plugin.py", "core/app.py"),
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The monorepo, only ever read and added to."""
    return monorepo(tmp_path_factory.mktemp("trains") / "repo")


def train_of(repository: Repository, items: list[str], base: str = "", upon: Train | None = None) -> Train:
    passengers = [Passenger(Intent(item, *MOVES[item]), "core", SAYS) for item in items]
    base = base or repository.commit_id("HEAD")
    return combine(repository, base, passengers, RULES, ADA, 1_700_000_000, upon=upon)


@settings(max_examples=30)
@given(st.permutations(list(MOVES)))
def test_any_order_keeps_the_good_ones_and_names_the_others(repository: Repository, order: list[str]) -> None:
    train = train_of(repository, order)
    assert [coupled.item for coupled in train.items] == [
        item for item in order if item not in ("labs.gone", "labs.taken")
    ]
    assert {item: bool(reason) for item, reason in train.dropped} == {"labs.gone": True, "labs.taken": True}
    assert train.items[-1].tree == train.tree == repository.tree(train.tip).oid
    commits = history(repository, train.tip, train.base)[::-1]
    assert [commit.oid for commit in commits] == [coupled.commit for coupled in train.items]
    assert [commit.tree for commit in commits] == [coupled.tree for coupled in train.items]


@settings(max_examples=15)
@given(st.permutations(list(MOVES)), st.integers(0, len(MOVES)))
def test_a_train_that_goes_on_from_the_start_of_another_is_the_same(
    repository: Repository, order: list[str], cut: int
) -> None:
    whole = train_of(repository, order)
    start = leading(whole, order[:cut])
    assert start == train_of(repository, order[:cut])
    assert train_of(repository, order[cut:], upon=start) == whole


def test_independent_moves_end_in_one_tree_whatever_their_order(repository: Repository) -> None:
    good = ["labs.shapes", "labs.report", "labs.registry"]
    trees = {train_of(repository, list(order)).tree for order in (good, good[::-1], [good[1], good[2], good[0]])}
    assert len(trees) == 1


def test_the_same_train_twice_is_the_same_and_a_replay_agrees(repository: Repository) -> None:
    items = ["labs.shapes", "labs.report"]
    first = train_of(repository, items)
    assert train_of(repository, items) == first
    intents = [Intent(item, *MOVES[item]) for item in items]
    assert replay(repository.tree(first.base), intents, RULES) == [coupled.tree for coupled in first.items]


def test_every_commit_says_what_it_did_in_t4(repository: Repository) -> None:
    train = train_of(repository, ["labs.shapes", "labs.report"])
    for coupled in train.items:
        message = read_commit(repository, coupled.commit).message
        assert check(message, frozenset({"core"})) == []
        told = dict(trailers(message))
        assert told["Laneshift-Item"] == coupled.item
        assert told["Laneshift-Intent"] == SAYS.intent_digest
        assert MOVES[coupled.item][1] in message


def test_what_the_base_has_already_is_dropped(repository: Repository) -> None:
    once = train_of(repository, ["labs.report"])
    again = train_of(repository, ["labs.report"], once.tip)
    assert again.items == ()
    assert [item for item, _ in again.dropped] == ["labs.report"]
    assert again.tip == once.tip


def test_landing_moves_the_target_once_and_anchors_the_way_back(tmp_path: Path) -> None:
    repository = monorepo(tmp_path / "repo")
    train = train_of(repository, ["labs.shapes"])
    revert = prepare(repository, train, "b", "core", ADA, 1_700_000_000)
    assert repository.tree(revert).oid == train.base_tree
    main = "refs/heads/main"
    for _ in range(2):
        assert land(repository, main, train.base, train.tip, revert, "b") == train.tip
    assert git_cli(tmp_path / "repo", "rev-parse", main, LANDED + "b", REVERTS + "b").split() == [
        train.tip,
        train.tip,
        revert,
    ]


def test_a_target_that_moved_stays_where_it_is(tmp_path: Path) -> None:
    repository = monorepo(tmp_path / "repo")
    train = train_of(repository, ["labs.shapes"])
    revert = prepare(repository, train, "b", "core", ADA, 1_700_000_000)
    theirs = commit_files(tmp_path / "repo", {"notes.txt": "theirs\n"})
    assert land(repository, "refs/heads/main", train.base, train.tip, revert, "b") == theirs
    assert git_cli(tmp_path / "repo", "rev-parse", "main") == theirs
    assert git_cli(tmp_path / "repo", "for-each-ref", "refs/laneshift") == ""


def test_a_target_that_is_gone_is_not_made_again(tmp_path: Path) -> None:
    repository = monorepo(tmp_path / "repo")
    train = train_of(repository, ["labs.shapes"])
    revert = prepare(repository, train, "b", "core", ADA, 1_700_000_000)
    assert land(repository, "refs/heads/other", train.base, train.tip, revert, "b") == ""
    assert git_cli(tmp_path / "repo", "for-each-ref", "--format=%(refname)") == "refs/heads/main"


def test_an_item_has_every_test_that_it_brings(tmp_path: Path) -> None:
    repository = monorepo(tmp_path / "repo")
    more = "from labs.report import line\n\n\ndef run():\n    return line()\n"
    base = commit_files(tmp_path / "repo", {"core/more.py": more}, "more")
    codemod = Codemod.asked("isolate-import", ("core",), {"lane": "labs", "mode": "lazy-call"})
    passenger = Passenger(Intent("isolate", "core", "core", codemod), "core", SAYS)
    [coupled] = combine(repository, base, [passenger], RULES, ADA, 1_700_000_000).items
    assert coupled.tests == ("tests/moves/test_isolated_core_app.py", "tests/moves/test_isolated_core_more.py")
    tree = repository.tree(coupled.tree)
    assert all(test in tree for test in coupled.tests)


def test_a_train_that_an_older_version_told_of_is_read(repository: Repository) -> None:
    train = train_of(repository, ["labs.shapes"])
    plain = asdict(train)
    assert train_from(plain) == train
    [told] = plain["items"]
    old = {**{name: value for name, value in told.items() if name != "tests"}, "test": told["tests"][0]}
    assert train_from({**plain, "items": [old]}) == train
    assert train_from({**plain, "items": [{**old, "test": ""}]}).items[0].tests == ()
