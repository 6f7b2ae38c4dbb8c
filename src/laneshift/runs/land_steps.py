"""The steps of a landing. Each looks at the repository and the journal first, so that doing it twice does it once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from laneshift.code.commit_text import Provenance
from laneshift.code.mentions import by_index
from laneshift.config import Settings, with_pytest
from laneshift.errors import CheckFailed
from laneshift.evidence.canonical import canonical, digest
from laneshift.gates.sandbox import Limits, Sandbox, SuiteResult
from laneshift.landing.revert import prepare
from laneshift.landing.swap import land
from laneshift.landing.train import Coupled, Passenger, Train, combine
from laneshift.landing.verdict import judge, renamed_ids
from laneshift.repo.commits import Identity
from laneshift.repo.forward import overlapping_changes, refuse_overlaps
from laneshift.repo.refs import read
from laneshift.runs.events import Event
from laneshift.runs.plan import Plan
from laneshift.runs.state import fold
from laneshift.runs.workshop import Workshop


class LandSteps:
    """Landing one plan."""

    def __init__(self, shop: Workshop, plan: Plan) -> None:
        self._shop = shop
        self._plan = plan
        self._author = Identity(plan.author_name, plan.author_email)
        self._settings: Settings = shop.settings(shop.repository.tree(plan.base))
        self._opened: Sandbox | None = None

    def target_tip(self, argument: Mapping[str, Any]) -> str:  # noqa: ARG002 - every step takes an argument
        """The commit that the target branch holds now."""
        tip = read(self._shop.repository, self._plan.target)
        if tip is None:
            raise CheckFailed(
                "land.no-target", f"branch {self._plan.target} is gone", cure="make it again, then resume"
            )
        return tip

    def combine(self, argument: Mapping[str, Any]) -> dict[str, Any]:
        """Apply the intents of the items, in order, to the target's tip."""
        train = self._train(argument["base"], argument["items"])
        facts = {"plan": self._plan.id, "base": train.base, "tip": train.tip, "tree": train.tree}
        told = {**facts, "items": [item.item for item in train.items], "dropped": [list(d) for d in train.dropped]}
        self._note(argument, f"combined/{digest(told)}", "land.combined", told)
        for item, reason in train.dropped:
            self._hold(argument, item, f"the target does not allow it any more: {reason}", "")
        self._shop.report(Event("land", f"{len(train.items)} item(s) combined, tree {train.tree[:12]}"))
        return asdict(train)

    def suite(self, argument: Mapping[str, Any]) -> dict[str, Any]:
        """Run the whole suite on the train's tree; sort what is red. A tree that was green is not run again."""
        train = _train(argument["train"])
        inputs = digest({"suite": train.tree, "settings": self._plan.settings_digest, "base": train.base_tree})
        known = self._shop.results.get(inputs)
        if known is None:
            known = self._judged(train)
            if not known["blamed"]:
                self._shop.results.put(inputs, known)
        facts = {"plan": self._plan.id, "tree": train.tree, **known}
        self._note(argument, f"suite/{train.tree}", "suite.ran", facts)
        self._shop.report(
            Event("land", f"{known['passed']} test(s) passed, {len(known['blamed'])} blamed on the train")
        )
        return known

    def probe(self, argument: Mapping[str, Any]) -> bool:
        """Whether the blamed ids are red with these items alone."""
        whole, part = self._train(argument["base"], argument["all"]), self._train(argument["base"], argument["items"])
        if not part.items:
            return False
        names = renamed_ids(argument["blamed"], _paths_in(whole, part))
        tree = self._shop.repository.tree(part.tree)
        ids = sorted({name for name in names.values() if name.partition("::")[0] in tree})
        if not ids:
            return False
        run = self._sandbox.suite(part.tree, ids, self._limits)
        self._shop.report(Event("land", f"looking for culprits among {len(argument['items'])} item(s)"))
        return bool(set(run.failing) - set(run.missing)) or run.run.timed_out

    def hold(self, argument: Mapping[str, Any]) -> str:
        """Hold the last of the culprits; the earlier ones go on."""
        culprits: Sequence[str] = argument["culprits"]
        held = culprits[-1]
        together = f" together with {', '.join(culprits[:-1])}" if len(culprits) > 1 else ""
        only = " ".join(f"--only {item}" for item in culprits)
        cause = f"turns {argument['blamed'][0]} red{together}; `laneshift land {self._plan.id} --check {only}` shows it"
        self._hold(argument, held, cause, self._shop.store.put(canonical(dict(argument))))
        return held

    def prepare_revert(self, argument: Mapping[str, Any]) -> str:
        """Build and check the commit that takes the train back."""
        train = _train(argument["train"])
        scope = self._plan.item(train.items[0].item).lane
        return prepare(self._shop.repository, train, self._plan.batch, scope, self._author, self._plan.when)

    def swap(self, argument: Mapping[str, Any]) -> str:
        """Record the intent, then move the target if it is still where the train started.

        Raises `NeedsPerson` when the target is checked out with local changes to files that would change.
        """
        train, plan, repository = _train(argument["train"]), self._plan, self._shop.repository
        if read(repository, plan.target) == train.base:
            refuse_overlaps(overlapping_changes(repository, plan.target, train.base, train.tip))
        facts = {"plan": plan.id, "target": plan.target, "old": train.base, "new": train.tip, "tree": train.tree}
        self._note(argument, f"intended/{train.tip}", "land.intended", facts, durable=True)
        there = land(repository, plan.target, train.base, train.tip, argument["revert"], plan.batch)
        self._note(argument, f"observed/{train.tip}", "land.observed", {**facts, "there": there}, durable=True)
        return there

    def started(self, argument: Mapping[str, Any]) -> list[str]:
        """Record that the landing began, and with which items; gives them in plan order."""
        state = fold(self._plan, self._shop.journal.records(prefix=f"{self._plan.id}/"))
        only = argument["only"]
        ready = state.in_state("ready-to-land", *(["held"] if argument["check"] else []))
        items = [item for item in ready if item in only or not only]
        facts = {"plan": self._plan.id, "attempt": argument["attempt"], "check": argument["check"], "items": items}
        record = self._shop.journal.append(f"{argument['key']}/started", "land.started", facts)
        return list(record.facts["items"])

    def ended(self, argument: Mapping[str, Any]) -> dict[str, Any]:
        """Record how the landing ended."""
        outcome = dict(argument["outcome"])
        told = {"plan": self._plan.id, "result": outcome["result"], "outcome": self._shop.store.put(canonical(outcome))}
        self._shop.journal.append(f"{argument['key']}/ended", "land.ended", told)
        return outcome

    @property
    def _sandbox(self) -> Sandbox:
        if self._opened is None:
            self._opened = self._shop.sandbox(self._settings)
        return self._opened

    @property
    def _pytest(self) -> Sandbox:
        """Characterization tests are for pytest, whatever the project's own command is."""
        return self._shop.sandbox(with_pytest(self._settings))

    @property
    def _limits(self) -> Limits:
        tests = self._settings.tests
        return Limits(seconds=tests.suite_seconds, memory_mib=tests.memory_mib)

    def _train(self, base: str, items: Sequence[str]) -> Train:
        passengers = [self._passenger(item) for item in items]
        plan = self._plan
        return combine(
            self._shop.repository, base, passengers, plan.rules, self._author, plan.when, by_index(self._shop.index)
        )

    def _passenger(self, item_id: str) -> Passenger:
        item = self._plan.item(item_id)
        return Passenger(item.intent, item.lane, Provenance(item.intent_digest, self._evidence_of(item_id), item.task))

    def _evidence_of(self, item: str) -> str:
        records = self._shop.journal.records(kind="step.ended", prefix=f"{self._plan.id}/")
        notes = [r.facts["notes"] for r in records if r.facts["item"] == item and r.facts["step"] == "commit"]
        return str(json.loads(self._shop.store.get(notes[-1]))["facts"]["evidence"])

    def _judged(self, train: Train) -> dict[str, Any]:
        self._shop.report(Event("land", f"the whole suite runs on tree {train.tree[:12]}"))
        first = self._sandbox.suite(train.tree, (), self._limits)
        _must_have_run(first)
        own = self._own_tests(train, first)
        outcomes = {**first.outcomes, **own.outcomes}
        failing, on_base, again = sorted({*first.failing, *own.failing}), set[str](), set[str]()
        if failing:
            on_base = self._red_on_base(train, failing)
            again = self._red_again(train, failing)
        found = judge(failing, on_base, again)
        return {
            "passed": sum(outcome == "passed" for outcome in outcomes.values()),
            "outcomes": self._shop.store.put(canonical(outcomes)),
            "log": self._shop.store.put(first.run.output.encode("utf-8", "replace")),
            "on_base": list(found.on_base),
            "flaky": list(found.flaky),
            "blamed": list(found.blamed),
        }

    def _own_tests(self, train: Train, whole: SuiteResult) -> SuiteResult:
        """The characterization tests of the train, where the project's own command does not run them."""
        run = {test.partition("::")[0] for test in whole.outcomes}
        tests = [coupled.test for coupled in train.items if coupled.test not in run]
        return self._pytest.suite(train.tree, tests, self._limits) if tests else SuiteResult(whole.run, {})

    def _red_again(self, train: Train, failing: Sequence[str]) -> set[str]:
        """Which of `failing` are red in a second run; a flake is not."""
        own = {coupled.test for coupled in train.items}
        red: set[str] = set()
        for sandbox, is_own in ((self._sandbox, False), (self._pytest, True)):
            ids = [test for test in failing if (test.partition("::")[0] in own) == is_own]
            red |= set(sandbox.suite(train.tree, ids, self._limits).failing) if ids else set()
        return red

    def _red_on_base(self, train: Train, failing: Sequence[str]) -> set[str]:
        renames = {new: old for coupled in train.items for old, new in coupled.renames.items()}
        base = self._shop.repository.tree(train.base_tree)
        names = {old: new for new, old in renamed_ids(failing, renames).items() if old.partition("::")[0] in base}
        if not names:
            return set()
        run = self._sandbox.suite(train.base_tree, sorted(names), self._limits)
        return {names[old] for old in run.failing if old in names and old not in run.missing}

    def _hold(self, argument: Mapping[str, Any], item: str, cause: str, evidence: str) -> None:
        facts = {"plan": self._plan.id, "item": item, "state": "held", "step": "land", "cause": cause}
        self._note(argument, f"held/{item}", "item.settled", {**facts, "evidence": evidence})
        self._shop.report(Event("settled", f"held: {cause}", item))

    def _note(
        self, argument: Mapping[str, Any], key: str, kind: str, facts: Mapping[str, Any], *, durable: bool = False
    ) -> None:
        self._shop.journal.append(f"{argument['key']}/{argument['round']}/{key}", kind, facts, durable=durable)


def _train(plain: Mapping[str, Any]) -> Train:
    items = tuple(Coupled(**coupled) for coupled in plain["items"])
    dropped = tuple((item, reason) for item, reason in plain["dropped"])
    return Train(plain["base"], plain["base_tree"], plain["tip"], plain["tree"], items, dropped)


def _paths_in(whole: Train, part: Train) -> dict[str, str]:
    """Where files of the whole train stand in a part of it: renames of the items that are missing are undone."""
    there = {coupled.item for coupled in part.items}
    return {new: old for c in whole.items if c.item not in there for old, new in c.renames.items()}


def _must_have_run(result: SuiteResult) -> None:
    if result.run.timed_out:
        raise CheckFailed(
            "land.suite-timeout",
            f"the suite was stopped after {result.run.seconds:.0f} s",
            cure="raise tests.suite_seconds in the configuration of the base",
        )
    if not result.passed:
        raise CheckFailed(
            "land.no-tests",
            "the suite ran no test that passed, so nothing can be shown",
            why=result.run.output[-400:],
            cure="set tests.command in laneshift.toml",
        )
    if not result.failing and not result.run.ok:
        raise CheckFailed(
            "land.suite-broken",
            f"the suite ended with status {result.run.exit_code} and names no red test",
            why=result.run.output[-400:],
        )
