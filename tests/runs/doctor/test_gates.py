"""`doctor --gates`: every gate meets its fault in a scratch copy, and nothing of the user's own is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.config import BUILT_IN
from laneshift.gates.faults import contracts as contract_faults
from laneshift.gates.faults.scene import Planted, Scene
from laneshift.gates.sandbox import Limits
from laneshift.gates.waivers import NONE
from laneshift.lanes.model import Lanes
from laneshift.runs.doctor import gates as doctor
from laneshift.runs.doctor.gates import Proof, Proofs, prove
from tests.gates.web import APP, SETTINGS
from tests.repo.builders import repo_at
from tests.toy import QUICK, laneshift, records, refs, shop_at, toy, work_files

ONE_WAY = QUICK.replace('may_import = ["core", "labs"]', 'may_import = ["core"]')


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("doctor") / "toy"
    return toy(path, {"core/web.py": APP, "laneshift.toml": ONE_WAY + SETTINGS})


@pytest.fixture(scope="module")
def proved(mine: Path) -> dict[str, Proof]:
    before = refs(mine), work_files(mine)
    proofs = prove(shop_at(mine))
    assert (refs(mine), work_files(mine)) == before
    assert records(mine) == []
    assert proofs.holds
    return {proof.gate: proof for proof in proofs.gates}


@pytest.mark.parametrize("gate", [*BUILT_IN, "no-breakpoint"])
def test_every_gate_catches_its_fault_and_lets_a_sound_change_pass(gate: str, proved: dict[str, Proof]) -> None:
    # What is red without its fault counts as not planted, so this shows both.
    assert proved[gate].outcome == "caught", proved[gate]


def test_a_command_without_a_declared_fault_is_told(proved: dict[str, Proof]) -> None:
    assert proved["undeclared"].outcome == "not planted"
    assert "[gates.undeclared.fault]" in proved["undeclared"].why


def test_a_broken_contract_is_a_fault_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contract = "[importlinter]\nroot_package = core\n[importlinter:contract:a]\nname = a\ntype = independence\n"
    contract += "modules =\n    core.app\n    core.other\n"
    path = toy(tmp_path / "toy", {"core/other.py": "X = 1\n", ".importlinter": contract, "laneshift.toml": ONE_WAY})
    seen = doctor.gates_of(shop_at(path).settings(shop_at(path).repository.tree("HEAD")))
    monkeypatch.setattr(doctor, "gates_of", lambda settings: tuple(gate for gate in seen if gate.id == "lanes"))
    by_lane, by_contract = prove(shop_at(path)).gates
    assert (by_lane.outcome, by_contract.outcome) == ("caught", "caught")
    assert "across lanes" in by_lane.fault
    assert "contract 'a'" in by_contract.fault
    monkeypatch.setattr("laneshift.gates.lanes.new_breaches", lambda *_: ())
    assert [proof.outcome for proof in prove(shop_at(path)).gates] == ["caught", "missed"]


CIRCLES = "[importlinter]\nroot_package = core\n[importlinter:contract:a]\nname = round\ntype = acyclic_siblings\n"


def test_a_circle_of_siblings_is_planted_where_a_contract_forbids_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"core/deep/{name}/__init__.py": "" for name in ("one", "two")} | {"core/deep/__init__.py": ""}
    contract = f"{CIRCLES}ancestors =\n    core.deep\n"
    path = toy(tmp_path / "toy", {**files, ".importlinter": contract, "laneshift.toml": ONE_WAY})
    seen = doctor.gates_of(shop_at(path).settings(shop_at(path).repository.tree("HEAD")))
    monkeypatch.setattr(doctor, "gates_of", lambda settings: tuple(gate for gate in seen if gate.id == "lanes"))
    [_, proof] = prove(shop_at(path)).gates
    assert proof.outcome == "caught"
    assert "core/deep/one/__init__.py imports core.deep.two and core/deep/two/__init__.py imports" in proof.fault


@pytest.mark.parametrize(
    ("options", "planted"),
    [
        ("ancestors =\n    core\ndepth = 0\n", False),
        ("ancestors =\n    core\ndepth = 1\n", True),
        ("ancestors =\n    core\nskip_descendants =\n    core.deep\n", False),
        ("ancestors =\n    core.deep\nignore_imports =\n    core.deep.one -> core.deep.two\n", False),
    ],
)
def test_a_circle_is_planted_only_where_the_contract_looks(options: str, planted: bool, tmp_path: Path) -> None:
    files = {f"core/deep/{name}.py": "X = 1\n" for name in ("one", "two")} | {"core/deep/__init__.py": ""}
    path = tmp_path / "repo"
    repo_at(path, {**files, "core/__init__.py": "", ".importlinter": CIRCLES + options})
    repository = shop_at(path).repository
    tree = repository.tree("HEAD")
    settings = shop_at(path).settings(tree)
    found = contract_faults.plant(Scene(tree, settings, Lanes.of(settings.lanes), (), Limits(60)))
    assert isinstance(found, Planted) is planted, found


def test_what_cannot_be_planted_is_told_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "bare"
    repo_at(path, {"notes/readme.md": "nothing here\n"})
    proofs = prove(shop_at(path))
    assert {proof.outcome for proof in proofs.gates} == {"not planted"}
    assert all(proof.why for proof in proofs.gates)
    assert not proofs.holds


def test_a_missed_fault_is_a_failure_whatever_else_was_caught() -> None:
    caught, missed = Proof("a", "caught", "x", "y"), Proof("b", "missed", "x", "y")
    assert Proofs((caught,), NONE).holds
    assert not Proofs((caught, missed), NONE).holds
    assert not Proofs((), NONE).holds


def test_a_gate_that_sees_nothing_misses(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = doctor.gates_of(shop_at(mine).settings(shop_at(mine).repository.tree("HEAD")))
    [logs] = [gate for gate in seen if gate.id == "logs"]
    monkeypatch.setattr("laneshift.gates.handlers.tells", lambda body, names: True)
    monkeypatch.setattr(doctor, "gates_of", lambda settings: (logs,))
    proofs = prove(shop_at(mine))
    assert [proof.outcome for proof in proofs.gates] == ["missed"]
    assert not proofs.holds


def test_the_command_shows_it_and_exits_with_1_when_nothing_was_shown(tmp_path: Path) -> None:
    path = tmp_path / "bare"
    repo_at(path, {"notes/readme.md": "nothing here\n"})
    done = laneshift(path, "doctor", "--gates", "--json")
    assert done.code == 1
    assert done.data["status"] == "fail"
    assert {each["gate"] for each in done.data["gates"]} == set(BUILT_IN)
