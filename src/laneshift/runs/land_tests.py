"""What a landing tests: the whole suite on a combined tree, and the red ids again on parts of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from typing import Any

from laneshift.config import with_pytest
from laneshift.errors import CheckFailed
from laneshift.evidence.canonical import canonical, digest
from laneshift.gates.sandbox import COMMAND, Sandbox, SuiteResult
from laneshift.landing.renames import composed
from laneshift.landing.train import Train
from laneshift.landing.verdict import judge, red_among, renamed_ids
from laneshift.repo.objects import Tree
from laneshift.runs.events import Event
from laneshift.runs.plan import Plan
from laneshift.runs.suite_paths import suite_settings
from laneshift.runs.trains import Trains, train_from
from laneshift.runs.whole_suite import WholeSuite
from laneshift.runs.workshop import Workshop

_NAMED = 50


class LandTests:
    """The suites of one plan's landing."""

    def __init__(self, shop: Workshop, plan: Plan, trains: Trains) -> None:
        self._shop = shop
        self._plan = plan
        self._trains = trains
        self._settings = shop.settings(shop.repository.tree(plan.base))

    def suite(self, argument: Mapping[str, Any]) -> dict[str, Any]:
        """Run the whole suite on the train's tree; sort what is red. A tree that was green is not run again."""
        train = train_from(argument["train"])
        inputs = digest({"suite": train.tree, "settings": self._plan.settings_digest, "base": train.base_tree})
        known = self._shop.results.get(inputs)
        if known is None:
            known = self._judged(train)
            if not known["blamed"]:
                self._shop.results.put(inputs, known)
        self._note(argument, train, known)
        self._shop.report(
            Event("land", f"{known['passed']} test(s) passed, {len(known['blamed'])} blamed on the train")
        )
        return known

    def probe(self, argument: Mapping[str, Any]) -> list[str]:
        """Which of the blamed ids are red with these items alone, by the names that they have on the whole train."""
        whole = self._trains.build(argument["base"], argument["all"])
        part = self._trains.build(argument["base"], argument["items"])
        if not part.items:
            return []
        tree = self._shop.repository.tree(part.tree)
        there = renamed_ids(argument["blamed"], _paths_in(whole, part))
        names = {test: name for test, name in there.items() if _runs_in(name, tree)}
        if not names:
            return []
        self._shop.report(Event("land", f"looking for culprits among {len(argument['items'])} item(s)"))
        return red_among(names, self._red(part, sorted({*names.values()}), missing=False))

    def _note(self, argument: Mapping[str, Any], train: Train, known: Mapping[str, Any]) -> None:
        """A record names the first ids only; the evidence files have them all."""
        named = {name: list(known[name][:_NAMED]) for name in ("on_base", "flaky", "blamed")}
        facts = {"plan": self._plan.id, "tree": train.tree, "passed": known["passed"], **named}
        files = {name: known[name] for name in ("outcomes", "log")} | {"shards": known.get("shards", [])}
        key = f"{argument['key']}/{argument['round']}/suite/{train.tree}"
        self._shop.journal.append(
            key, "suite.ran", {**facts, **files, "outcome": self._shop.store.put(canonical(known))}
        )

    @cached_property
    def _sandbox(self) -> Sandbox:
        return self._shop.sandbox(self._settings)

    def _whole(self, train: Train) -> Sandbox:
        """The sandbox whose whole suite is what it was on the base, wherever the train has moved it."""
        renames = composed(coupled.renames for coupled in train.items)
        tree = self._shop.repository.tree(train.tree)
        settings = suite_settings(self._settings, renames, tree, self._shop.index.facts(tree))
        return self._sandbox if settings is self._settings else self._shop.sandbox(settings)

    @cached_property
    def _pytest(self) -> Sandbox:
        """Characterization tests are for pytest, whatever the project's own command is."""
        return self._shop.sandbox(with_pytest(self._settings))

    @cached_property
    def _suite(self) -> WholeSuite:
        return WholeSuite(self._settings.tests, self._shop.results)

    def _judged(self, train: Train) -> dict[str, Any]:
        self._shop.report(Event("land", f"the whole suite runs on tree {train.tree[:12]}"))
        whole = self._suite.run(self._whole(train), train.tree)
        first = whole.result
        _must_have_run(first)
        own = self._own_tests(train, first)
        outcomes = {**first.outcomes, **own.outcomes}
        failing, on_base, again = sorted({*first.failing, *own.failing}), set[str](), set[str]()
        if failing:
            on_base = self._red_on_base(train, failing)
            again = self._red(train, failing, missing=True)
        found = judge(failing, on_base, again)
        return {
            "passed": sum(outcome == "passed" for outcome in outcomes.values()),
            "outcomes": self._shop.store.put(canonical(outcomes)),
            "log": self._shop.store.put(first.run.output.encode("utf-8", "replace")),
            "on_base": list(found.on_base),
            "flaky": list(found.flaky),
            "blamed": list(found.blamed),
            "shards": [asdict(shard) for shard in whole.shards],
        }

    def _own_tests(self, train: Train, whole: SuiteResult) -> SuiteResult:
        """The characterization tests of the train, where the project's own command does not run them."""
        run = {test.partition("::")[0] for test in whole.outcomes}
        tests = [test for coupled in train.items for test in coupled.tests if test not in run]
        return self._pytest.suite(train.tree, tests, self._suite.limits) if tests else SuiteResult(whole.run, {})

    def _red(self, train: Train, ids: Sequence[str], *, missing: bool) -> set[str]:
        """What is red when `ids` are run by themselves on the train's tree; all of them when time ran out.

        `missing`: whether an id that no test has counts as red.
        """
        own = {test for coupled in train.items for test in coupled.tests}
        red: set[str] = set()
        for sandbox, is_own in ((self._whole(train), False), (self._pytest, True)):
            chosen = [test for test in ids if (test.partition("::")[0] in own) == is_own]
            if chosen:
                result = self._suite.of(sandbox, train.tree, chosen)
                found = set(result.failing) - (set() if missing else set(result.missing))
                red |= set(chosen) if result.run.timed_out else found
        return red

    def _red_on_base(self, train: Train, failing: Sequence[str]) -> set[str]:
        renames = {new: old for coupled in train.items for old, new in coupled.renames.items()}
        base = self._shop.repository.tree(train.base_tree)
        names = {old: new for new, old in renamed_ids(failing, renames).items() if _runs_in(old, base)}
        if not names:
            return set()
        run = self._suite.of(self._sandbox, train.base_tree, sorted(names))
        if COMMAND in names and COMMAND in run.failing:
            raise CheckFailed(
                "land.suite-broken",
                "the test command is red on the base already, so it shows nothing about the train",
                where=train.base,
                why=run.run.output[-400:],
                cure="mend the base first",
            )
        return {names[old] for old in run.failing if old in names and old not in run.missing}


def _paths_in(whole: Train, part: Train) -> dict[str, str]:
    """Where files of the whole train stand in a part of it: renames of the items that are missing are undone."""
    there = {coupled.item for coupled in part.items}
    return {new: old for c in whole.items if c.item not in there for old, new in c.renames.items()}


def _runs_in(name: str, tree: Tree) -> bool:
    """Whether a test id can be run on a tree: its file is there, or it is the command as a whole."""
    return name == COMMAND or name.partition("::")[0] in tree


def _must_have_run(result: SuiteResult) -> None:
    if result.run.timed_out:
        raise CheckFailed(
            "land.suite-timeout",
            f"the suite was stopped after {result.run.seconds:.0f} s",
            cure="raise tests.suite_seconds in the configuration of the base",
        )
    if not result.passed and COMMAND not in result.outcomes:
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
