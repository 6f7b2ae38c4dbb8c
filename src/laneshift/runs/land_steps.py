"""The steps of a landing. Each looks at the repository and the journal first, so that doing it twice does it once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from laneshift.errors import CheckFailed, Fault
from laneshift.evidence.canonical import canonical, digest
from laneshift.landing.looked import fault_line, is_looked
from laneshift.landing.revert import prepare
from laneshift.landing.swap import land
from laneshift.repo.commits import history, is_ancestor
from laneshift.repo.forward import overlapping_changes, refuse_overlaps
from laneshift.repo.refs import read
from laneshift.runs.approving import require_at
from laneshift.runs.capacity import refuse_day
from laneshift.runs.engine import fence
from laneshift.runs.events import Event
from laneshift.runs.freezing import refuse_frozen
from laneshift.runs.paths import visible
from laneshift.runs.pinning import refuse_drift_at
from laneshift.runs.plan import Plan
from laneshift.runs.remote_landing import RemoteLanding
from laneshift.runs.trains import Trains, train_from
from laneshift.runs.waiting_for import in_turn, missing, waits_of
from laneshift.runs.waiving import require_waivers
from laneshift.runs.workshop import Workshop

ASKED = ("key", "attempt", "only", "check", "beside", "remote", "bases", "per")
"""What a landing is asked for, besides its plan. Only one that proposes changes has `per`, and a canary `beside`."""
_SHOWN = 20


class LandSteps:
    """Landing one plan."""

    def __init__(self, shop: Workshop, plan: Plan, trains: Trains) -> None:
        self._shop = shop
        self._plan = plan
        self._trains = trains

    def started(self, argument: Mapping[str, Any]) -> list[str]:
        """Record that the landing began; gives its items in plan order, but each after those that it waits for.

        Raises `Refused` (`ceiling.exceeded`) when they are too many for the day.
        """
        state = self._shop.state(self._plan)
        only = argument["only"]
        ready = state.in_state("ready-to-land", *(["held"] if argument["check"] else []))
        chosen = [item for item in ready if item in only or not only]
        items = in_turn(chosen, waits_of(self._shop, self._plan, chosen))
        asked = {name: argument[name] for name in ASKED if name in argument}
        facts = {"plan": self._plan.id, "items": items, **asked}
        if not argument["check"] and self._shop.journal.get(f"{argument['key']}/started") is None:
            settings = self._shop.settings(self._shop.repository.tree(self._plan.base))
            refuse_day(self._shop, settings, map(self._plan.item, items), self._plan.id)
        record = self._shop.journal.append(f"{argument['key']}/started", "land.started", facts)
        return list(record.facts["items"])

    def ended(self, argument: Mapping[str, Any]) -> dict[str, Any]:
        """Record how the landing ended."""
        outcome = dict(argument["outcome"])
        told = {"plan": self._plan.id, "result": outcome["result"], "outcome": self._shop.store.put(canonical(outcome))}
        self._shop.journal.append(f"{argument['key']}/ended", "land.ended", told)
        return outcome

    def target_tip(self, argument: Mapping[str, Any]) -> str:
        """The commit that the target branch holds now: at the remote, where the landing is for one.

        Raises `Refused` (`pins.drift`) when it does not have what the plan pins.
        """
        tip = self._tip(argument)
        refuse_drift_at(self._shop, self._plan, tip)
        return tip

    def _tip(self, argument: Mapping[str, Any]) -> str:
        if argument["remote"]:
            return RemoteLanding(self._shop, self._plan, argument["remote"]).tip()
        tip = read(self._shop.repository, self._plan.target)
        if tip is None:
            raise CheckFailed(
                "land.no-target", f"branch {self._plan.target} is gone", cure="make it again, then land again"
            )
        return tip

    def combine(self, argument: Mapping[str, Any]) -> dict[str, Any]:
        """Apply the intents of the items, in order, to the target's tip; hold those that it does not allow.

        Raises `NeedsPerson` (`waivers.lapsed`) before anything is tested, as `swap` does afterwards.
        """
        train = self._trains.build(argument["base"], argument["items"])
        require_waivers(self._shop, self._plan, f"{argument['key']}/{argument['round']}", train)
        facts = {"plan": self._plan.id, "base": train.base, "tip": train.tip, "tree": train.tree}
        told = {**facts, "items": [item.item for item in train.items], "dropped": [list(d) for d in train.dropped]}
        regenerated = {} if train.closing is None else {"regenerated": len(train.closing.paths)}
        merged = self._trains.carried(train)
        more: dict[str, Any] = {**regenerated, **({"carried": sorted(merged)} if merged else {})}
        self._note(argument, f"combined/{digest(told)}", "land.combined", {**told, **more})
        if not argument["check"]:
            for item, reason in train.dropped:
                self._hold(argument, item, f"the target does not allow it any more: {reason}", "")
        self._shop.report(Event("land", f"{len(train.items)} item(s) combined, tree {train.tree[:12]}"))
        for item, paths in merged.items():
            self._shop.report(
                Event("land", f"its fix is merged with what others did to {', '.join(map(visible, paths))}", item)
            )
        if regenerated:
            self._shop.report(Event("land", f"{regenerated['regenerated']} manifest(s) regenerated on that tree"))
        return asdict(train)

    def hold(self, argument: Mapping[str, Any]) -> str:
        """Hold the last of the culprits; the earlier ones go on."""
        culprits: Sequence[str] = argument["culprits"]
        held = culprits[-1]
        only = " ".join(f"--only {item}" for item in culprits)
        what = fault_line(argument["blamed"], culprits)
        gone = missing([held], waits_of(self._shop, self._plan, [held]))
        state = self._shop.state(self._plan)
        lacks = [f"{item}, which is {state.items[item].state}" for item in gone if item not in argument["all"]]
        waits = f"; it waits for {lacks[0]}" if lacks and is_looked(argument["blamed"][0]) else ""
        cause = f"{what}{waits}; `laneshift land {self._plan.id} --check {only}` shows it"
        self._hold(argument, held, cause, self._shop.store.put(canonical(dict(argument))))
        return held

    def prepare_revert(self, argument: Mapping[str, Any]) -> str:
        """Build and check the commit that takes the train back."""
        train = train_from(argument["train"])
        scope = self._plan.item(train.items[0].item).lane
        return prepare(self._shop.repository, train, self._plan.batch, scope, self._trains.author, self._plan.when)

    def swap(self, argument: Mapping[str, Any]) -> str:
        """Record the intent, then move the target if it is still where the train started and the plan is approved.

        Gives the train's tip when the target holds it or what was built on it. Raises `NeedsPerson` when the target is
        checked out with local changes to files that would change, when nobody approves of it any more or landings are
        frozen, and what a remote's answer calls for.
        """
        train, plan, repository = train_from(argument["train"]), self._plan, self._shop.repository
        if argument["remote"]:
            pushing = RemoteLanding(self._shop, plan, argument["remote"])
            return pushing.swap(argument["key"], train, argument["revert"])
        there = read(repository, plan.target)
        if there == train.base:
            refuse_overlaps(overlapping_changes(repository, plan.target, train.base, train.tip))
        landed = there is not None and is_ancestor(repository, train.tip, there)
        if not landed:
            refuse_frozen(self._shop, plan.id)
            require_at(self._shop, plan, argument["key"], train.base, train.tip)
            require_waivers(self._shop, plan, f"{argument['key']}/{argument['round']}/swap", train)
        facts = {"plan": plan.id, "target": plan.target, "old": train.base, "new": train.tip, "tree": train.tree}
        self._note(argument, f"intended/{train.tip}", "land.intended", facts, durable=True)
        if not landed:
            refuse_frozen(self._shop, plan.id)
        fence.check()
        there = land(repository, plan.target, train.base, train.tip, argument["revert"], plan.batch)
        self._note(argument, f"observed/{train.tip}", "land.observed", {**facts, "there": there}, durable=True)
        return there

    def give_way(self, argument: Mapping[str, Any]) -> dict[str, Any]:
        """Stop, since others land faster. Raises `CheckFailed` with the commits that got in between."""
        bases: Sequence[str] = argument["bases"]
        there = self._tip(argument)
        between = history(self._shop.repository, there, bases[0])
        faults = [Fault("land.in-between", each.oid, f"{each.subject} ({each.author})") for each in between[:_SHOWN]]
        more = f", {len(between) - _SHOWN} of them not shown" if len(between) > _SHOWN else ""
        raise CheckFailed(
            "land.base-moves",
            f"the target moved {len(bases)} time(s) while the landing was tested",
            where=argument["remote"] or self._plan.target,
            why=f"{len(between)} commit(s) of others got in between{more}",
            cure="land again when fewer others push, land fewer items, or raise landing.attempts",
            faults=faults,
        )

    def _hold(self, argument: Mapping[str, Any], item: str, cause: str, evidence: str) -> None:
        facts = {"plan": self._plan.id, "item": item, "state": "held", "step": "land", "cause": cause}
        self._note(argument, f"held/{item}", "item.settled", {**facts, "evidence": evidence})
        self._shop.report(Event("settled", f"held: {cause}", item))

    def _note(
        self, argument: Mapping[str, Any], key: str, kind: str, facts: Mapping[str, Any], *, durable: bool = False
    ) -> None:
        self._shop.journal.append(f"{argument['key']}/{argument['round']}/{key}", kind, facts, durable=durable)
