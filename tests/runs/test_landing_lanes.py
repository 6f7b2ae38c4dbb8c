"""What items break only together is found before any suite runs: lanes and imports of the combined tree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from laneshift.errors import LaneshiftError
from laneshift.runs import working
from laneshift.runs.working import Landing
from tests.once import once
from tests.repo.builders import commit_files, git_cli, repo_at
from tests.toy import copy_of, laneshift, planned, records, shop_at, watched

SETTINGS = """\
workers = 1

[lanes.core]
paths = ["core/**"]
may_import = ["core"]

[lanes.labs]
paths = ["labs/**"]

[lanes.lib]
paths = ["lib/**"]

[tests]
item_seconds = 600
suite_seconds = 600

[tests.environment]
PYTEST_DISABLE_PLUGIN_AUTOLOAD = "1"
"""
FILES = {
    "laneshift.toml": SETTINGS,
    "lib/__init__.py": "",
    "core/__init__.py": "",
    "labs/__init__.py": "",
    "labs/far.py": "FAR = 7\n",
    "lib/user.py": '"""Uses."""\n\nfrom outside.used import VALUE\n\nTWICE = 2 * VALUE\n',
    "outside/__init__.py": "",
    "outside/used.py": "VALUE = 2\n",
    "lib/other.py": "OTHER = 3\n",
    "lib/names.py": "import outside.ns\n\nNAMES = outside.ns\n",
    "outside/ns/one.py": "ONE = 1\n",
    "outside/ns/two.py": "TWO = 2\n",
    "tests/test_all.py": "from lib.other import OTHER\nfrom lib.user import TWICE\n\n\ndef test_values():\n"
    "    assert (TWICE, OTHER) == (4, 3)\n",
}
BATCH = "".join(
    f"{src.replace('/', '.')}\t{src}.py\t{dst}.py\n"
    for src, dst in (
        ("lib/other", "labs/other"),
        ("lib/user", "core/user"),
        ("outside/used", "labs/used"),
        ("outside/ns/one", "labs/one"),
        ("outside/ns/two", "labs/two"),
    )
)
"""One move that is in nobody's way; two of which one brings the importer into `core`, one the imported into `labs`; and
two that empty a package without `__init__.py` together, which is imported."""
LANES, EMPTIED = ("lib.other", "lib.user", "outside.used"), ("outside.ns.one", "outside.ns.two")
VIOLATION = "lanes: lane core may not import lane labs: core/user.py:3 -> labs/used.py"
MISSING = "imports: lib/names.py imports outside.ns, which is not there"


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three moves that are ready to land, each fine alone. Never change it: take a copy."""

    def make(folder: Path) -> Path:
        path = folder / "repo"
        repo_at(path, FILES)
        git_cli(path, "config", "user.name", "Ada Planner")
        git_cli(path, "config", "user.email", "ada@example.org")
        working.run(shop_at(path), planned(path, BATCH), workers=1)
        return path

    return copy_of(once(tmp_path_factory, "lanes-together", make), tmp_path_factory.mktemp("template") / "repo")


@pytest.fixture
def mine(ready: Path, tmp_path: Path) -> Path:
    return copy_of(ready, tmp_path / "repo")


def land(path: Path, **how: Any) -> tuple[dict[str, Any], list[str]]:
    """How a landing ended, and the tree of each suite that began, with what was selected of it."""
    suites: list[str] = []
    shop = watched(path, lambda moment, tree, ids: suites.append(f"{tree} {list(ids)}") if moment == "before" else None)
    return dict(working.land(shop, shop.plans.load("batch"), Landing(**how))), suites


def plan_of(path: Path) -> str:
    return shop_at(path).plans.load("batch").id


def item(path: Path, name: str) -> Any:
    shop = shop_at(path)
    return working.state_of(shop, shop.plans.load("batch")).items[name]


def test_each_is_fine_alone(ready: Path) -> None:
    for name in (*LANES, *EMPTIED):
        assert item(ready, name).state == "ready-to-land"


def test_what_breaks_lanes_or_imports_only_together_does_not_land(mine: Path) -> None:
    outcome, suites = land(mine)
    assert outcome["items"] == ["lib.other", "lib.user", "outside.ns.one"]
    held, emptied = item(mine, "outside.used"), item(mine, "outside.ns.two")
    assert (held.state, emptied.state) == ("held", "held")
    assert held.cause == (
        f"breaks what its base does not, together with lib.user: {VIOLATION}; "
        f"`laneshift land {plan_of(mine)} --check --only lib.user --only outside.used` shows it"
    )
    assert emptied.cause.startswith(f"breaks what its base does not, together with outside.ns.one: {MISSING}; ")
    assert suites == [f"{outcome['tree']} []"], "no test ran for what no test can tell"
    told = laneshift(mine, "inspect", plan_of(mine), "outside.used")
    assert held.cause in told.out
    first, last = (record.facts for record in records(mine, "land.looked"))
    assert (first["blamed"], last["blamed"]) == ([MISSING, VIOLATION], [])
    assert last["tree"] == outcome["tree"]


def test_the_command_of_the_held_item_shows_it_and_runs_no_test(mine: Path) -> None:
    outcome, suites = land(mine, only=("lib.user", "outside.used"), check=True)
    assert outcome["result"] == "red"
    assert (outcome["blamed"], outcome["culprits"]) == ([VIOLATION], ["lib.user", "outside.used"])
    assert suites == []
    assert item(mine, "outside.used").state == "ready-to-land"
    told = laneshift(mine, "land", "batch", "--check", "--only", "lib.user", "--only", "outside.used")
    assert told.code == 1
    assert f"1 fault(s) of lanes, contracts or imports because of lib.user, outside.used: {VIOLATION}" in told.out


def test_each_half_of_it_lands_alone(mine: Path) -> None:
    outcome, _ = land(mine, only=("outside.used",))
    assert outcome["items"] == ["outside.used"]
    outcome, suites = land(mine, only=LANES[:2])
    assert outcome["items"] == ["lib.other"], "on the base of today the other half breaks the lane by itself"
    assert item(mine, "lib.user").cause.startswith(f"breaks what its base does not: {VIOLATION}; ")
    assert len(suites) == 1


def test_a_base_that_moved_is_looked_at_again(mine: Path) -> None:
    commit_files(mine, {"lib/user.py": "from labs.far import FAR\n\nTWICE = FAR - 3\n"})
    outcome, suites = land(mine, only=LANES)
    assert outcome["items"] == ["lib.other", "outside.used"]
    told = "lanes: lane core may not import lane labs: core/user.py:1 -> labs/far.py"
    assert item(mine, "lib.user").cause.startswith(f"breaks what its base does not: {told}; ")
    assert len(suites) == 1


def test_what_the_base_has_already_is_nobodys_fault(mine: Path) -> None:
    commit_files(mine, {"core/old.py": "from labs import far\nimport labs.gone\n"})
    outcome, _ = land(mine, only=("lib.other", "lib.user"))
    assert outcome["items"] == ["lib.other", "lib.user"]
    assert [record.facts["blamed"] for record in records(mine, "land.looked")] == [[]]


def test_a_list_of_known_violations_on_the_target_that_cannot_be_read_stops_the_landing(mine: Path) -> None:
    """The seeded fault: nothing can be told new without it, so nothing lands."""
    before = commit_files(mine, {".laneshift/lanes-baseline.txt": "no violation at all\n"})
    with pytest.raises(LaneshiftError) as caught:
        land(mine, only=LANES)
    assert caught.value.code == "lanes.bad-baseline"
    assert git_cli(mine, "rev-parse", "main") == before
    assert {item(mine, name).state for name in (*LANES, *EMPTIED)} == {"ready-to-land"}


def test_a_file_that_does_not_parse_is_no_pass(mine: Path) -> None:
    commit_files(mine, {"lib/user.py": "from outside.used import VALUE\n\ndef (:\n"})
    outcome, suites = land(mine, only=LANES, check=True)
    assert outcome["result"] == "red"
    assert outcome["culprits"] == ["lib.user", "outside.used"]
    assert suites == []
