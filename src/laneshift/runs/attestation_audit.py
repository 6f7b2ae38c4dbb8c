"""Verify, for attestations: signed by a key that counted then, and saying what the journal says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from laneshift import __version__
from laneshift.errors import LaneshiftError
from laneshift.evidence.attestations.dsse import IN_TOTO, Envelope
from laneshift.evidence.attestations.sigstore_bundle import read_bundle
from laneshift.evidence.attestations.statement import Statement, read_statement
from laneshift.evidence.records import Record
from laneshift.runs.attested import Draft, drafts
from laneshift.runs.attesting import MADE, key_of, landing_of
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
        mine = {record.key: record for record in made if record.facts.get("tip") == landing.facts["tip"]}
        found = list(_landing(shop, plan, landing, mine)) if mine else []
        held += len(mine) - len({name for name, _ in found if name in mine})
        findings += [what for _, what in found]
    return Attested(tuple(findings), held)


def statement_of(shop: Workshop, record: Record) -> Statement:
    """What an attestation on record says, once its signature was checked.

    Raises `CheckFailed` for evidence that is gone and signatures that do not count, `ValueError` for a malformed one.
    """
    envelope = read_bundle(shop.store.get(str(record.facts["bundle"])))
    if envelope.payload_type != IN_TOTO:
        raise ValueError(f"the payload is {envelope.payload_type}")
    _hold(shop, envelope, record)
    return read_statement(envelope.payload)


def _landing(shop: Workshop, plan: Plan, landing: Record, mine: Mapping[str, Record]) -> Iterator[tuple[str, str]]:
    """By journal key, what is wrong with the attestations of one landing."""
    wanted: dict[str, Draft] = {}
    if landing.tool == __version__:
        try:
            tree = shop.repository.tree(str(landing.facts["tree"]))
            settings = shop.settings(tree).attestations
            wanted = {
                key_of(landing, each.name): each for each in drafts(landing_of(shop, plan, landing), tree, settings)
            }
        except LaneshiftError as error:
            yield "", f"what the attestations of {landing.facts['tip'][:12]} should say is lost: {error.what}"
            return
    for key in sorted(wanted.keys() - mine.keys()):
        yield key, f"{key}: is missing, and others of the landing are there [attestations.missing]"
    for key, record in mine.items():
        try:
            said = statement_of(shop, record)
        except (LaneshiftError, ValueError) as error:
            yield key, f"record {record.seq} ({key}): does not count: {error} [attestations.refused]"
            continue
        if wanted and (key not in wanted or wanted[key].statement.payload() != said.payload()):
            yield key, f"record {record.seq} ({key}): does not say what the journal says [attestations.forged]"


def _hold(shop: Workshop, envelope: Envelope, record: Record) -> None:
    if envelope.key_id != record.facts.get("key"):
        raise ValueError(f"it is signed by {envelope.key_id}, and the journal says {record.facts.get('key')}")
    envelope.hold(shop.ring, record.at)
