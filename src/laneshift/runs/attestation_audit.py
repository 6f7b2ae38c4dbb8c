"""Verify, for attestations: signed by a key that counted then, and saying what the journal says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from laneshift import __version__
from laneshift.errors import LaneshiftError
from laneshift.evidence.attestations.dsse import IN_TOTO
from laneshift.evidence.attestations.sigstore_bundle import read_bundle
from laneshift.evidence.attestations.statement import Statement, read_statement
from laneshift.evidence.keys.port import Ring
from laneshift.evidence.records import Record
from laneshift.runs.attested import Draft
from laneshift.runs.attesting import MADE, key_of, wanted_of
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Attested:
    """What was found, and how many attestations held."""

    findings: tuple[str, ...]
    held: int


def audit_attestations(shop: Workshop, plan: Plan, records: Sequence[Record]) -> Attested:
    """Check every attestation of the landings of `plan`. `records` are the whole journal, known to be sound."""
    made = [record for record in records if record.kind == MADE and record.facts.get("plan") == plan.id]
    landings = [record for record in records if record.kind == "land.recorded" and record.facts["plan"] == plan.id]
    findings: list[str] = []
    held = 0
    for landing in landings:
        mine: dict[str, list[Record]] = {}
        for record in made:
            if record.facts.get("tip") == landing.facts["tip"]:
                mine.setdefault(str(record.facts.get("attestation")), []).append(record)
        found = dict(_landing(shop, plan, landing, mine)) if mine else {}
        held += len(mine.keys() - found.keys())
        findings += found.values()
    return Attested(tuple(findings), held)


def statement_of(shop: Workshop, record: Record) -> Statement:
    """What an attestation on record says, once its signature was checked.

    Raises `CheckFailed` for evidence that is gone and signatures that do not count, `ValueError` for a malformed one.
    """
    return statement_in(shop.store.get(str(record.facts["bundle"])), record, shop.ring)


def statement_in(bundle: bytes, record: Record, ring: Ring) -> Statement:
    """What the bundle says that `record` speaks of, once its signature by `ring` was checked. Raises as above."""
    envelope = read_bundle(bundle)
    if envelope.payload_type != IN_TOTO:
        raise ValueError(f"the payload is {envelope.payload_type}")
    if envelope.key_id != record.facts.get("key"):
        raise ValueError(f"it is signed by {envelope.key_id}, and the journal says {record.facts.get('key')}")
    envelope.hold(ring, record.at)
    return read_statement(envelope.payload)


def _landing(
    shop: Workshop, plan: Plan, landing: Record, mine: Mapping[str, Sequence[Record]]
) -> Iterator[tuple[str, str]]:
    """By name, what is wrong with the attestations of one landing."""
    wanted: dict[str, Draft] = {}
    if landing.tool == __version__:
        try:
            wanted = {each.name: each for each in wanted_of(shop, plan, landing)}
        except LaneshiftError as error:
            tip = str(landing.facts["tip"])[:12]
            yield "", f"what the attestations of {tip} should say is lost: {error.what}"
            return
    for name in sorted(wanted.keys() - mine.keys()):
        yield name, f"{key_of(landing, name)}: is missing, and others of the landing are there [attestations.missing]"
    for name, records in mine.items():
        faults = [_fault(shop, record, wanted, name) for record in records]
        if all(faults):
            yield name, faults[-1]


def _fault(shop: Workshop, record: Record, wanted: Mapping[str, Draft], name: str) -> str:
    """Why an attestation does not count, or empty. One of several that counts is enough: a new key signed again."""
    where = f"record {record.seq} ({record.key})"
    try:
        said = statement_of(shop, record)
    except (LaneshiftError, ValueError) as error:
        return f"{where}: does not count: {error} [attestations.refused]"
    if wanted and (name not in wanted or wanted[name].statement.payload() != said.payload()):
        return f"{where}: does not say what the journal says [attestations.forged]"
    return ""
