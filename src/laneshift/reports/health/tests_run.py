"""Pass rates of test suites, as shares of the tests that ran. Pure.

Skipped tests did not run. A suite in which none ran is an error, and so is one that could not be collected or did not
end by itself: what it would have said is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from laneshift.errors import CheckFailed
from laneshift.gates.sandbox import COMMAND, SuiteResult
from laneshift.reports.health.model import Section, count, judged, rate

_LAST = 300


@dataclass(frozen=True, slots=True)
class Tests:
    """`passed` of `ran` tests passed, `skipped` did not run; `red` names the others that ran."""

    passed: int
    ran: int
    skipped: int
    red: tuple[str, ...]


def of_suite(result: SuiteResult, what: str) -> Tests:
    """What a run in the sandbox says. Raises `CheckFailed` (`health.tests`) where that is not known."""
    run = result.run
    if run.timed_out or run.exit_code not in (0, 1):
        end = "did not end in time" if run.timed_out else f"ended with status {run.exit_code}"
        raise CheckFailed("health.tests", f"the {what} {end}", why=run.output.strip()[-_LAST:])
    if result.collection_errors:
        raise CheckFailed("health.tests", f"the {what} cannot be collected: {result.collection_errors[0]}")
    if COMMAND in result.outcomes:
        raise CheckFailed(
            "health.tests",
            f"the {what} runs by a command that does not tell of single tests",
            where="tests.command",
            cure="give its JUnit XML",
        )
    outcomes = list(result.outcomes.values())
    good = sum(each in ("passed", "xfailed") for each in outcomes)
    skipped = outcomes.count("skipped")
    return some(Tests(good, len(outcomes) - skipped, skipped, result.failing), what)


def some(found: Tests, what: str) -> Tests:
    """The same. Raises `CheckFailed` (`health.no-tests`) where no test ran: nothing of nothing is no rate."""
    if found.ran <= 0:
        skipped = f", {found.skipped} skipped" if found.skipped else ""
        raise CheckFailed("health.no-tests", f"no test of the {what} ran{skipped}")
    return found


def section(id_: Literal["smoke", "unit"], found: Tests, least: Decimal) -> Section:
    """The section of the report."""
    figures = [
        rate("passed", "tests that pass", found.passed, found.ran, least),
        count("skipped", "tests that were skipped", found.skipped, better="either"),
    ]
    rows = [("passed", found.passed), ("red", found.ran - found.passed), ("skipped", found.skipped)]
    return judged(id_, figures, [f"red: {test}" for test in found.red], rows)


def together(parts: Sequence[Tests]) -> Tests:
    """Several files of one suite as one."""
    return Tests(
        sum(each.passed for each in parts),
        sum(each.ran for each in parts),
        sum(each.skipped for each in parts),
        tuple(test for each in parts for test in each.red),
    )
