"""What batches say: plans, where their items are, why some failed, and which touch a file."""

from __future__ import annotations

import posixpath
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Lock

from laneshift.code.intents import apply
from laneshift.errors import Refused
from laneshift.matriz.knowledge import BatchTold, Failure, ItemTold, Touched
from laneshift.matriz.telling.batches import explained
from laneshift.repo.differences import differences
from laneshift.repo.objects import Tree
from laneshift.runs import inspecting, working
from laneshift.runs.answering.failing_log import first_failure
from laneshift.runs.inspecting import StepReport
from laneshift.runs.plan import Plan, PlannedItem
from laneshift.runs.state import BatchState
from laneshift.runs.workshop import Workshop

States = Callable[[Plan], BatchState]
_KEPT = 1024


class ShopBatches:
    """The batches of one repository. `states` tells where the items of a plan are; by default the journal is read."""

    def __init__(self, shop: Workshop, states: States | None = None) -> None:
        self._shop = shop
        self._states = states or (lambda plan: working.state_of(shop, plan))
        self._touched: OrderedDict[tuple[str, str], Mapping[str, int]] = OrderedDict()
        self._lock = Lock()

    def batches(self) -> Sequence[BatchTold]:
        """As `Batches` says."""
        return [_batch(plan, self._states(plan)) for plan in self._shop.plans.newest()]

    def items(self, batch: str = "") -> Sequence[ItemTold]:
        """As `Batches` says."""
        return [item for plan in self._plans(batch) for item in _items(plan, self._states(plan))]

    def failure(self, item: ItemTold) -> Failure | None:
        """As `Batches` says."""
        if not item.needs_attention:
            return None
        plan = self._shop.plans.load(item.plan)
        reports = inspecting.steps_of(self._shop, plan, item.id)
        last = next((one for one in reversed(reports) if one.step == item.step), None)
        tests = tuple(map(str, last.seen.get("failing", ()))) if last is not None else ()
        log = last.log if last is not None and last.status == "failed" else ""
        text = self._shop.store.get(log).decode("utf-8", "replace") if log else ""
        at = first_failure(text, tests)
        return Failure(
            item=item,
            step=item.step,
            summary=item.cause or (last.summary if last is not None else ""),
            tests=tests,
            path=at.path,
            line=at.line,
            error=at.error,
            log=log,
            done=tuple(_done(reports, item.step)),
        )

    def touching(self, path: str, batch: str = "") -> Sequence[Touched]:
        """As `Batches` says."""
        found = []
        for plan in self._plans(batch):
            tree = self._shop.repository.tree(plan.base_tree)
            told = {item.id: item for item in _items(plan, self._states(plan))}
            data = tree.read(path) if path in tree and tree.entries[path].is_regular else b""
            for item in plan.items:
                if item.to_run and _may_touch(item, path, data):
                    places = self._places(plan, tree, item).get(path, 0)
                    if places:
                        found.append(Touched(told[item.id], places))
        return found

    def _plans(self, batch: str) -> list[Plan]:
        """The newest plan of every batch, or the one that is named; none for a name that nobody has."""
        newest = self._shop.plans.newest()
        if not batch:
            return newest
        found = [plan for plan in newest if batch in (plan.batch, plan.id)]
        return found or [plan for plan in self._shop.plans.all() if plan.id == batch]

    def _places(self, plan: Plan, tree: Tree, item: PlannedItem) -> Mapping[str, int]:
        """Path on the base to the number of places that the item changes there. Worked out once for each item."""
        key = (plan.id, item.id)
        with self._lock:
            if key in self._touched:
                self._touched.move_to_end(key)
                return self._touched[key]
        found = self._worked_out(plan, tree, item)
        with self._lock:
            self._touched[key] = found
            while len(self._touched) > _KEPT:
                self._touched.popitem(last=False)
        return found

    def _worked_out(self, plan: Plan, tree: Tree, item: PlannedItem) -> Mapping[str, int]:
        try:
            applied = apply(tree, item.intent, plan.rules, self._shop.index.mentions)
        except Refused:
            return {}  # an item that cannot be applied changes nothing
        origin = {new: old for old, new in applied.result.relocations.items()}
        places = Counter(origin.get(edit.path, edit.path) for edit in applied.result.edits)
        touched = {origin.get(path, path) for path in differences(tree, applied.tree)}
        return {path: max(1, places[path]) for path in touched if path in tree}


def why(shop: Workshop, plan: Plan, state: BatchState, item_id: str) -> str:
    """Why an item wants attention, in one paragraph; empty where it does not. Raises `Refused` for no such item."""
    plan.item(item_id)
    told = next(item for item in _items(plan, state) if item.id == item_id)
    failure = ShopBatches(shop, lambda _: state).failure(told)
    return "" if failure is None else explained(failure)


def _batch(plan: Plan, state: BatchState) -> BatchTold:
    counts = state.counts()
    return BatchTold(
        batch=plan.batch,
        plan=plan.id,
        target=plan.target,
        total=counts["total"],
        done=counts["done"],
        running=counts["running"],
        waiting=counts["waiting"],
        attention=counts["attention"],
        landed=state.landed is not None,
        unfinished=tuple(state.unfinished),
    )


def _items(plan: Plan, state: BatchState) -> Iterator[ItemTold]:
    for number, item in enumerate(plan.items, 1):
        found = state.items[item.id]
        yield ItemTold(
            plan=plan.id,
            batch=plan.batch,
            number=number,
            id=item.id,
            line=item.line,
            module=item.module,
            src=item.src,
            dst=item.dst,
            state=found.state,
            step=found.step,
            cause=found.cause,
            evidence=found.evidence,
        )


def _done(reports: Sequence[StepReport], step: str) -> Iterator[str]:
    """The steps that went well in the run that failed, in their order."""
    run = reports[-1].run if reports else ""
    yield from dict.fromkeys(
        one.step for one in reports if one.run == run and one.step != step and one.status == "passed"
    )


def _may_touch(item: PlannedItem, path: str, data: bytes) -> bool:
    """Whether an item can change a file at all: a move changes what moves, what names it, and markers of packages.

    For anything but a move nothing is ruled out.
    """
    if item.codemod:
        return True
    src = item.src.removesuffix(".py")
    last = posixpath.basename(src).encode("utf-8", "surrogateescape")
    moves = path.startswith((f"{src}/", f"{src}."))
    return moves or last in data or posixpath.basename(path) == "__init__.py"
