"""Moves that depend on each other in one batch: judged where what they wait for has moved, and landed after it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.runs import working
from laneshift.runs.state import BatchState
from laneshift.runs.waiting_for import in_turn, missing, waits_of, whole_circles
from laneshift.runs.working import Landing
from tests.once import once
from tests.repo.builders import commit_files, git_cli, repo_at
from tests.runs.test_landing_lanes import SETTINGS
from tests.toy import copy_of, planned, shop_at

FILES = {
    "laneshift.toml": SETTINGS,
    "core/__init__.py": "",
    "labs/__init__.py": "",
    "labs/a.py": '"""Uses b."""\n\nfrom labs.b import two\n\n\ndef four():\n    return 2 * two()\n',
    "labs/b.py": '"""Two."""\n\n\ndef two():\n    return 2\n',
    "labs/h.py": '"""Uses b, and is the canary of both."""\n\nfrom labs.b import two\n\nONE = two() - 1\n',
    "labs/far.py": '"""Stays."""\n\nFAR = 7\n',
    "labs/near.py": '"""Uses what stays, and a."""\n\nfrom labs.a import four\nfrom labs.far import FAR\n\n'
    "SUM = FAR + four()\n",
    "tests/test_all.py": "from labs.a import four\nfrom labs.b import two\n\n\ndef test_values():\n"
    "    assert (two(), four()) == (2, 4)\n",
}
STAYS = "from labs import b\n\n\ndef test_it_stays():\n    assert 'labs' in b.__file__\n"


def line(name: str) -> str:
    return f"labs.{name}\tlabs/{name}.py\tcore/{name}.py\n"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Never change it: take a copy."""

    def make(folder: Path) -> Path:
        repo_at(folder / "repo", FILES)
        git_cli(folder / "repo", "config", "user.name", "Ada Planner")
        git_cli(folder / "repo", "config", "user.email", "ada@example.org")
        return folder / "repo"

    return once(tmp_path_factory, "waiting", make)


@pytest.fixture
def repo(template: Path, tmp_path: Path) -> Path:
    return copy_of(template, tmp_path / "repo")


def ran(path: Path, *names: str) -> BatchState:
    return working.run(shop_at(path), planned(path, "".join(map(line, names))), 1)


def subjects(path: Path, most: int) -> list[str]:
    return git_cli(path, "log", "--format=%s", f"-{most}").splitlines()


def test_an_item_is_judged_where_what_it_imports_has_moved_and_lands_after_it(repo: Path) -> None:
    state = ran(repo, "a", "b")
    assert [item.state for item in state.items.values()] == ["ready-to-land", "ready-to-land"], state.items
    assert ran(repo, "a").items["labs.a"].state == "quarantined", "what others of a batch excuse is not remembered"
    shop = shop_at(repo)
    assert waits_of(shop, state.plan, state.items) == {"labs.a": ("labs.b",)}
    assert working.land(shop, state.plan)["items"] == ["labs.b", "labs.a"]
    assert subjects(repo, 2) == ["refactor(core): move labs.a to core", "refactor(core): move labs.b to core"]


def test_it_is_held_and_told_to_wait_where_the_other_one_is_set_aside(repo: Path) -> None:
    commit_files(repo, {"tests/test_b.py": STAYS})
    state = ran(repo, "a", "b")
    assert {item: each.state for item, each in state.items.items()} == {
        "labs.a": "ready-to-land",
        "labs.b": "quarantined",
    }
    shop = shop_at(repo)
    assert working.land(shop, state.plan)["result"] == "nothing"
    told = working.state_of(shop, state.plan).items["labs.a"]
    assert told.state == "held"
    assert "lane core may not import lane labs" in told.cause
    assert "it waits for labs.b, which is quarantined" in told.cause


def test_what_is_not_in_the_batch_is_not_waited_for(repo: Path) -> None:
    state = ran(repo, "near", "a")
    assert {item.state for item in state.items.values()} == {"quarantined"}
    near = state.items["labs.near"]
    assert near.step == "check_deps"
    assert near.cause.startswith("the destination's lane forbids it: lane core may not import lane labs: core/near.py")
    assert near.cause.endswith("; so it would be where labs.a moved too")


def test_a_canary_that_lacks_the_other_one_holds(repo: Path) -> None:
    plan = planned(repo, line("h") + line("b"))
    shop = shop_at(repo)
    found = working.canary(shop, plan, 1, Decimal("0.5"))
    assert len(found.document["items"]) == 1
    assert found.ok, found.document
    assert found.document["items"][0]["item"] == "labs.h", "the one that waits is the sample"
    alone = working.land(shop, plan, Landing(("labs.h",), check=True))
    assert alone["culprits"] == ["labs.h"], "what is asked about it alone is answered about it alone"


NAMES = st.sampled_from("abcdef")
WAITS = st.dictionaries(NAMES, st.lists(NAMES, unique=True).map(tuple))


@given(st.lists(NAMES, unique=True), WAITS)
def test_everybody_has_a_turn_once(items: list[str], waits: Mapping[str, tuple[str, ...]]) -> None:
    order = in_turn(items, waits)
    assert sorted(order) == sorted(items)
    assert in_turn(items, {}) == items
    reached = {item: _reached(item, waits, set(items)) for item in items}
    for item in items:
        before = set(order[: order.index(item)])
        assert {other for other in reached[item] if item not in reached[other]} <= before


def _reached(item: str, waits: Mapping[str, tuple[str, ...]], there: set[str]) -> set[str]:
    found, queue = set[str](), [item]
    while queue:
        fresh = (set(waits.get(queue.pop(), ())) & there) - found
        found |= fresh
        queue += fresh
    return found


def test_what_is_missing_is_what_is_not_there() -> None:
    assert missing(["a", "b"], {"a": ("b", "c"), "z": ("y",)}) == ["c"]


@given(st.lists(NAMES, unique=True), WAITS, st.integers(1, 6))
def test_a_cut_takes_no_circle_apart(items: list[str], waits: Mapping[str, tuple[str, ...]], most: int) -> None:
    queue = in_turn(items, waits)
    cut = whole_circles(queue, most, waits)
    assert cut == queue[: len(cut)]
    assert len(cut) >= min(most, len(queue))
    assert not set(missing(cut, waits)) & set(queue)
    if not waits:
        assert len(cut) == min(most, len(queue))


def test_a_row_longer_than_calls_can_go_is_put_in_turn() -> None:
    names = [str(number) for number in range(5_000)]
    waits = {each: (after,) for each, after in itertools.pairwise(names)}
    assert in_turn(names, waits) == names[::-1]
