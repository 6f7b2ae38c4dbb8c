"""Landings attest what landed, in forms that others read; verify finds what is forged, missing or not believed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from laneshift.evidence.attestations.dsse import Envelope, signed
from laneshift.evidence.attestations.predicates import PROVENANCE, SUMMARY, TEST_RESULT
from laneshift.evidence.attestations.sigstore_bundle import bundled, read_bundle
from laneshift.evidence.canonical import digest_of
from laneshift.evidence.records import Record
from laneshift.repo.archive import archive_digest
from laneshift.runs import working
from laneshift.runs.attestation_audit import Attested, audit_attestations
from laneshift.runs.attesting import MADE, attest
from laneshift.runs.plan import Plan
from laneshift.runs.working import Landing
from laneshift.runs.workshop import Workshop
from tests.evidence.attestations.published import conforms
from tests.evidence.attestations.ring import MemoryRing
from tests.monorepo import BATCH
from tests.toy import QUICK, copy_of, planned, shop_at, toy

_MATRIX = (
    '\n[attestations]\nmatrix = ["core", "core/geometry", "core/app.py", "nowhere"]\nbuilder = "urn:example:lander"\n'
)
_NAMES = {"item/labs.shapes", "item/labs.report", "module/core", "module/core/geometry", "module/core/app.py"}
_NAMES |= {"gates", "tests", "summary"}


@pytest.fixture(scope="module")
def landed(ready_toy: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, MemoryRing]:
    """The toy with two items landed and attested, and the ring that did it. Take a copy."""
    path, ring = tmp_path_factory.mktemp("attested") / "repo", MemoryRing()
    toy(path, {"laneshift.toml": QUICK.replace("[tests", _MATRIX + "\n[tests", 1)}, warm=ready_toy)
    working.run(shop_at(path), planned(path, BATCH), workers=1)
    shop = replace(shop_at(path), ring=ring)
    assert working.land(shop, shop.plans.load("batch"), Landing())["result"] == "landed"
    shop.journal.close()
    return path, ring


@pytest.fixture
def shop(landed: tuple[Path, MemoryRing], tmp_path: Path) -> Workshop:
    path, ring = landed
    return replace(shop_at(copy_of(path, tmp_path / "repo")), ring=ring)


def _plan(shop: Workshop) -> Plan:
    return shop.plans.load("batch")


def _made(shop: Workshop) -> dict[str, Record]:
    return {str(record.facts["attestation"]): record for record in shop.journal.records(kind=MADE)}


def _envelope(shop: Workshop, name: str) -> Envelope:
    return read_bundle(shop.store.get(str(_made(shop)[name].facts["bundle"])))


def _audit(shop: Workshop) -> Attested:
    return audit_attestations(shop, _plan(shop), shop.journal.records())


def test_items_modules_tests_and_what_was_verified_are_attested(shop: Workshop) -> None:
    assert set(_made(shop)) == _NAMES
    assert _audit(shop) == Attested((), len(_NAMES))


def test_each_statement_is_what_the_published_definitions_say(shop: Workshop) -> None:
    kinds = {name: json.loads(_envelope(shop, name).payload)["predicateType"] for name in _NAMES}
    assert kinds.pop("tests") == TEST_RESULT
    assert kinds.pop("gates") == TEST_RESULT
    assert kinds.pop("summary") == SUMMARY
    assert set(kinds.values()) == {PROVENANCE}
    for name in _NAMES:
        assert conforms(_envelope(shop, name).payload)


def test_the_definitions_do_refuse(shop: Workshop) -> None:
    fields = json.loads(_envelope(shop, "summary").payload)
    fields["predicate"]["verifier"]["colour"] = "red"
    with pytest.raises(Exception, match="colour"):
        conforms(json.dumps(fields).encode())


def test_what_is_said_is_what_happened(shop: Workshop) -> None:
    landing = shop.journal.records(kind="land.recorded")[-1].facts
    tree = shop.repository.tree(landing["tip"])
    item = json.loads(_envelope(shop, "item/labs.report").payload)
    assert item["subject"][0]["digest"] == {"gitCommit": landing["tip"], "gitTree": landing["tree"]}
    predicate = conforms(_envelope(shop, "item/labs.report").payload)
    assert predicate["buildDefinition"]["resolvedDependencies"][0]["digest"]["gitCommit"] == landing["base"]
    assert predicate["runDetails"]["builder"]["id"] == "urn:example:lander"
    module = json.loads(_envelope(shop, "module/core").payload)["subject"][0]
    assert module["digest"]["sha256"] == archive_digest(tree, "core")
    assert module["digest"]["gitTree"] == tree.folder("")["core"].oid
    tests = conforms(_envelope(shop, "tests").payload)
    assert tests["result"] == "PASSED"
    assert "tests/test_app.py::test_run" in tests["passedTests"]
    gates = conforms(_envelope(shop, "gates").payload)
    assert gates["result"] == "PASSED"
    assert {"labs.report: imports", "labs.report: self-report", "labs.shapes: smoke"} <= set(gates["passedTests"])
    assert not any(told.endswith(": routes") for told in gates["passedTests"])
    said = conforms(_envelope(shop, "summary").payload)
    assert not any(level.startswith("SLSA_BUILD_LEVEL_") and level[-1].isdigit() for level in said["verifiedLevels"])
    inputs = {each["uri"]: each["digest"]["sha256"] for each in said["inputAttestations"]}
    assert inputs == {
        name: digest_of(_envelope(shop, name).payload).removeprefix("sha256:") for name in _NAMES - {"summary"}
    }


def test_making_them_again_adds_nothing(shop: Workshop) -> None:
    before = len(shop.journal.records())
    assert attest(shop, _plan(shop), shop.journal.records(kind="land.recorded")[-1]) == len(_NAMES)
    assert len(shop.journal.records()) == before


def test_without_a_key_nothing_is_made_and_nothing_is_missed(landed: tuple[Path, MemoryRing], tmp_path: Path) -> None:
    bare = shop_at(copy_of(landed[0], tmp_path / "bare"))
    assert attest(bare, _plan(bare), bare.journal.records(kind="land.recorded")[-1]) == 0


def _with(shop: Workshop, name: str, bundle: bytes) -> Attested:
    """The audit of a journal whose record of one attestation speaks of another bundle."""
    digest = shop.store.put(bundle)
    records = [
        replace(record, facts={**record.facts, "bundle": digest}) if record.facts.get("attestation") == name else record
        for record in shop.journal.records()
    ]
    return audit_attestations(shop, _plan(shop), records)


def test_forgeries_are_named(shop: Workshop) -> None:
    good, other = _envelope(shop, "item/labs.report"), _envelope(shop, "item/labs.shapes")
    stranger = signed(good.payload, MemoryRing(key_id=good.key_id))
    edited = replace(good, payload=good.payload.replace(b"labs.report", b"labs.shapes"))
    for forged, told in (
        (bundled(stranger), "does not count"),
        (bundled(edited), "does not count"),
        (bundled(other), "does not say what the journal says"),
        (b"nonsense", "does not count"),
    ):
        found = _with(shop, "item/labs.report", forged)
        assert found.held == len(_NAMES) - 1
        assert len(found.findings) == 1
        assert "item/labs.report" in found.findings[0]
        assert told in found.findings[0]


def test_one_of_them_left_out_is_missed(shop: Workshop) -> None:
    records = [record for record in shop.journal.records() if record.facts.get("attestation") != "tests"]
    found = audit_attestations(shop, _plan(shop), records)
    assert found.held == len(_NAMES) - 1
    assert "attestations.missing" in found.findings[0]


def test_a_revoked_key_counts_for_nothing(shop: Workshop) -> None:
    ring = shop.ring
    assert isinstance(ring, MemoryRing)
    ring.revoked = True
    try:
        found = _audit(shop)
    finally:
        ring.revoked = False
    assert (found.held, len(found.findings)) == (0, len(_NAMES))
