"""One step of one item, as the engine runs it: journalled before and after, cached by its inputs, idempotent."""

from __future__ import annotations

import json
import traceback
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any

from laneshift.config import with_pytest
from laneshift.errors import LaneshiftError, of_machine
from laneshift.evidence.canonical import canonical, digest
from laneshift.evidence.records import Record
from laneshift.gates import judging
from laneshift.repo.memory import Memory
from laneshift.runs.engine import fence
from laneshift.runs.events import Event
from laneshift.runs.failure import is_machines
from laneshift.runs.fixing.attempts import item_in
from laneshift.runs.gate_set import HeldWaivers, machine_failed
from laneshift.runs.plan import Plan, PlannedItem
from laneshift.runs.planning import lanes_of
from laneshift.runs.suite_paths import suite_settings
from laneshift.runs.workshop import Workshop
from laneshift.steps.audit import audit, is_audited
from laneshift.steps.beside import BREAKS, WAITS_FOR, moves_of
from laneshift.steps.order import STEPS
from laneshift.steps.traces import Recorder
from laneshift.steps.work import Author, Outcome, Parts, Work

# A commit makes a branch, so its result must not be taken from a cache: the branch may be gone.
_NEVER_CACHED = frozenset({"commit"})
# What these find does not depend on a fix of the item, so their results hold with it.
_BLIND_TO_FIXES = frozenset({"review", "update_imports"})
_KEPT_NOTES = 64
_KEPT_BYTES = 1 << 20


class ItemSteps:
    """The nine steps for the items of one plan."""

    def __init__(self, shop: Workshop, plan: Plan) -> None:
        self._shop = shop
        self._plan = plan
        # Each step of an item is given the notes of all steps before it, most of which this process has just kept.
        self._told: Memory[str, bytes] = Memory(_KEPT_BYTES)
        self._notes = lru_cache(maxsize=_KEPT_NOTES)(
            lambda stored: json.loads(self._told.get(stored) or shop.store.get(stored))
        )

    @cached_property
    def parts(self) -> Parts:
        """The parts that every item of the plan shares."""
        shop = self._shop
        tree = shop.repository.tree(self._plan.base)
        settings = shop.settings(tree)
        sandbox = shop.sandbox(settings)
        traced = settings.tests.selection == "traced"
        return Parts(
            repository=shop.repository,
            index=shop.index,
            sandbox=sandbox,
            pytest=shop.sandbox(with_pytest(settings)),
            settings=settings,
            lanes=lanes_of(settings, tree),
            rules=self._plan.rules,
            store=shop.store,
            memory=judging.Memory(shop.results.get, shop.results.put, shop.store.put, machine_failed),
            waivers=HeldWaivers(tree, settings, shop.clock),
            moves=moves_of(item.intent for item in self._plan.items if item.to_run),
            recorder=Recorder(sandbox, shop.index, settings, shop.results) if traced else None,
        )

    def perform(self, name: str, argument: Mapping[str, Any]) -> dict[str, Any]:
        """Run step `name` for `argument`: {run, item, tree, notes}. Gives {status, summary, tree, notes, log}.

        `argument` may have the number of the attempt whose `fix` the item has; each has steps of its own.

        A step of a run that has ended is not done again: what is on record is its result.
        """
        item = item_in(self._shop.journal, self._plan, argument)
        again = f"fix-{argument['fix']}/" if argument.get("fix") else ""
        key = f"{argument['run']}/{item.id}/{again}{name}"
        ended = self._shop.journal.get(f"{key}/ended")
        if ended is None:
            ended = self._performed(name, item, key, argument)
        self._tell_audit(name, item, key, ended.facts)
        self._tell_waived(name, item, key, ended.facts)
        return {field: ended.facts[field] for field in ("status", "summary", "tree", "notes", "log")}

    def _performed(self, name: str, item: PlannedItem, key: str, argument: Mapping[str, Any]) -> Record:
        common = {"plan": self._plan.id, "item": item.id, "step": name}
        inputs = self._inputs(name, item, argument)
        self._shop.journal.append(f"{key}/began", "step.began", {**common, "inputs": inputs})
        self._shop.report(Event("step", name, item.id))
        result = None if name in _NEVER_CACHED else self._shop.results.get(inputs)
        cached = result is not None
        if result is None:
            result = self._fresh(name, item, argument)
        fence.check()
        if not cached and result["status"] in ("passed", "not_applicable") and not self._waits(name, result):
            self._shop.results.put(inputs, result)
        # The first record of this key wins, so that a step that ran twice still has one result.
        return self._shop.journal.append(
            f"{key}/ended", "step.ended", {**common, "inputs": inputs, "cached": cached, **result}
        )

    def _waits(self, name: str, result: Mapping[str, Any]) -> bool:
        """Whether it rests on other items of the batch, which the inputs of a step do not have."""
        return name == "check_deps" and not {WAITS_FOR, BREAKS}.isdisjoint(self._notes(result["notes"])["facts"])

    def _inputs(self, name: str, item: PlannedItem, argument: Mapping[str, Any]) -> str:
        plan = self._plan
        return digest(
            {
                "step": name,
                "tool": plan.tool,
                "intent": item.unfixed_digest if item.fix and name in _BLIND_TO_FIXES else item.intent_digest,
                "settings": plan.settings_digest,
                "lane": item.lane,
                "task": item.task,
                "base": plan.base_tree,
                "tree": argument["tree"],
                "notes": argument["notes"],
                **({"audit": True} if self._is_audited(name, item) else {}),
                **({"waivers": waivers} if name == "gates" and (waivers := self.parts.waivers().as_json()) else {}),
            }
        )

    def _is_audited(self, name: str, item: PlannedItem) -> bool:
        return name == "test" and is_audited(self._plan.digest, item.id, self.parts.settings.tests.audit)

    def _tell_audit(self, name: str, item: PlannedItem, key: str, result: Mapping[str, Any]) -> None:
        """Put an audit on record, so that how often selection misses can be counted."""
        if not self._is_audited(name, item):
            return
        found = self._notes(result["notes"])["seen"].get("audit")
        if found is not None:
            facts = {"plan": self._plan.id, "item": item.id, "tree": result["tree"], **found}
            self._shop.journal.append(f"{key}/audited", "selection.audited", facts)

    def _tell_waived(self, name: str, item: PlannedItem, key: str, result: Mapping[str, Any]) -> None:
        """Put on record what waivers let pass, so that every report shows it. A tree without waivers has no record."""
        if name != "gates" or not self.parts.waivers().as_json():
            return
        verdicts = self._notes(result["notes"])["seen"].get("verdicts", ())
        waived = [{"gate": each["gate"], "waiver": each["waiver"]} for each in verdicts if each["waiver"]]
        facts = {"plan": self._plan.id, "item": item.id, "waived": waived}
        self._shop.journal.append(f"{key}/waived", "gates.waived", facts)

    def _audited(self, work: Work, outcome: Outcome) -> Outcome:
        """The outcome of the item's own check, with that of the whole suite."""
        renames = {} if work.verify_only else self.parts.applied(work).result.relocations
        facts = self._shop.index.facts(work.tree)
        settings = suite_settings(self.parts.settings, renames, work.tree, facts)
        return audit(work, self.parts, outcome, self._shop.sandbox(settings))

    def _fresh(self, name: str, item: PlannedItem, argument: Mapping[str, Any]) -> dict[str, Any]:
        work = self._work(item, argument)
        try:
            outcome = STEPS[name](work, self.parts)
            if self._is_audited(name, item):
                outcome = self._audited(work, outcome)
        except LaneshiftError as error:
            if is_machines(error.as_dict()):
                raise
            text = "\n".join([error.what, error.why, error.cure])
            outcome = Outcome("failed", error.what, work.tree, {"code": error.code}, log=text)
        except Exception as error:
            if of_machine(error) is not None:
                raise
            # One item's crash must not take the others along.
            facts = {"code": "steps.crashed", "type": type(error).__name__}
            outcome = Outcome("errored", f"{name} crashed: {error}", work.tree, facts, log=traceback.format_exc())
        notes = canonical({"facts": dict(outcome.facts), "seen": dict(outcome.observations)})
        stored = self._shop.store.put(notes)
        self._told.put(stored, notes)
        return {
            "status": outcome.status,
            "summary": outcome.summary,
            "tree": outcome.tree.oid,
            "notes": stored,
            "log": self._shop.store.put(outcome.log.encode("utf-8", "replace")) if outcome.log else "",
        }

    def _work(self, item: PlannedItem, argument: Mapping[str, Any]) -> Work:
        plan, repository = self._plan, self._shop.repository
        notes = {step: self._notes(stored) for step, stored in argument["notes"].items()}
        return Work(
            batch=plan.batch,
            base=plan.base,
            base_tree=repository.tree(plan.base),
            tree=repository.tree(argument["tree"]),
            intent=item.intent,
            intent_digest=item.intent_digest,
            verify_only=item.verify_only,
            lane=item.lane,
            task=item.task,
            author=Author(plan.author_name, plan.author_email, plan.when),
            facts={step: note["facts"] for step, note in notes.items()},
            seen={step: note["seen"] for step, note in notes.items()},
        )
