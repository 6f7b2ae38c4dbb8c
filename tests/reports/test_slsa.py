"""Ten modules, three without an attestation and one with a forged one: 10 / 7 / 6, and never all of it."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from laneshift.errors import Refused
from laneshift.evidence.attestations.dsse import signed
from laneshift.evidence.attestations.predicates import Made, provenance
from laneshift.evidence.attestations.sigstore_bundle import bundled
from laneshift.reports.slsa import Module, Slsa, data, html, markdown, report
from laneshift.runs.attested import module_subject
from laneshift.runs.attesting import MADE
from laneshift.runs.matrix_audit import Audited, audit_matrix
from laneshift.runs.workshop import Workshop
from tests.evidence.attestations.ring import MemoryRing
from tests.repo.builders import commit_files, git_cli
from tests.toy import laneshift, shop_at

_MODULES = [f"core/m{number}" for number in range(9)] + ["core/single.py"]
_CONFIG = f"[attestations]\nmatrix = {json.dumps(_MODULES)}\n"


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    git_cli(tmp_path, "init", "-q", "-b", "main")
    sources = {f"{path}/__init__.py" if "." not in path else path: f"# {path}\n" for path in _MODULES}
    commit_files(tmp_path, {"laneshift.toml": _CONFIG, **sources})
    return replace(shop_at(tmp_path), ring=MemoryRing())


def _attested(shop: Workshop, path: str, ring: MemoryRing) -> None:
    subject = module_subject(shop.repository.tree("HEAD"), path)
    assert subject is not None
    made = Made("urn:a:b", "1", "run-1", 0, 0, {}, {}, subject)
    bundle = shop.store.put(bundled(signed(provenance([subject], made).payload(), ring)))
    facts = {"attestation": f"module/{path}", "subject": subject.as_json(), "bundle": bundle, "key": ring.key_id}
    shop.journal.append(f"attested/{path}", MADE, facts)


def _audited(shop: Workshop) -> dict[str, Audited]:
    return {each.path: each for each in audit_matrix(shop, shop.repository.tree("HEAD"))}


def _report(shop: Workshop, threshold: float = 100.0) -> Slsa:
    modules = [Module(each.path, each.attested, not each.why, each.why) for each in _audited(shop).values()]
    return report(shop.repository.tree("HEAD").oid, modules, threshold)


@pytest.fixture
def seven(shop: Workshop) -> Workshop:
    """Seven are attested, one of them by a stranger who took our key's name."""
    ring = shop.ring
    assert isinstance(ring, MemoryRing)
    for path in _MODULES[3:9]:
        _attested(shop, path, ring)
    _attested(shop, _MODULES[9], MemoryRing(key_id=ring.key_id))
    return shop


def test_ten_seven_six(seven: Workshop) -> None:
    found = _report(seven)
    assert (len(found.modules), found.attested, found.verified) == (10, 7, 6)
    assert not found.passes
    assert not _report(seven, 60.1).passes
    assert _report(seven, 60.0).passes
    why = {path: each.why for path, each in _audited(seven).items()}
    assert [path for path, reason in why.items() if reason == "no landing attested it"] == _MODULES[:3]
    assert "the signature is not over this" in why["core/single.py"]


def test_a_module_that_changed_since_is_not_attested(seven: Workshop) -> None:
    assert seven.repository.work_dir is not None
    commit_files(seven.repository.work_dir, {"core/m5/new.py": "# new\n"})
    found = _audited(seven)["core/m5"]
    assert (found.attested, found.why) == (False, "it was attested, and has changed since")
    assert _audited(seven)["core/m6"].why == ""


def test_a_module_that_is_gone_counts_against_it(seven: Workshop) -> None:
    assert seven.repository.work_dir is not None
    git_cli(seven.repository.work_dir, "rm", "-rq", "core/m5")
    git_cli(seven.repository.work_dir, "commit", "-qm", "gone")
    found = _report(seven)
    assert (len(found.modules), found.attested, found.verified) == (10, 6, 5)


def test_a_statement_about_another_module_does_not_count(seven: Workshop) -> None:
    ring, tree = seven.ring, seven.repository.tree("HEAD")
    assert isinstance(ring, MemoryRing)
    mine, other = module_subject(tree, "core/m0"), module_subject(tree, "core/m1")
    assert mine is not None
    assert other is not None
    made = Made("urn:a:b", "1", "run-1", 0, 0, {}, {}, other)
    bundle = seven.store.put(bundled(signed(provenance([other], made).payload(), ring)))
    facts = {"attestation": "module/core/m0", "subject": mine.as_json(), "bundle": bundle, "key": ring.key_id}
    seven.journal.append("forged", MADE, facts)
    assert _audited(seven)["core/m0"].why.endswith("it is about something else")


def test_the_data_is_what_its_schema_says(seven: Workshop) -> None:
    schema = json.loads(files("laneshift.reports").joinpath("slsa.schema.json").read_text())
    found = data(_report(seven))
    Draft202012Validator(schema).validate(found)
    assert (found["matrix"], found["attested_percent"], found["verified_percent"]) == (10, "70.0 %", "60.0 %")


def test_pages_say_it_and_nothing_in_them_is_markup() -> None:
    hostile = Module("<script>alert(1)</script>", attested=True, verified=False, why="| *no* |")
    found = report("0" * 40, [hostile], 100.0)
    assert "1 module, 1 attested (100.0 %), 0 verified (0.0 %); 100 % verified are asked for." in html(found)
    assert "<script" not in html(found)
    assert "<script" not in markdown(found)
    assert "*no*" not in markdown(found)


def test_an_empty_matrix_is_an_error() -> None:
    with pytest.raises(Refused, match="no module is named"):
        report("0" * 40, [], 100.0)


def test_the_command_counts_writes_and_fails(seven: Workshop, tmp_path: Path) -> None:
    seven.journal.close()
    done = laneshift(tmp_path, "report", "slsa", "--json", "--out", "docs/audits")
    assert done.code == 1, done.out + done.err
    assert (done.data["matrix"], done.data["attested"], done.data["verified"]) == (10, 7, 0)
    assert json.loads((tmp_path / "docs/audits/slsa.json").read_text())["matrix"] == 10
    assert "<svg" in (tmp_path / "docs/audits/slsa.html").read_text()
    git_cli(tmp_path, "add", "-A")
    (tmp_path / "laneshift.toml").write_text("")
    git_cli(tmp_path, "commit", "-qam", "no matrix")
    done = laneshift(tmp_path, "report", "slsa", "--json")
    assert done.code == 2, done.out + done.err
    assert done.data["error"]["code"] == "report.no-matrix"
