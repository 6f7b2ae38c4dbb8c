"""Each item of a batch as it would be alone on the base of its plan: what it edits, refuses or excepts it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from laneshift.code.codemods.apply import pinned
from laneshift.code.codemods.recorded import is_recorded, record_of
from laneshift.code.codemods.records import REGENERATE, Codemod
from laneshift.code.intents import Applied, Rules
from laneshift.config import Settings
from laneshift.errors import CheckFailed, Fault, Refused
from laneshift.evidence.canonical import canonical
from laneshift.gates.sandbox import Limits
from laneshift.lanes.globs import first_match
from laneshift.manifests.applying import apply, promotion
from laneshift.repo.differences import differences
from laneshift.repo.objects import Tree
from laneshift.rollout.canary import stratum_of
from laneshift.rollout.exceptions import Use, forced, verdict
from laneshift.runs.classify import Item
from laneshift.runs.codemod_foreign import run_and_record
from laneshift.runs.codemod_records import publish
from laneshift.runs.events import Event
from laneshift.runs.plan import PlannedItem
from laneshift.runs.workshop import Workshop

_INDEXED_FROM = 4
"""Each item asks the index about all files several times: for so many, a cold one is built sooner than gone through."""


@dataclass(frozen=True)
class Looked:
    """One item, what applying it did where that was tried, why it is refused, and the exceptions that had a say."""

    item: PlannedItem
    applied: Applied | None = None
    fault: Fault | None = None
    uses: tuple[Use, ...] = ()


def look(shop: Workshop, tree: Tree, settings: Settings, rules: Rules, items: Sequence[Item]) -> Iterator[Looked]:
    """Each item in order. Those that the engine or an exception refuses are refused here."""
    if sum(item.status == "ready" for item in items) >= _INDEXED_FROM:
        shop.index.refresh(tree)
    for number, item in enumerate(items, 1):
        planned = _planned(item, settings)
        shop.report(Event("plan", item.id, item.id, number, len(items)))
        yield _tried(shop, tree, settings, rules, item, planned) if planned.status == "ready" else Looked(planned)


def _planned(item: Item, settings: Settings) -> PlannedItem:
    line = item.line
    lift = forced(settings.exceptions, line.src, line.dst)
    critical = line.critical or any(first_match(settings.rollout.critical, path) for path in (line.src, line.dst))
    return PlannedItem(
        id=item.id,
        line=line.number,
        module=line.module,
        src=line.src,
        dst=line.dst,
        status=item.status,
        reason=item.reason,
        lane=item.lane,
        task=line.task,
        stratum=stratum_of(item.lane, line.dst),
        critical=critical,
        stars=(lift.star,) if lift is not None else line.stars,
        codemod=line.codemod,
    )


def _pinned(shop: Workshop, tree: Tree, settings: Settings, item: PlannedItem) -> PlannedItem:
    """The item with everything pinned that its codemod stands for. Foreign code runs here, and never again."""
    codemod = item.intent.codemod
    if codemod is None:
        return item
    if codemod.name == REGENERATE:
        codemod = Codemod.asked(codemod.name, codemod.paths, promotion(item.stars))
    if is_recorded(codemod.name):
        tests, roots = settings.tests, tuple(settings.source_roots)
        limits = Limits(tests.item_seconds, tests.memory_mib)
        codemod = run_and_record(shop.repository, tree, codemod, shop.rewriter(settings), limits, roots).codemod
        remote = settings.landing.remote
        if remote and (why := publish(shop.repository, [record_of(codemod)], remote)):
            what = f"{remote} does not have the record of {item.id}, so no other clone can work on it: {why}"
            shop.report(Event("plan", what, item.id))
    return replace(item, codemod=canonical(pinned(tree, codemod).as_json()).decode())


def _tried(shop: Workshop, tree: Tree, settings: Settings, rules: Rules, item: Item, planned: PlannedItem) -> Looked:
    try:
        planned = _pinned(shop, tree, settings, planned)
        applied = apply(tree, planned.intent, rules, shop.index.mentions)
    except (Refused, CheckFailed) as refusal:
        fault = Fault(refusal.code, item.line.where, refusal.what, refusal.cure)
        return Looked(replace(planned, status="refused", reason=refusal.what), fault=fault)
    notices = applied.result.notices
    if planned.codemod and applied.tree == tree and notices:
        why = f"every file that wants the change is left alone: {notices[0].path}: {notices[0].text}"
        fault = Fault("codemod.all-refused", item.line.where, why, "laneshift codemod, with --dry-run, lists them all")
        return Looked(replace(planned, status="refused", reason=why), fault=fault)
    if planned.codemod and applied.tree == tree:
        return Looked(replace(planned, status="already-done", reason="the codemod changes nothing here"))
    exceptions, result = settings.exceptions, applied.result
    touched = differences(tree, applied.tree) if exceptions.protected_paths else ()
    why, uses = verdict(exceptions, planned.src, planned.dst, touched)
    if why:
        fault = Fault("exception.refused", item.line.where, why, "leave the item out, or change the exception")
        return Looked(replace(planned, status="refused", reason=why), fault=fault, uses=uses)
    files = len({edit.path for edit in result.edits})
    counted = replace(planned, files=files, edits=len(result.edits), notices=len(result.notices))
    return Looked(counted, applied, uses=uses)
