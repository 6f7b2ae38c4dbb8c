"""Which attestations a landing deserves, and what each of them says: all of it from the journal and the landed tree.

Made again from the same records they are the same bytes, so that verify need not believe what was signed: it compares.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from laneshift.config.evidence import Attestations
from laneshift.evidence.attestations.predicates import Made, provenance, summary, test_result
from laneshift.evidence.attestations.statement import Statement, Subject
from laneshift.evidence.canonical import Json, digest, digest_of
from laneshift.evidence.records import Record
from laneshift.repo.archive import archive_digest
from laneshift.repo.folders import MODE_FOLDER
from laneshift.repo.objects import Tree
from laneshift.runs.plan import Plan

_SHA = "sha256:"


@dataclass(frozen=True)
class Landing:
    """One landing as it is on record. `details` is what a replay needs, `outcomes` the suite's result by test id.

    `suite` is None where an older plan had this very tree tested, and its record is not at hand.
    """

    plan: Plan
    record: Record
    details: Mapping[str, Any]
    suite: Record | None
    outcomes: Mapping[str, str]
    settled: Mapping[str, Record]
    """The last record that settled each landed item."""
    gates: Mapping[str, Mapping[str, str]]
    """By landed item, the verdict of each gate in its last run."""
    started: int

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the journal says of it."""
        return self.record.facts

    @property
    def whole(self) -> Subject:
        """The landed commit and its tree."""
        return Subject(self.plan.target, {"gitCommit": self.facts["tip"], "gitTree": self.facts["tree"]})


@dataclass(frozen=True)
class Draft:
    """One attestation, not signed yet. `name` tells it from the others of its landing."""

    name: str
    statement: Statement


def drafts(landing: Landing, tree: Tree, wanted: Attestations) -> list[Draft]:
    """Every attestation of a landing whose tree is `tree`: its items, its tests, modules, and what was verified."""
    found = [*_items(landing, wanted), *_gates(landing), *_tests(landing), *_modules(landing, tree, wanted)]
    return [*found, _summary(landing, wanted, found)]


def module_subject(tree: Tree, path: str) -> Subject | None:
    """A module of the matrix: its id in git and the digest of its archive; None where the tree does not have it."""
    parent, _, name = path.rpartition("/")
    entry = tree.folder(parent).get(name)
    if entry is None:
        return None
    kind = "gitTree" if entry.mode == MODE_FOLDER else "gitBlob"
    folder = tree if kind == "gitTree" else None
    content = archive_digest(folder, path) if folder else digest_of(tree.read(path)).removeprefix(_SHA)
    return Subject(path, {kind: entry.oid, "sha256": content})


def _made(landing: Landing, wanted: Attestations, parameters: dict[str, Json], evidence: Sequence[Subject]) -> Made:
    facts, plan = landing.facts, landing.plan
    inner = {"plan": plan.id, "settings": plan.settings_digest, "rules": landing.details["rules"]}
    base = Subject(plan.target, {"gitCommit": facts["base"], "gitTree": facts["base_tree"]})
    invocation, started = str(facts["key"]), landing.started
    return Made(
        wanted.builder, landing.record.tool, invocation, started, landing.record.at, parameters, inner, base, evidence
    )


def _items(landing: Landing, wanted: Attestations) -> Iterator[Draft]:
    for intent, coupled in zip(landing.details["intents"], landing.details["trees"], strict=True):
        item = coupled["item"]
        subject = Subject(item, {"gitCommit": coupled["commit"], "gitTree": coupled["tree"]})
        parameters = {"batch": landing.plan.batch, "item": item, "intent": intent}
        settled = landing.settled.get(item)
        evidence = str(settled.facts["evidence"]).removeprefix(_SHA) if settled else ""
        steps = [Subject("steps", {"sha256": evidence})] if evidence else []
        made = _made(landing, wanted, parameters, [*steps, *_suite_evidence(landing)])
        yield Draft(f"item/{item}", provenance([subject], made))


def _modules(landing: Landing, tree: Tree, wanted: Attestations) -> Iterator[Draft]:
    for path in dict.fromkeys(wanted.matrix):
        subject = module_subject(tree, path)
        if subject is not None:
            parameters: dict[str, Json] = {"batch": landing.plan.batch, "module": path}
            made = _made(landing, wanted, parameters, [landing.whole, *_suite_evidence(landing)])
            yield Draft(f"module/{path}", provenance([subject], made))


def _gates(landing: Landing) -> Iterator[Draft]:
    """What every gate said of every item; one that does not apply to an item says nothing of it."""
    verdicts: dict[str, list[str]] = {}
    for item, gates in landing.gates.items():
        for gate, verdict in gates.items():
            verdicts.setdefault(verdict, []).append(f"{item}: {gate}")
    if verdicts:
        seen = digest({item: dict(gates) for item, gates in landing.gates.items()}).removeprefix(_SHA)
        failed = [*verdicts.get("failed", ()), *verdicts.get("errored", ())]
        passed, waived = verdicts.get("passed", []), verdicts.get("waived", [])
        yield Draft(
            "gates", test_result([landing.whole], passed, waived, failed, Subject("verdicts", {"sha256": seen}))
        )


def _tests(landing: Landing) -> Iterator[Draft]:
    if landing.suite is None:
        return
    facts = landing.suite.facts
    warned = {*facts["flaky"], *facts["on_base"]}
    passed = [test for test, outcome in landing.outcomes.items() if outcome == "passed" and test not in warned]
    log = Subject("log", {"sha256": str(facts["log"]).removeprefix(_SHA)})
    yield Draft("tests", test_result([landing.whole], passed, sorted(warned), sorted(facts["blamed"]), log))


def _summary(landing: Landing, wanted: Attestations, found: Sequence[Draft]) -> Draft:
    inputs = {each.name: digest_of(each.statement.payload()) for each in found}
    policy = landing.plan.settings_digest
    said = summary([landing.whole], wanted.builder, landing.record.at, landing.plan.target, policy, inputs)
    return Draft("summary", said)


def _suite_evidence(landing: Landing) -> Iterator[Subject]:
    if landing.suite is not None:
        yield Subject("suite", {"sha256": digest(dict(landing.suite.facts)).removeprefix(_SHA)})
