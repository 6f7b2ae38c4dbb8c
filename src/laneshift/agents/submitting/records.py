"""What became of submissions, as the journal tells it: facts without any text of the submission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from laneshift.agents.submitting.submission import Judged
from laneshift.code.codemods.records import Codemod
from laneshift.errors import Refused
from laneshift.evidence.canonical import canonical, digest, parse
from laneshift.evidence.port import JournalPort
from laneshift.evidence.records import Record

KIND = "submission.judged"
_DIGITS = 12
_MOST = 50


@dataclass(frozen=True, slots=True)
class Kept:
    """A submission that is kept. `codemod` is None for a suggestion, which no plan ever takes."""

    id: str
    plan: str
    pack: str
    agent: str
    email: str
    commit: str
    branch: str
    codemod: Codemod | None


def id_of(plan: str, pack: str, agent: str, commit: str) -> str:
    """The name of an accepted submission: the same work of the same agent for the same pack has the same one."""
    told = digest({"plan": plan, "pack": pack, "agent": agent, "commit": commit})
    return f"s-{told.removeprefix('sha256:')[:_DIGITS]}"


def item_of(record: str) -> str:
    """The id of the item that a plan of this submission has."""
    return f"submission.{record.replace('-', '_')}"


def note(journal: JournalPort, judged: Judged, email: str, codemod: Codemod | None, evidence: str) -> Record:
    """Put a verdict on record, by the agent. `evidence` is the digest of all that was told."""
    given = judged.submission
    prefix = f"{given.plan}/submissions/{given.pack}/"
    facts: dict[str, Any] = {
        "plan": given.plan,
        "pack": given.pack,
        "agent": given.agent,
        "email": email,
        "claim": given.claim,
        "commit": given.commit,
        "accepted": judged.accepted,
        "suggested": judged.suggested,
        "branch": judged.branch,
        "record": judged.record,
        "codemod": canonical(codemod.as_json()).decode() if codemod is not None else "",
        "objections": [{"code": each.code, "path": each.path, "line": each.line} for each in judged.objections[:_MOST]],
        "left_out": max(len(judged.objections) - _MOST, 0),
        "unchecked": [each.partition(":")[0] for each in judged.unchecked[:_MOST]],
        "evidence": evidence,
    }
    for number in range(len(journal.records(kind=KIND, prefix=prefix)) + 1, 1 << 31):
        record = journal.append(f"{prefix}{number}", KIND, facts, durable=True, actor=given.agent)
        if record.facts["evidence"] == evidence:
            return record
    raise AssertionError("no journal has so many records")


def accepted(journal: JournalPort, prefix: str = "") -> list[Kept]:
    """Every accepted submission, oldest first; of one plan and pack where `prefix` says so."""
    return [kept for kept in _all(journal, prefix) if kept.codemod is not None]


def last_of(journal: JournalPort, plan: str, pack: str) -> Kept | None:
    """What was accepted of a pack, the last where there are several; None before anything was."""
    return next(reversed(accepted(journal, f"{plan}/submissions/{pack}/")), None)


def suggested(journal: JournalPort, prefix: str = "") -> list[Kept]:
    """Every suggestion, oldest first."""
    return [kept for kept in _all(journal, prefix) if kept.codemod is None]


def _all(journal: JournalPort, prefix: str) -> list[Kept]:
    found = journal.records(kind=KIND, prefix=prefix or None)
    return [_kept(record.facts) for record in found if record.facts["accepted"] or record.facts["suggested"]]


def find(journal: JournalPort, record: str) -> Kept:
    """The submission that is kept under this id. Raises `Refused` (`submissions.unknown`) where there is none."""
    for each in reversed(_all(journal, "")):
        if each.id == record:
            return each
    cure = "laneshift agent status lists what was accepted"
    raise Refused("submissions.unknown", f"no submission {record[:60]!r} was accepted", cure=cure)


def _kept(facts: Mapping[str, Any]) -> Kept:
    told = str(facts["codemod"])
    plain = parse(told.encode()) if told else None
    codemod = Codemod.from_json(plain) if isinstance(plain, dict) else None
    return Kept(
        id=str(facts["record"]),
        plan=str(facts["plan"]),
        pack=str(facts["pack"]),
        agent=str(facts["agent"]),
        email=str(facts["email"]),
        commit=str(facts["commit"]),
        branch=str(facts["branch"]),
        codemod=codemod,
    )
