"""What `laneshift report health` is asked for, the report that answers it, and the files that it leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path

from laneshift.cli.lanes import last_commit, looked_at, put
from laneshift.cli.report.health_coverage import coverage
from laneshift.cli.report.health_openapi import openapi
from laneshift.cli.report.health_tests import suite
from laneshift.config import Settings
from laneshift.config.health import SECTIONS
from laneshift.errors import Bug, LaneshiftError
from laneshift.evidence.canonical import canonical
from laneshift.gates.sandbox import Limits
from laneshift.manifests.contracts.check import check as held
from laneshift.manifests.world import world_of
from laneshift.repo.commits import read_commit
from laneshift.repo.objects import Tree
from laneshift.repo.paths import check_path
from laneshift.reports.health import dependencies, imports, kept, repository, ruff, trend
from laneshift.reports.health.data import data
from laneshift.reports.health.model import Health, Run, Section, errored, left_out
from laneshift.reports.health.pages import html, markdown
from laneshift.runs import lane_check, manifesting
from laneshift.runs.workshop import Workshop

LATEST = "health/latest.json"
_NAMES = (LATEST, "health/latest.md", "health/latest.html", "system_health.json", "system_health.md")


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of the command. `out` is None where the settings say where the report lies."""

    smoke: tuple[Path, ...] = ()
    unit: tuple[Path, ...] = ()
    run_tests: bool = False
    coverage: Path | None = None
    osv: Path | None = None
    out: str | None = None


@dataclass(frozen=True)
class Subject:
    """What is measured: a tree, without the reports of earlier runs that lie in it."""

    shop: Workshop
    tree: Tree
    settings: Settings
    asked: Asked

    def kept(self, section: str, fresh: Callable[[], Section], **inputs: str) -> Section:
        """The section as it was measured in this tree before, or measured now."""
        return kept.section(self.shop.results, {"section": section, "tree": self.tree.oid, **inputs}, fresh)


def made(shop: Workshop, now: Tree, asked: Asked) -> Health:
    """The report about a tree. A section that cannot be measured is in error with its reason, and the others go on."""
    settings = shop.settings(now)
    folder = _folder(settings, asked)
    about = Subject(shop, now.edit(dict.fromkeys(f"{folder}/{name}" for name in _NAMES)), settings, asked)
    earlier, trouble = _earlier(shop, f"{folder}/{LATEST}")
    wanted = [name for name in SECTIONS if name not in settings.health.without]
    with ThreadPoolExecutor(1) as beside:
        # Ruff is a process of its own: it may as well use the other core.
        waiting = {"ruff": beside.submit(measured, about, "ruff")} if "ruff" in wanted else {}
        own = {name: measured(about, name) for name in wanted if name not in waiting}
        found = {**own, **{name: each.result() for name, each in waiting.items()}}
    sections = [found.get(name) or left_out(name) for name in SECTIONS]
    if trouble is not None:
        sections.append(trouble)
    report = Health(about.tree.oid, _when(shop), tuple(sections))
    return trend.with_history(report, earlier, settings.health.history)


def write(shop: Workshop, report: Health, asked: Asked) -> list[str]:
    """Write the report to both of its places, below the folder for it; the paths of all files."""
    now = looked_at(shop.repository, "")
    folder = _folder(shop.settings(now), asked)
    plain, page = canonical(data(report)) + b"\n", markdown(report).encode("utf-8", "replace")
    texts = (plain, page, html(report).encode("utf-8", "replace"), plain, page)
    files = {f"{folder}/{name}": text for name, text in zip(_NAMES, texts, strict=True)}
    put(shop.repository, now, files)
    return sorted(files)


def _folder(settings: Settings, asked: Asked) -> str:
    return "/".join(check_path((asked.out or settings.health.folder).rstrip("/")))


def _earlier(shop: Workshop, path: str) -> tuple[tuple[Run, ...], Section | None]:
    """The runs before, and the section that tells why they are not known."""
    there = looked_at(shop.repository, "")
    entry = there.entry(path)
    try:
        return trend.earlier(None if entry is None else there.read(path), path), None
    except LaneshiftError as error:
        return (), errored("trend", _told(error))


def measured(about: Subject, name: str) -> Section:
    """One section; in error, with the reason, where it cannot be measured."""
    try:
        return _MEASURES[name](about)
    except Bug:
        raise
    except LaneshiftError as error:
        return errored(name, _told(error))


def _ruff(about: Subject) -> Section:
    tests, shop = about.settings.tests, about.shop
    limits = Limits(tests.suite_seconds, tests.memory_mib)
    return about.kept(
        "ruff",
        lambda: ruff.section(ruff.look(about.tree, shop.sandbox(about.settings), limits), about.settings.health.ruff),
        ruff=ruff.version(),
    )


def _tests(about: Subject, name: str) -> Section:
    limits = about.settings.health
    least: Decimal = limits.smoke if name == "smoke" else limits.unit
    files = about.asked.smoke if name == "smoke" else about.asked.unit
    return suite(about.shop, about.tree, about.settings, name, files, least, run=about.asked.run_tests)


def _imports(about: Subject) -> Section:
    def fresh() -> Section:
        world = world_of(about.tree, about.shop.index)
        return imports.section(imports.look(about.tree, about.shop.index, world.graph), about.settings.health)

    return about.kept("imports", fresh)


def _lanes(about: Subject) -> Section:
    today = dt.datetime.now(dt.UTC).date()
    known = last_commit(about.shop.repository)

    def fresh() -> Section:
        found = lane_check.check(about.shop.index, about.tree, None, known, today)
        judged = found.judgement
        counted = repository.Lanes(
            found.coverage.checked,
            found.coverage.python,
            len(judged.new),
            len(judged.known),
            len(judged.grown),
            len(found.expired),
            len(found.broken),
            tuple(f"new: {each}" for each in judged.new),
        )
        return repository.lanes(counted, about.settings.health)

    return about.kept("lanes", fresh, today=today.isoformat(), known="" if known is None else known.oid)


def _manifests(about: Subject) -> Section:
    def fresh() -> Section:
        found = manifesting.covered(about.shop.repository, about.tree, about.shop.index.processes)
        return repository.manifests(found)

    return about.kept("manifests", fresh)


def _contracts(about: Subject) -> Section:
    repository.some_contract(about.tree, about.settings.contracts.folder)
    return about.kept("contracts", lambda: repository.contracts(held(about.tree, about.shop.index)))


def _openapi(about: Subject) -> Section:
    return openapi(about.shop, about.tree, about.settings, lambda fresh: about.kept("openapi", fresh))


def _coverage(about: Subject) -> Section:
    return coverage(about.shop.repository, about.tree, about.settings, about.asked.coverage)


def _dependencies(about: Subject) -> Section:
    def fresh() -> Section:
        found = dependencies.look(about.tree, world_of(about.tree, about.shop.index), about.asked.osv)
        return dependencies.section(found, about.settings.health)

    # Advisories lie outside of the tree, so what was found with them is not kept by the tree.
    return about.kept("dependencies", fresh) if about.asked.osv is None else fresh()


def _when(shop: Workshop) -> int:
    """When the last commit was made, so that the same tree gives the same bytes; now, before there is one."""
    return shop.now() if shop.repository.handle.head_is_unborn else read_commit(shop.repository, "HEAD").when


def _told(error: LaneshiftError) -> str:
    parts = (error.what, error.where and f"in {error.where}", error.why, error.cure and f"to do: {error.cure}")
    faults = [f"{each.where}: {each.what}" for each in error.faults[:3]]
    return "; ".join([part for part in parts if part] + faults)


_MEASURES: dict[str, Callable[[Subject], Section]] = {
    "ruff": _ruff,
    "smoke": partial(_tests, name="smoke"),
    "unit": partial(_tests, name="unit"),
    "imports": _imports,
    "lanes": _lanes,
    "manifests": _manifests,
    "contracts": _contracts,
    "openapi": _openapi,
    "coverage": _coverage,
    "dependencies": _dependencies,
}
