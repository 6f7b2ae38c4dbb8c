"""Gate `lanes`: rules and contracts of the tree before the change, and only what the change adds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from laneshift.gates.context import Ports
from laneshift.gates.faults import contracts as faults
from laneshift.gates.faults import lanes as lane_faults
from laneshift.gates.faults.scene import Planted, Scene
from laneshift.gates.lanes import Lanes
from laneshift.gates.sandbox import Limits
from laneshift.gates.verdict import Exempt, Status
from laneshift.lanes.contracts.standing import newly_broken
from laneshift.lanes.contracts.verdicts import Breach, Step, Verdict
from laneshift.lanes.model import Lanes as Model
from laneshift.repo.objects import Repository
from tests.gates.described import change_of, ports_of, settings_of
from tests.repo.builders import repo_at

HEAD = "[importlinter]\nroot_package = app\n[importlinter:contract:one]\nname = one\n"
FORBIDDEN = f"{HEAD}type = forbidden\nsource_modules = app.low\nforbidden_modules = app.high\n"
FILES = {
    "app/__init__.py": "",
    "app/low.py": "LOW = 1\n",
    "app/high.py": "HIGH = 2\n",
    "app/between.py": "from app.high import HIGH\n",
    ".importlinter": FORBIDDEN,
}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return repo_at(tmp_path / "repo", FILES)


@pytest.fixture
def ports(repository: Repository) -> Ports:
    return ports_of(repository)


def test_a_change_that_breaks_a_contract_by_way_of_another_module_fails(repository: Repository, ports: Ports) -> None:
    change = change_of(repository, {"app/low.py": "from app.between import HIGH\n"})
    assert Lanes().applies(change) is None
    verdict = Lanes().check(change, ports)
    assert verdict.status is Status.FAILED
    (told,) = verdict.details
    assert told.startswith(
        "contract 'one' (forbidden): app.low may not import app.high: app.low -> app.between (l.1), "
    )
    sound = Lanes().check(change_of(repository, {"app/low.py": "LOW = 3\n"}), ports)
    assert (sound.status, sound.denominator) == (Status.PASSED, 4)


def test_a_change_cannot_loosen_the_contract_that_it_breaks(repository: Repository, ports: Ports) -> None:
    change = change_of(repository, {"app/low.py": "import app.high\n", ".importlinter": None})
    assert Lanes().check(change, ports).status is Status.FAILED


def test_what_was_broken_before_is_not_the_fault_of_a_change(tmp_path: Path) -> None:
    repository = repo_at(tmp_path / "repo", {**FILES, "app/low.py": "import app.high\n"})
    ports = ports_of(repository)
    moved = change_of(repository, {"app/low.py": "\n\nimport app.high\n"})
    assert Lanes().check(moved, ports).status is Status.PASSED
    worse = change_of(repository, {"app/low.py": "import app.high\nimport app.between\n"})
    assert Lanes().check(worse, ports).status is Status.FAILED


def test_a_contract_that_cannot_be_judged_is_an_error_and_never_a_pass(
    repository: Repository, ports: Ports, tmp_path: Path
) -> None:
    change = change_of(repository, {"app/high.py": None, "app/between.py": "x = 1\n"})
    verdict = Lanes().check(change, ports)
    assert verdict.status is Status.ERRORED
    assert "app.high" in verdict.reason
    bare = repo_at(tmp_path / "bare", {**FILES, ".importlinter": "[importlinter]\n"})
    odd = change_of(bare, {"app/low.py": "LOW = 4\n"})
    assert Lanes().check(replace(odd, lanes=Model.of({}, ("app",))), ports_of(bare)).status is Status.ERRORED


def test_without_rules_and_contracts_the_gate_does_not_apply(tmp_path: Path) -> None:
    repository = repo_at(tmp_path / "repo", {"app/low.py": "LOW = 1\n"})
    assert Lanes().applies(change_of(repository, {"app/low.py": "LOW = 2\n"})) is Exempt.NO_RULES


def test_a_breach_that_travels_with_its_module_is_not_new() -> None:
    def broken(importer: str) -> Verdict:
        chain = (Step(importer, "app.between", (1,)), Step("app.between", "app.high", (2,)))
        return Verdict("one", "forbidden", "broken", (Breach("app.low may not import app.high", chain),))

    before, after = [broken("app.low.a")], [broken("app.low.b")]
    assert newly_broken(before, after) == tuple(after)
    assert newly_broken(before, after, {"app.low.a": "app.low.b"}) == ()
    assert newly_broken([], after) == tuple(after)


CONTRACTS = {
    "forbidden": FORBIDDEN,
    "forbidden packages": f"{HEAD}type = forbidden\nsource_modules = app.*\nforbidden_modules = app.high\n",
    "layers": f"{HEAD}type = layers\nlayers =\n    app.high\n    app.low\n",
    "layers in a container": f"{HEAD}type = layers\ncontainers = app\nlayers =\n    high\n    low\n",
    "independence": f"{HEAD}type = independence\nmodules =\n    app.low\n    app.high\n",
    "protected": f"{HEAD}type = protected\nprotected_modules = app.high\nallowed_importers = app.between\n",
    "siblings": f"{HEAD}type = acyclic_siblings\nancestors = app\n",
    "an exception": f"{FORBIDDEN}ignore_imports = app.low -> app.other\nunmatched_ignore_imports_alerting = none\n",
}


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_fault_of_every_type_of_contract_is_caught(name: str, tmp_path: Path) -> None:
    files = {**FILES, "app/between.py": "x = 1\n", ".importlinter": CONTRACTS[name]}
    repository = repo_at(tmp_path / "repo", files)
    settings = settings_of("")
    scene = Scene(repository.tree("HEAD"), settings, Model.of({}, ("app",)), (), Limits(60))
    planted = faults.plant(scene)
    assert isinstance(planted, Planted)
    ports = ports_of(repository)
    sound = scene.sound()
    assert not isinstance(sound, str)
    assert Lanes().check(sound, ports).status is Status.PASSED
    assert Lanes().check(planted.change, ports).status is Status.FAILED, planted.what


def test_a_contract_that_nothing_can_break_is_told(tmp_path: Path) -> None:
    own = f"{HEAD}type = acyclic_siblings\nancestors = app.low\n"
    lanes, limits = Model.of({}, ("app",)), Limits(60)
    tree = repo_at(tmp_path / "repo", {**FILES, ".importlinter": own}).tree("HEAD")
    assert "no contract forbids" in str(faults.plant(Scene(tree, settings_of(""), lanes, (), limits)))
    bare = repo_at(tmp_path / "bare", {"app/low.py": ""}).tree("HEAD")
    assert faults.plant(Scene(bare, settings_of(""), lanes, (), limits)) == ""


def test_a_lane_whose_files_are_all_large_is_planted_in_as_well(tmp_path: Path) -> None:
    files = {f"core/m{number}.py": "" for number in range(220)}
    settings = settings_of('[lanes.core]\npaths = ["core/**"]\nmay_import = []\n[lanes.labs]\npaths = ["labs/**"]\n')
    repository = repo_at(tmp_path / "repo", {**files, "core/__init__.py": "", "labs/big.py": "X = 1\n" * 200})
    scene = Scene(repository.tree("HEAD"), settings, Model.of(settings.lanes), (), Limits(60))
    planted = lane_faults.plant(scene)
    assert isinstance(planted, Planted), planted
    assert "imports labs/big.py, across lanes" in planted.what
