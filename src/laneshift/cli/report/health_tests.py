"""Test results for `laneshift report health`: from files that were given, or from a run in the sandbox."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from laneshift.config import Settings
from laneshift.errors import CheckFailed
from laneshift.gates.sandbox import Limits, SuiteResult
from laneshift.repo.objects import Tree
from laneshift.reports.health import junit, tests_run
from laneshift.reports.health.model import Section
from laneshift.runs.input_file import read_input
from laneshift.runs.workshop import Workshop


def suite(
    shop: Workshop, tree: Tree, settings: Settings, name: str, files: tuple[Path, ...], least: Decimal, *, run: bool
) -> Section:
    """The section `smoke` or `unit`. Raises `CheckFailed` (`health.no-results`) where there is neither file nor leave
    to run tests, and as reading or running does."""
    what = "smoke suite" if name == "smoke" else "unit suite"
    if files:
        cure = "write it with `pytest --junit-xml=FILE`"
        found = junit.read({str(file): read_input(file, junit.LARGEST, "health", cure)[0] for file in files}, what)
    elif run:
        found = tests_run.of_suite(_ran(shop, tree, settings, smoke=name == "smoke"), what)
    else:
        raise CheckFailed(
            "health.no-results", f"no results of the {what} were given", cure=f"give --{name} FILE.xml, or --run-tests"
        )
    return tests_run.section("smoke" if name == "smoke" else "unit", found, least)


def _ran(shop: Workshop, tree: Tree, settings: Settings, *, smoke: bool) -> SuiteResult:
    tests = settings.tests
    if not smoke:
        limits = Limits(tests.suite_seconds, tests.memory_mib)
        return shop.sandbox(settings).whole(tree.oid, limits, {}).result
    if not tests.smoke:
        raise CheckFailed(
            "health.no-smoke-tests", "no smoke tests are named", where="tests.smoke", cure="name test files there"
        )
    return shop.sandbox(settings).suite(tree.oid, tests.smoke, Limits(tests.item_seconds, tests.memory_mib))
