"""What flows can do: the actions and the gates of this version, and the site on which they work.

Reports are measured by the commands that print them, so their actions stand here, above the rooms of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field

from laneshift.cli.report.health_asked import Asked, Subject, made, measured
from laneshift.config.bench import Threshold
from laneshift.config.health import SECTIONS
from laneshift.config.values import STRICT, PositiveShare, TreeFile
from laneshift.errors import Refused
from laneshift.evidence.canonical import canonical
from laneshift.gates.verdict import Status, Verdict, errored
from laneshift.repo.objects import Tree
from laneshift.reports.health.data import data
from laneshift.reports.health.model import Section, State
from laneshift.reports.health.pages import markdown
from laneshift.runs.flowing.kinds import acting_batch, acting_code, acting_forge, acting_records
from laneshift.runs.flowing.kinds.acting import Acting, Action
from laneshift.runs.flowing.kinds.given import given
from laneshift.runs.flowing.kinds.site import Site
from laneshift.runs.flowing.kinds.table import Table
from laneshift.runs.workshop import Workshop
from laneshift.wiring import flow_site

Json = Any
_PAGE = 20_000
_NAMES = {"lint": "ruff", "tests": "unit", "api": "openapi"}
"""What people call a section whose own name says what measures it."""


class Health(BaseModel):
    """Which tree; `run_tests` has the smoke tests and the suite run in the sandbox."""

    model_config = STRICT
    tree: str = ""
    run_tests: bool = True


class Bench(BaseModel):
    """What is measured against what: `base` and `tree` are revisions. `issues` has one issue for each regression."""

    model_config = STRICT
    base: Annotated[str, Field(min_length=1)]
    tree: str = "HEAD"
    command: str = ""
    pairs: Annotated[int, Field(ge=0, le=1000)] = 0
    issues: bool = True


class Audit(BaseModel):
    """Which findings: `files` are audits in Markdown in the work tree, `comments` those of the code."""

    model_config = STRICT
    files: list[TreeFile] = []
    comments: bool = False
    reconcile: bool = True


class Limits(BaseModel):
    """What a gate may be told: `least` is the share that has to pass, for gates that have one."""

    model_config = STRICT
    least: PositiveShare | None = None
    threshold: Threshold | None = None


def effects_of(shop: Workshop) -> Table:
    """All that steps of flows can do in this repository."""
    return Table(site_of(shop))


def site_of(shop: Workshop) -> Site:
    """Where they do it."""
    site: Site = flow_site(shop, ACTIONS, JUDGES)
    return site


def health(acting: Acting, asked: Health) -> Json:
    """Measure a tree; the report is evidence, and no file of the tree changes."""
    shop = acting.site.shop
    report = made(shop, acting.site.tree(asked.tree), Asked(run_tests=asked.run_tests))
    bad = [each for each in report.sections if each.state in (State.FAILED, State.ERRORED)]
    return {
        "tree": report.tree,
        "passes": report.passes,
        "bad": [{"section": each.id, "state": each.state.value, "why": each.reason} for each in bad],
        "names": [each.id for each in bad],
        "page": markdown(report)[:_PAGE],
        "evidence": shop.store.put(canonical(data(report)), durable=True),
    }


def bench(acting: Acting, asked: Bench) -> Json:
    """Run benchmarks of two trees in turn, and judge. Issues go by the name of the benchmark."""
    from laneshift.cli.report import bench_asked as use
    from laneshift.reports.bench.data import data as told

    repository = acting.site.shop.repository
    wanted = use.Asked(asked.base, asked.command, (), asked.pairs, asked.tree, False)
    found, _ = use.made(repository, wanted, acting.site.shop.report)
    issues = use.tell_issues(repository, found) if asked.issues else []
    slow = [each.name for each in found.benchmarks if each.state == "regression"]
    kept = acting.site.shop.store.put(canonical(told(found)), durable=True)
    return {"passes": found.passes, "regressions": slow, "issues": issues, "evidence": kept}


def audit(acting: Acting, asked: Audit) -> Json:
    """An open issue for each finding, under an id that stays; the ids are recorded in the work tree."""
    from laneshift.cli.lanes import looked_at, put
    from laneshift.cli.report import audit_asked as use

    repository = acting.site.shop.repository
    if repository.work_dir is None:
        raise Refused("audit.no-work-tree", "the ids of findings are kept in the work tree, and there is none")
    issues = acting.site.issues
    before = acting.pinned(lambda: {each.key: each.state for each in issues.all()})
    files = tuple(Path(repository.work_dir, file) for file in asked.files)
    found = use.made(repository, use.Asked(files, asked.comments, "", True, False, asked.reconcile))
    put(repository, looked_at(repository, ""), dict(found.maps))
    now = {each.key: each.state for each in issues.all()}
    opened = sum(key not in before for key in now)
    closed = sum(state == "closed" and before.get(key) == "open" for key, state in now.items())
    told = {"opened": opened, "closed": closed, "findings": len(found.found.rows)}
    return {**told, "kept": told["findings"] - opened, "files": sorted(found.maps)}


def judge(section: str, site: Site, tree: Tree, settings: Mapping[str, Json]) -> Verdict:
    """One section of the report of health as a gate of a tree."""
    limits = given(Limits, settings)
    own = site.shop.settings(tree)
    if limits.least is not None:
        if section not in ("smoke", "unit", "coverage"):
            raise Refused("flow.settings", f"gate {section} has no share that `least` could bound", where="least")
        own = own.model_copy(update={"health": own.health.model_copy(update={section: limits.least})})
    return verdict(measured(Subject(site.shop, tree, own, Asked(run_tests=True)), section))


def verdict(section: Section) -> Verdict:
    """The verdict that a section is; counted are its share, or else its figures."""
    if section.state in (State.ERRORED, State.LEFT_OUT):
        return errored(section.id, section.reason)
    share = next((each for each in section.figures if each.of is not None), None)
    good = sum(each.holds for each in section.figures) if share is None else share.value
    of = len(section.figures) if share is None or share.of is None else share.of
    status = Status.PASSED if section.state is State.PASSED else Status.FAILED
    if status is Status.PASSED and good <= 0:
        return errored(section.id, "nothing of what was checked is good")
    return Verdict(section.id, status, good, of, section.reason, section.notes)


ACTIONS: Mapping[str, Action] = {
    **acting_batch.ACTIONS,
    **acting_code.ACTIONS,
    **acting_forge.ACTIONS,
    **acting_records.ACTIONS,
    "report.health": Action(Health, health, "measure the repository"),
    "report.bench": Action(Bench, bench, "what got slower, with an issue for each"),
    "report.audit": Action(Audit, audit, "an issue for each finding of an audit"),
}
JUDGES = {name: partial(judge, _NAMES.get(name, name)) for name in (*SECTIONS, *_NAMES)}
