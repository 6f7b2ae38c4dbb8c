"""The modules of the matrix as they are in a tree: which of them were attested like that, and whether that counts."""

from __future__ import annotations

from dataclasses import dataclass

from laneshift.errors import LaneshiftError
from laneshift.evidence.attestations.predicates import PROVENANCE
from laneshift.evidence.attestations.statement import Subject
from laneshift.evidence.canonical import Json
from laneshift.evidence.records import Record
from laneshift.repo.objects import Tree
from laneshift.runs.attestation_audit import statement_of
from laneshift.runs.attested import module_subject
from laneshift.runs.attesting import MADE
from laneshift.runs.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Audited:
    """One module. `why` is empty where an attestation of it, as it is, counts; `key` made the last one."""

    path: str
    attested: bool
    why: str
    key: str = ""


def audit_matrix(shop: Workshop, tree: Tree) -> list[Audited]:
    """Every module of the matrix in the settings of `tree`, in their order.

    Raises `CheckFailed` when the journal was changed: what it says of attestations means nothing then.
    """
    matrix = dict.fromkeys(shop.settings(tree).attestations.matrix)
    records = shop.journal.records(kind=MADE)
    return [_audited(shop, tree, path, records) for path in matrix]


def _audited(shop: Workshop, tree: Tree, path: str, records: list[Record]) -> Audited:
    subject = module_subject(tree, path)
    if subject is None:
        return Audited(path, attested=False, why="the tree does not have it")
    mine = [record for record in records if _is_about(record, path, subject)]
    if not mine:
        older = any(record.facts.get("attestation") == f"module/{path}" for record in records)
        why = "it was attested, and has changed since" if older else "no landing attested it"
        return Audited(path, attested=False, why=why)
    why = ""
    for record in reversed(mine):
        why = _why_not(shop, record, subject)
        if not why:
            return Audited(path, attested=True, why="", key=str(record.facts["key"]))
    return Audited(path, attested=True, why=why, key=str(mine[-1].facts["key"]))


def _is_about(record: Record, path: str, subject: Subject) -> bool:
    said: Json = record.facts.get("subject")
    return record.facts.get("attestation") == f"module/{path}" and said == subject.as_json()


def _why_not(shop: Workshop, record: Record, subject: Subject) -> str:
    """Why an attestation does not count, or empty."""
    try:
        said = statement_of(shop, record)
    except (LaneshiftError, ValueError) as error:
        return f"record {record.seq}: {error}"
    if said.predicate_type != PROVENANCE or [each.as_json() for each in said.subjects] != [subject.as_json()]:
        return f"record {record.seq}: it is about something else"
    return ""
