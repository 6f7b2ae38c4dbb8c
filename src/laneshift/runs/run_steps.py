"""The steps of a run besides the nine: starting, taking the next item, settling each item, ending a stage, ending."""

from __future__ import annotations

import json
from collections.abc import Mapping
from threading import Lock
from typing import Any

from laneshift.code.codemods.fix import agent_of
from laneshift.code.codemods.recorded import record_of
from laneshift.errors import Bug, CheckFailed
from laneshift.evidence.canonical import canonical, digest
from laneshift.evidence.records import Record
from laneshift.repo.commits import Identity, write_commit
from laneshift.repo.message import Message
from laneshift.repo.ref_names import item_ref
from laneshift.rollout.stages import pauses
from laneshift.runs.approving import is_signed
from laneshift.runs.events import Event
from laneshift.runs.fixing.attempts import item_in, tally
from laneshift.runs.pausing import judged, paused
from laneshift.runs.plan import Plan, PlannedItem
from laneshift.runs.state import BatchState
from laneshift.runs.workshop import Workshop
from laneshift.steps.commit import put_branch


class RunSteps:
    """Every method is idempotent: its journal key says whether it was done."""

    def __init__(self, shop: Workshop, plan: Plan) -> None:
        self._shop = shop
        self._plan = plan
        self._claims: dict[str, list[Record]] = {}
        self._reading = Lock()

    def state(self) -> BatchState:
        """The plan as its journal tells it now."""
        return self._shop.state(self._plan)

    def started(self, argument: Mapping[str, Any]) -> None:
        """Record that the run began, with all that starting it again needs."""
        names = ("key", "attempt", "items", "stages", "workers", *(["fixer"] if argument.get("fixer") else []))
        facts = {name: argument[name] for name in names}
        self._shop.journal.append(f"{argument['key']}/started", "run.started", {"plan": self._plan.id, **facts})

    def ended(self, argument: Mapping[str, Any]) -> dict[str, Any]:
        """Record that the run ended; gives the counts and the error that ended it early, if one did."""
        counts, error = self.state().counts(), argument["error"]
        self._shop.journal.append(f"{argument['key']}/ended", "run.ended", {"plan": self._plan.id, **counts})
        return {"counts": counts, "error": error}

    def stage_ended(self, argument: Mapping[str, Any]) -> dict[str, Any] | None:
        """Record how the stages so far went; the facts of the pause where too many of the items failed, else None."""
        settings = self._shop.settings(self._shop.repository.tree(self._plan.base))
        key, limit = f"{argument['key']}/stage-{argument['stage']}", settings.rollout.max_failure_rate
        failed, done = judged(self.state())
        kind = "run.paused" if done and pauses(len(failed), done, limit) else "run.stage-passed"
        told = {"plan": self._plan.id, "key": key, "stage": argument["stage"], "failed": len(failed), "done": done}
        record = self._shop.journal.append(key, kind, {**told, "limit": str(limit), "items": failed})
        return paused(self._plan, record.facts).as_dict() if record.kind == "run.paused" else None

    def take(self, argument: Mapping[str, Any]) -> str | None:
        """The next item that nobody has taken, or the one that this worker took at this turn already."""
        run, mine = argument["key"], {"worker": argument["worker"], "turn": argument["turn"]}
        prefix = f"{run}/claim/"
        taken = {record.key.removeprefix(prefix): record for record in self._claimed(prefix)}
        for item, record in taken.items():
            if {name: record.facts[name] for name in mine} == mine:
                return item
        for item in argument["items"]:
            if item in taken:
                continue
            facts = {"plan": self._plan.id, "item": item, **mine}
            record = self._shop.journal.append(prefix + item, "item.claimed", facts)
            if {name: record.facts[name] for name in mine} == mine:
                return str(item)
        return None

    def _claimed(self, prefix: str) -> list[Record]:
        """The claims of a run so far. Those read before are kept: nobody takes one back, and there is one an item."""
        with self._reading:
            known = self._claims.setdefault(prefix, [])
            known += self._shop.journal.records(prefix=prefix, after=known[-1].seq if known else 0)
            return list(known)

    def base_tree(self, argument: Mapping[str, Any]) -> str:  # noqa: ARG002 - every step takes an argument
        """Where every item starts."""
        return self._plan.base_tree

    def finish(self, argument: Mapping[str, Any]) -> str:
        """Record that the item went through all nine steps; one that was mended after people approved it is held."""
        item = item_in(self._shop.journal, self._plan, argument)
        notes = json.loads(self._shop.store.get(argument["notes"]["commit"]))
        state = "verified" if item.verify_only or argument["tree"] == self._plan.base_tree else "ready-to-land"
        commit = str(notes["facts"].get("commit", ""))
        facts = {"evidence": argument["notes"]["commit"], "commit": commit, "tree": argument["tree"]}
        if argument.get("fix"):
            agent = self._amended(argument, item)
            if is_signed(self._shop, self._plan):
                cause = f"{agent} mended it, and nobody approved of that: `laneshift agent fix {self._plan.id} --plan`"
                # Evidence is what a culprit of a landing is told by, and this is none.
                return self._settle(argument, "held", {**facts, "evidence": "", "step": "approve", "cause": cause})
        return self._settle(argument, state, facts)

    def _amended(self, argument: Mapping[str, Any], item: PlannedItem) -> str:
        """Record that from now on the item is what it was mended to; who did that."""
        fix = item.intent.fix
        if fix is None:
            raise Bug("fix.not-there", f"{item.id} was to be mended and has no fix", where=argument["run"])
        facts = {"attempt": argument["fix"], "agent": agent_of(fix), "record": record_of(fix), "fix": item.fix}
        told = {"plan": self._plan.id, "item": item.id, **facts, "intent": item.intent_digest}
        self._shop.journal.append(f"{argument['run']}/{item.id}/amended", "item.amended", told)
        return agent_of(fix)

    def set_aside(self, argument: Mapping[str, Any]) -> str:
        """Record why the item failed, and keep what was made of it on its branch until someone drops it."""
        cause, commit = argument["cause"], ""
        if tried := tally(self._shop.journal, argument["run"], argument["item"]):
            cause = f"{cause}; {tried}"
        if argument["tree"] != self._plan.base_tree:
            commit = self._kept(argument)
            ref = item_ref(self._plan.batch, argument["item"])
            try:
                put_branch(self._shop.repository, ref, commit, argument["item"])
            except CheckFailed as error:
                cause, commit = f"{cause}; what was made is not kept: {error.what}", ""
        facts = {"step": argument["step"], "cause": cause, "evidence": argument["evidence"], "commit": commit}
        return self._settle(argument, "quarantined", facts)

    def give_up(self, argument: Mapping[str, Any]) -> str:
        """Set an item aside whose workflow itself failed; the other items go on."""
        error = argument["error"]
        evidence = self._shop.store.put(canonical(error))
        facts = {"step": "", "cause": str(error.get("what", "it crashed")), "evidence": evidence}
        return self._settle(argument, "quarantined", facts)

    def _kept(self, argument: Mapping[str, Any]) -> str:
        """The commit of an unfinished item. The cause is not in it: it may tell of times and paths of one machine."""
        plan, item = self._plan, item_in(self._shop.journal, self._plan, argument)
        text = _held_text(plan.id, item.id, item.lane, argument["step"], item.intent_digest)
        author = Identity(plan.author_name, plan.author_email)
        return write_commit(self._shop.repository, argument["tree"], [plan.base], text, author, plan.when)

    def _settle(self, argument: Mapping[str, Any], state: str, facts: Mapping[str, Any]) -> str:
        told = {"plan": self._plan.id, "item": argument["item"], "state": state, **facts}
        record = self._shop.journal.append(f"{argument['run']}/{argument['item']}/settled", "item.settled", told)
        cause = f": {facts['cause']}" if "cause" in facts else ""
        self._shop.report(Event("settled", f"{state}{cause}", argument["item"]))
        return str(record.facts["state"])


def _held_text(plan: str, item: str, lane: str, step: str, intent_digest: str) -> str:
    return Message(
        type="chore",
        scope=lane,
        subject=f"set aside {item}",
        problem=(f"The step {step} did not pass; `laneshift inspect {plan} {item}` tells why",),
        solution=("Keep what the steps before it made, for a person to look at",),
        impact=("Nothing of this lands",),
        trailers=(
            ("Laneshift-Item", item),
            ("Laneshift-Intent", intent_digest),
            ("Laneshift-Evidence", digest({"plan": plan, "item": item, "step": step})),
        ),
    ).render()
