"""Gate `smoke`: the smoke suite passes at the configured rate, and no worse than it did before the change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from laneshift.gates.context import Change, Ports
from laneshift.gates.faults import smoke as faults
from laneshift.gates.sandbox import SuiteResult, renamed_id
from laneshift.gates.verdict import Exempt, Status, Verdict, errored

_NOTHING_COLLECTED = 5
_NAMED = 3
TOLD = {"code": "item.red-before"}
RED_BEFORE = "red before this change, too"
"""What is said of tests that the change did not turn red, here and by step test, and the fact beside it."""

_CURE = "mend them first, or have tests.smoke name others"


class Smoke:
    """Zero tests, a collection error or a run that did not end by itself is an error, never a pass."""

    id = "smoke"
    description = "the smoke suite passes at the configured rate and not below the base's"
    cost = 10.0
    runs_code = True
    runs = 2
    plant = staticmethod(faults.plant)

    def applies(self, change: Change) -> Exempt | None:
        """Unless manifests alone changed, which no test was chosen for: a landing tests them with everything."""
        return Exempt.NOTHING_OF_ITS_KIND if not change.smoke and change.only_manifests else None

    def inputs(self, change: Change) -> Mapping[str, Any]:
        """Both trees, the suites on them, how tests run, and the rate that is asked for."""
        tests = change.settings.tests
        suites = [[change.before.oid, *change.smoke_before], [change.after.oid, *change.smoke]]
        how = [list(tests.command), dict(tests.environment), str(change.smoke_pass_rate)]
        return {"suites": suites, "how": how, "limits": [str(change.limits.seconds), change.limits.memory_mib]}

    def check(self, change: Change, ports: Ports) -> Verdict:
        """The rate counts tests that passed among those that were run; skipped ones are neither."""
        after = ports.sandbox.suite(change.after.oid, change.smoke, change.limits)
        fault = _unusable(after, change.smoke)
        if fault and (after.run.timed_out or not after.failing):
            return errored(self.id, fault, after.run.output)
        # An empty selection would mean the whole suite; here it means that no smoke test existed before.
        before = None
        if change.smoke_before:
            before = ports.baseline(change.before, change.smoke_before, change.limits)
        if fault:
            verdict = errored(self.id, fault)
        else:
            rates = rate(before.outcomes) if before is not None else (0, 0), rate(after.outcomes)
            verdict = judge(self.id, *rates, change.smoke_pass_rate)
        if verdict.blocks and before is not None:
            verdict = replace(verdict, reason=verdict.reason + _excuse(after, before, change.paths))
        return replace(verdict, output=after.run.output, details=after.failing)


def _excuse(after: SuiteResult, before: SuiteResult, paths: Mapping[str, str]) -> str:
    """Which of the red tests were red before, by their ids of then, and what is to be done; nothing for none."""
    then = set(before.failing) - set(before.missing)
    names = {test: renamed_id(test, paths) for test in after.failing}
    known = sorted(test for test, name in names.items() if name in then)
    if not known:
        return ""
    some = "" if len(known) == len(names) else f"{len(known)} of {len(names)} that are red were "
    return f"; {some}{RED_BEFORE}: {', '.join(known[:_NAMED])} ({_CURE}) [{TOLD['code']}]"


def rate(outcomes: Mapping[str, str]) -> tuple[int, int]:
    """How many of how many tests are good; skipped tests do not count."""
    run = [outcome for outcome in outcomes.values() if outcome != "skipped"]
    return sum(outcome in {"passed", "xfailed"} for outcome in run), len(run)


def judge(gate: str, before: tuple[int, int], after: tuple[int, int], floor: float) -> Verdict:
    """Compare two rates. `floor` is the share that must pass, from 0 to 1."""
    good, run = after
    if run == 0:
        return errored(gate, "the smoke suite ran no test")
    if good == 0:
        return Verdict(gate, Status.FAILED, good, run, f"none of {run} smoke tests passes")
    if good < floor * run:
        return Verdict(gate, Status.FAILED, good, run, f"{good} of {run} smoke tests pass, fewer than {floor:.0%}")
    # Cross-multiplied, so that no rounding decides.
    if before[1] and good * before[1] < before[0] * run:
        return Verdict(
            gate,
            Status.FAILED,
            good,
            run,
            f"{good} of {run} smoke tests pass; before it was {before[0]} of {before[1]}",
        )
    return Verdict(gate, Status.PASSED, good, run, f"{good} of {run} smoke tests")


def _unusable(result: SuiteResult, selection: Sequence[str]) -> str:
    if result.run.timed_out:
        return f"the smoke suite was stopped after {result.run.seconds:.0f} s"
    if result.collection_errors:
        return f"the smoke suite cannot be collected: {result.collection_errors[0]}"
    if result.run.exit_code == _NOTHING_COLLECTED and not result.outcomes:
        return f"no test was found in {', '.join(selection[:_NAMED]) or 'the whole suite'} (tests.command, tests.smoke)"
    if result.run.exit_code not in (0, 1):
        return f"the smoke suite ended with status {result.run.exit_code}"
    return ""
