"""Packs of small plans: openings, folders that git would rename, failed items, limits, and packs that are read back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from laneshift.agents.packs import kept
from laneshift.agents.packs.division import Division, meetings, writes_digest
from laneshift.agents.packs.making import divided, made
from laneshift.agents.packs.parting import ENOUGH
from laneshift.errors import CheckFailed, Refused
from laneshift.evidence.canonical import canonical
from laneshift.landing.train import replay
from tests.agents.packs.scene import Scene, scene
from tests.repo.builders import git_cli

SMALL = {
    "labs/__init__.py": "",
    "labs/one.py": "ONE = 1\n",
    "labs/two.py": "TWO = 2\n",
    "labs/three.py": "from labs.two import TWO\n\nTHREE = TWO + 1\n",
    "labs/four.py": "FOUR = 4\n",
    "app/main.py": "from labs.one import ONE\n\nprint(ONE)\n",
}
MOVES = {f"labs/{name}.py": f"core/{name}.py" for name in ("one", "two", "three", "four")}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Four moves into a folder that has no marker yet, which all of them would make."""
    return scene(tmp_path_factory.mktemp("small") / "r", SMALL, MOVES)


def test_a_marker_that_all_would_make_is_made_first(small: Scene) -> None:
    division = small.divided("codex", "sweeper")
    first, *others = division.packs
    assert len(first.items) == 1
    assert first.after == ()
    assert "core/__init__.py" in first.writes
    assert all(other.after == (first.id,) and "core/__init__.py" not in other.writes for other in others)
    assert {other.agent for other in others} == {"codex", "sweeper"}


def test_all_packs_make_what_a_landing_makes(small: Scene) -> None:
    plan = small.plan
    tree = small.shop.repository.tree(plan.base)
    landed = replay(tree, [item.intent for item in plan.items], plan.rules)[-1]
    for names in (("codex",), ("codex", "sweeper"), ("codex", "sweeper", "gemini", "claude-code")):
        division = small.divided(*names)
        assert division.tree == landed
        assert list(meetings(division.packs)) == []
        assert sorted(item for pack in division.packs for item in pack.items) == sorted(i.id for i in plan.items)


def test_the_same_plan_gives_the_same_bytes(small: Scene) -> None:
    one, again = (canonical(small.divided("codex", "sweeper").as_json()) for _ in range(2))
    assert one == again


def test_a_brief_says_everything(small: Scene) -> None:
    division = small.divided("codex")
    [pack] = division.packs
    assert "tests/moves/test_core_one.py" in pack.owned
    assert {"core/one.py", "labs/one.py", "labs/two.py"} <= set(pack.owned)
    assert {"app/main.py", "core/__init__.py"} <= set(pack.editable)
    assert pack.context[0] == "laneshift.toml"
    assert any(command.startswith("python -m pytest tests/moves/") for command in pack.commands)
    assert pack.commit_text.startswith("refactor(core): move labs.one and 3 more")
    assert "Co-Authored-By: codex <codex@example.org>" in pack.commit_text
    assert any(f"tree {division.tree}" in each for each in pack.acceptance)
    assert any("laneshift move labs/one.py core/one.py" in step for step in pack.steps)
    assert all((pack.mission, pack.rollback, pack.never))


def test_packs_are_kept_and_an_earlier_cut_can_still_be_read(small: Scene) -> None:
    shop, plan = small.shop, small.plan
    with pytest.raises(Refused, match="there is no pack"):
        kept.find(shop, "nobody-1")
    one = made(shop, plan, small.agents("codex", "sweeper"))
    assert kept.all_of(shop, plan.id) == one
    two = made(shop, plan, small.agents("gemini"))
    made(shop, plan, small.agents("gemini"))
    assert kept.all_of(shop, plan.id) == two
    assert kept.read(shop, plan.id, one[0].id) == one[0] == kept.find(shop, one[0].id)
    assert len(shop.journal.records(kind=kept.KIND)) == 2
    folder = shop.repository.state_dir / "packs" / plan.id
    told = json.loads((folder / f"{two[0].id}.json").read_text())
    assert told["writes_digest"] == writes_digest(two[0].writes)
    assert json.loads((folder / "division.json").read_text())["plan"] == plan.id


def test_changed_packs_are_no_packs(small: Scene) -> None:
    plain = json.loads(canonical(small.divided("codex").as_json()))
    assert Division.from_json(plain).as_json()["tree"] == plain["tree"]
    plain["packs"][0]["editable"].append("laneshift.toml")
    with pytest.raises(CheckFailed, match="changed"):
        Division.from_json(plain)
    with pytest.raises(CheckFailed, match="no packs"):
        Division.from_json({"plan": 1})


def test_only_what_is_asked_for_and_only_where_somebody_is_there(small: Scene) -> None:
    shop, plan = small.shop, small.plan
    [pack] = divided(shop, plan, small.agents("codex"), pick=["labs.four"]).packs
    assert pack.items == ("labs.four",)
    with pytest.raises(Refused, match="nobody to make packs for"):
        divided(shop, plan, [])
    with pytest.raises(Refused, match="has no item"):
        divided(shop, plan, small.agents("codex"), pick=["nope"])


def test_what_nobody_may_change_in_one_commit_is_left_out_and_said(tmp_path: Path) -> None:
    users = {f"app/use{number:02}.py": "from labs.one import ONE\n" for number in range(30)}
    here = scene(tmp_path / "r", {**SMALL, **users, "core/__init__.py": ""}, MOVES)
    limited = {"claude-code": 20, "codex": 0}
    agents = here.agents("claude-code")
    few = [type(agent)(**{**_fields(agent), "limits": type(agent.limits)(20, 2, 1, 1, 1)}) for agent in agents]
    division = divided(here.shop, here.plan, few)
    assert list(division.left_out) == ["labs.one"]
    assert "more than any of these agents may" in division.left_out["labs.one"]
    both = divided(here.shop, here.plan, [*few, *here.agents("codex")])
    assert both.left_out == {}
    for pack in both.packs:
        assert not limited[pack.agent] or len(pack.writes) <= limited[pack.agent]
    assert next(pack for pack in both.packs if "labs.one" in pack.items).agent == "codex"
    assert both.spread > ENOUGH
    assert any("labs.one alone is" in note for note in both.notes)


def _fields(agent: object) -> dict[str, object]:
    return {name: getattr(agent, name) for name in agent.__slots__}  # type: ignore[attr-defined]


def test_a_folder_that_one_empties_and_another_fills_has_one_hand_at_a_time(tmp_path: Path) -> None:
    """Git takes a folder that was emptied by moves for renamed, and would carry along what others put there."""
    # Those of each lane import each other, so that nothing else would keep the two lanes from two agents.
    files = {
        f"{lane}/{name}{name}.py": f"from {lane} import {lead}\n\n{name} = '{lane}'\n"
        for lane in ("labs", "core")
        for name, lead in (("a", "bb"), ("b", "cc"), ("c", "aa"))
    }
    out = {f"core/{name}{name}.py": f"app/new/{name}{name}.py" for name in "abc"}
    into = {f"labs/{name}{name}.py": f"core/{name}.py" for name in "abc"}
    here = scene(tmp_path / "r", {**files, "labs/__init__.py": "", "app/new/__init__.py": ""}, {**out, **into})
    # The danger is real: this is what git says where both are done at one time.
    for old, new in out.items():
        git_cli(here.path, "mv", old, new)
    git_cli(here.path, "commit", "-qm", "empty it")
    emptied = git_cli(here.path, "rev-parse", "HEAD")
    git_cli(here.path, "checkout", "-q", "--detach", here.plan.base)
    git_cli(here.path, "mv", "labs/aa.py", "core/a.py")
    git_cli(here.path, "commit", "-qm", "fill it")
    assert "CONFLICT" in git_cli(here.path, "merge-tree", "--write-tree", emptied, "HEAD", check=False)
    division = here.divided("codex", "sweeper")
    empties = {pack.id for pack in division.packs if any(path in out for path in pack.owned)}
    for one in division.packs:
        for other in division.packs:
            fills = any(path in into.values() for path in other.owned)
            assert not (one.id in empties and fills) or one is other or one.id in other.after or other.id in one.after


def test_what_failed_brings_the_places_to_mend(tmp_path: Path) -> None:
    files = {**SMALL, "core/__init__.py": "", "app/load.py": "import importlib\n\nNAME = 'labs.' + 'four'\n"}
    files["app/table.py"] = "TABLE = {'four': 'labs.four:FOUR'}\nLAZY = ['four']\n"
    here = scene(tmp_path / "r", files, MOVES)
    shop, plan = here.shop, here.plan
    facts = {"plan": plan.id, "item": "labs.four", "state": "quarantined", "step": "test", "cause": "red: `x`"}
    shop.journal.append(f"{plan.id}/settled", "item.settled", facts)
    division = here.divided("codex", "sweeper")
    mine = next(pack for pack in division.packs if "labs.four" in pack.items)
    assert any("mend what stopped item labs.four before: red: `x`" in step for step in mine.steps)
    done = {**facts, "item": "labs.one", "state": "landed"}
    shop.journal.append(f"{plan.id}/settled-2", "item.settled", done)
    assert not any("labs.one" in pack.items for pack in here.divided("codex", "sweeper").packs)
