"""The canary: which items go first, and what became of them. Its result has no times, so it has one digest anywhere."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from laneshift.errors import CheckFailed
from laneshift.evidence.canonical import canonical
from laneshift.rollout.bound import upper_bound
from laneshift.rollout.canary import canary, quotas
from laneshift.rollout.pins import pins_digest
from laneshift.rollout.stages import pauses
from laneshift.runs.plan import Plan
from laneshift.runs.staging import candidates
from laneshift.runs.state import BatchState
from laneshift.runs.workshop import Workshop

TYPE = "laneshift/canary/v1"
_SETTLED = frozenset({"ready-to-land", "landed", "verified", "held", "quarantined"})
_DIGITS = Decimal("0.000001")


@dataclass(frozen=True)
class Canary:
    """One canary that ended. `result` is the digest of `document`; `seconds` are those that it took."""

    key: str
    result: str
    ok: bool
    bad: int
    done: int
    seconds: float
    document: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Everything about the canary, as plain data."""
        told = {"result": self.result, "ok": self.ok, "seconds": self.seconds}
        return {"canary": self.key, **told, **self.document, "plan": self.key.partition("/")[0]}


def begun(shop: Workshop, plan: Plan, state: BatchState, size: Decimal | None) -> Mapping[str, Any]:
    """Record that a canary begins, with its items. Raises `CheckFailed` (`canary.nothing-checked`) when it has none."""
    share = shop.settings(shop.repository.tree(plan.base)).rollout.canary if size is None else size
    found = candidates(plan.items)
    items = canary(found, share)
    if not items:
        raise CheckFailed(
            "canary.nothing-checked",
            f"{plan.id} has no item to run, so a canary would check nothing",
            cure=f"laneshift inspect {plan.id}",
        )
    attempt = state.canary_attempt + 1
    key = f"{plan.id}/canary-{attempt}"
    facts = {"plan": plan.id, "key": key, "attempt": attempt, "size": str(share), "items": list(items)}
    return shop.journal.append(f"{key}/started", "canary.started", facts).facts


class CanarySteps:
    """The end of one plan's canary."""

    def __init__(self, shop: Workshop, plan: Plan) -> None:
        self._shop = shop
        self._plan = plan

    def ended(self, argument: Mapping[str, Any]) -> dict[str, Any]:
        """Record what the canary found, then that it ended. A canary that was stopped has found nothing."""
        shop, key, outcome = self._shop, argument["key"], dict(argument["outcome"])
        if outcome["result"] != "stopped":
            began = next(iter(shop.journal.records(kind="canary.started", prefix=f"{key}/")))
            state = shop.state(self._plan)
            limit = shop.settings(shop.repository.tree(self._plan.base)).rollout.max_failure_rate
            found = _result(self._plan, state, began.facts, outcome, _gates(shop, self._plan, began.facts["items"]))
            done, bad = int(found["done"]), int(found["bad"])
            facts = {
                "plan": self._plan.id,
                "size": began.facts["size"],
                "items": began.facts["items"],
                "result": shop.store.put(canonical(found), durable=True),
                "bad": bad,
                "done": done,
                "ok": not pauses(bad, done, limit) and _fits_together(found["combined"]),
            }
            shop.journal.append(f"{key}/recorded", "canary.recorded", facts, durable=True)
        told = {"plan": self._plan.id, "result": outcome["result"], "outcome": shop.store.put(canonical(outcome))}
        shop.journal.append(f"{key}/ended", "canary.ended", told)
        return {name: outcome[name] for name in ("result", "error") if name in outcome}


def canary_of(shop: Workshop, plan: Plan, key: str) -> Canary:
    """The canary that was recorded under `key`. Raises `CheckFailed` when there is none, or its result is gone."""
    records = {record.kind: record for record in shop.journal.records(prefix=f"{key}/")}
    recorded = records.get("canary.recorded")
    if recorded is None:
        raise CheckFailed("canary.nothing-checked", f"the canary of {plan.id} has no result", cure="laneshift canary")
    facts, seconds = recorded.facts, (recorded.at - records["canary.started"].at) / 1000
    document = json.loads(shop.store.get(facts["result"]))
    return Canary(key, facts["result"], facts["ok"], facts["bad"], facts["done"], seconds, document)


def _result(
    plan: Plan, state: BatchState, facts: Mapping[str, Any], outcome: Mapping[str, Any], gates: Mapping[str, Any]
) -> dict[str, Any]:
    """What the canary found, as plain data without a time or a machine in it."""
    found = candidates(plan.items)
    counts = Counter(each.stratum for each in found)
    members = [plan.item(item) for item in facts["items"]]
    states = {item.id: state.items[item.id].state for item in members}
    done = sum(each in _SETTLED for each in states.values())
    bad = sum(each == "quarantined" for each in states.values())
    bound = Decimal(upper_bound(bad, done)).quantize(_DIGITS, ROUND_CEILING)
    seats = quotas(found, Decimal(facts["size"]))
    return {
        "type": TYPE,
        "plan": plan.digest,
        "pins": pins_digest(plan.pins),
        "size": facts["size"],
        "strata": [{"stratum": name, "items": counts[name], "quota": quota} for name, quota in seats.items()],
        "items": [
            {"item": i.id, "stratum": i.stratum, "state": states[i.id], "files": i.files, "edits": i.edits}
            for i in members
        ],
        "gates": dict(gates),
        "done": done,
        "bad": bad,
        "bound": str(bound),
        "combined": _combined(outcome),
    }


def _combined(outcome: Mapping[str, Any]) -> dict[str, Any]:
    """How the items fared together: the part of a landing's outcome that is the same wherever it is computed."""
    return {
        "result": outcome["result"],
        "tree": outcome["train"]["tree"] if "train" in outcome else "",
        "blamed": list(outcome.get("blamed", ())),
        "culprits": list(outcome.get("culprits", ())),
        "dropped": [list(dropped) for dropped in outcome.get("dropped", ())],
    }


def _fits_together(combined: Mapping[str, Any]) -> bool:
    """Whether the combined test holds nothing against the items; where nothing changes, there is nothing to combine."""
    return combined["result"] in ("green", "nothing") and not combined["dropped"]


def _gates(shop: Workshop, plan: Plan, items: Sequence[str]) -> dict[str, dict[str, int]]:
    """How often each gate gave each verdict, by the last `gates` step of each item."""
    last = {
        record.facts["item"]: record.facts["notes"]
        for record in shop.journal.records(kind="step.ended", prefix=f"{plan.id}/")
        if record.facts["step"] == "gates" and record.facts["item"] in items
    }
    return _counted(json.loads(shop.store.get(notes))["facts"] for notes in last.values())


def _counted(verdicts: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """Verdicts of one item after another, counted by gate. A step that crashed gave none."""
    counts: dict[str, Counter[str]] = {}
    for facts in verdicts:
        for gate, verdict in facts.items():
            if gate not in ("code", "type"):
                counts.setdefault(gate, Counter())[str(verdict)] += 1
    return {gate: dict(sorted(found.items())) for gate, found in sorted(counts.items())}
