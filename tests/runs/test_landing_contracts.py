"""Contracts of import-linter's that items break only together: found before any suite runs, and excused by waiting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from laneshift.errors import LaneshiftError
from laneshift.gates.waivers import Waiver
from laneshift.runs import working
from laneshift.runs.arguments import Landing
from laneshift.runs.waiting_for import waits_of
from tests.gates.test_waivers import ANN, signed
from tests.once import once
from tests.repo.builders import commit_files, git_cli, repo_at
from tests.ssh_keys import make_key, public
from tests.toy import copy_of, planned, records, shop_at, watched

SETTINGS = f"""\
workers = 1

[lanes.core]
paths = ["app/core/**"]

[lanes.labs]
paths = ["app/labs/**"]

[lanes.lib]
paths = ["app/lib/**"]

[tests]
item_seconds = 600
suite_seconds = 600

[tests.environment]
PYTEST_DISABLE_PLUGIN_AUTOLOAD = "1"

[approval]
people = ["{ANN}"]
required = false
signers = "signers"
"""
CONTRACT = "[importlinter]\nroot_package = app\n\n[importlinter:contract:1]\nname = core is steady\ntype = forbidden\n"
FILES = {
    "laneshift.toml": SETTINGS,
    ".importlinter": f"{CONTRACT}source_modules = app.core\nforbidden_modules = app.labs\n",
    **{f"app/{name}__init__.py": "" for name in ("", "core/", "labs/", "lib/", "outside/")},
    "app/lib/user.py": "from app.outside.used import VALUE\n\nTWICE = 2 * VALUE\n",
    "app/outside/used.py": "VALUE = 2\n",
    "app/labs/a.py": "from app.labs.b import two\n\n\ndef four():\n    return 2 * two()\n",
    "app/labs/b.py": "def two():\n    return 2\n",
    "app/labs/far.py": "FAR = 7\n",
    "app/labs/near.py": "from app.labs.far import FAR\n\nNEAR = FAR - 1\n",
    "tests/test_all.py": "from app.labs.a import four\nfrom app.labs.near import NEAR\nfrom app.lib.user import TWICE\n"
    "\n\ndef test_values():\n    assert (TWICE, four(), NEAR) == (4, 4, 6)\n",
}
PLACES = {
    "user": ("lib/user", "core/user"),
    "used": ("outside/used", "labs/used"),
    "a": ("labs/a", "core/a"),
    "b": ("labs/b", "core/b"),
    "near": ("labs/near", "core/near"),
}
"""The importer comes into `core` and the imported into `labs`; `a` leaves with `b`; `near` leaves what it imports."""
USER, USED, A, B, NEAR = (f"app.{src.replace('/', '.')}" for src, _ in PLACES.values())
BROKEN = "app.core may not import app.labs: app.core.user -> app.labs.used (l.1)"
TOLD = f"contracts: contract 'core is steady' (forbidden): {BROKEN}"


def rows(*names: str) -> str:
    pairs = ((f"app/{src}.py", f"app/{dst}.py") for src, dst in (PLACES[name] for name in names))
    return "".join(f"{src.removesuffix('.py').replace('/', '.')}\t{src}\t{dst}\n" for src, dst in pairs)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five moves that are ready to land, one of them by a waiver. Never change it: take a copy."""

    def make(folder: Path) -> Path:
        key, path = make_key(folder, "ann"), folder / "repo"
        until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)
        waiver = Waiver("", "lanes", (NEAR,), (), "far follows soon", ANN, until, "")
        held = {".laneshift/waivers/near.toml": signed(waiver, key), "signers": f"{ANN} {public(key)}\n"}
        repo_at(path, {**FILES, **held})
        git_cli(path, "config", "user.name", "Ada Planner")
        git_cli(path, "config", "user.email", "ada@example.org")
        alone = working.run(shop_at(path), planned(path, rows("a")), 1).items[A]
        assert (alone.state, alone.step) == ("quarantined", "gates"), alone
        working.run(shop_at(path), planned(path, rows(*PLACES)), 1)
        return path

    return copy_of(once(tmp_path_factory, "contracts-together", make), tmp_path_factory.mktemp("template") / "repo")


@pytest.fixture
def mine(ready: Path, tmp_path: Path) -> Path:
    return copy_of(ready, tmp_path / "repo")


def items(path: Path) -> Mapping[str, Any]:
    shop = shop_at(path)
    return working.state_of(shop, shop.plans.load("batch")).items


def land(path: Path, *only: str, check: bool = False) -> tuple[dict[str, Any], list[str]]:
    """How a landing ended, and the tree of each suite that began."""
    suites: list[str] = []
    shop = watched(path, lambda moment, tree, _: suites.append(tree) if moment == "before" else None)
    return dict(working.land(shop, shop.plans.load("batch"), Landing(only, check=check))), suites


def test_each_is_fine_alone_or_with_what_it_waits_for_or_by_its_waiver(ready: Path) -> None:
    """`a` alone was set aside before, by the gate: what others of a batch excuse is looked at in each batch."""
    found = items(ready)
    assert {name: item.state for name, item in found.items()} == dict.fromkeys(
        (USER, USED, A, B, NEAR), "ready-to-land"
    )
    shop = shop_at(ready)
    assert waits_of(shop, shop.plans.load("batch"), found) == {A: (B,)}


def test_what_breaks_a_contract_only_together_does_not_land(mine: Path) -> None:
    outcome, suites = land(mine)
    assert outcome["result"] == "landed"
    assert set(outcome["items"]) == {USER, A, B, NEAR}
    assert outcome["items"].index(B) < outcome["items"].index(A)
    held = items(mine)[USED]
    assert held.state == "held"
    assert held.cause.startswith(f"breaks what its base does not, together with {USER}: {TOLD}; `laneshift land ")
    assert suites == [outcome["tree"]], "no test ran for what no test can tell"
    first, last = (record.facts["blamed"] for record in records(mine, "land.looked"))
    assert (first, last) == ([TOLD], [])


def test_an_item_without_what_it_waits_for_is_held(mine: Path) -> None:
    outcome, suites = land(mine, A, USER, check=True)
    assert outcome["result"] == "red"
    assert outcome["culprits"] == [A]
    assert outcome["blamed"] == [TOLD.replace("core.user -> app.labs.used", "core.a -> app.labs.b")]
    assert suites == []


def test_a_breach_that_the_target_has_already_is_nobodys_fault(mine: Path) -> None:
    commit_files(mine, {"app/core/old.py": "from app.labs import far\n"})
    outcome, _ = land(mine, USER, check=True)
    assert outcome["result"] == "green"


@pytest.mark.parametrize(
    ("contract", "code"),
    [
        (f"{CONTRACT}source_modules = app.gone\nforbidden_modules = app.labs\n", "lanes.contract-not-judged"),
        ("[importlinter]\nroot_package = app\n", "lanes.bad-contracts"),
    ],
)
def test_contracts_of_the_target_that_cannot_be_judged_stop_the_landing(mine: Path, contract: str, code: str) -> None:
    """The seeded fault: nothing can be told new without them, so nothing lands."""
    before = commit_files(mine, {".importlinter": contract})
    with pytest.raises(LaneshiftError) as caught:
        land(mine, USER)
    assert caught.value.code == code
    assert git_cli(mine, "rev-parse", "main") == before
    assert items(mine)[USER].state == "ready-to-land"
