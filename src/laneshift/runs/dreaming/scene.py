"""What a dream plays with: items that are resolved against a tree, the tree they would land on, and its settings."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from laneshift.code.codemods.recorded import is_recorded
from laneshift.code.intents import Rules
from laneshift.code.modules import Modules
from laneshift.config import Settings
from laneshift.errors import Bug, Fault, Refused
from laneshift.lanes.model import Lanes
from laneshift.repo.objects import Repository, Tree
from laneshift.repo.refs import read
from laneshift.repo.renames import was_renamed
from laneshift.runs.batch import ParsedBatch, parse
from laneshift.runs.classify import Item, classify
from laneshift.runs.dreaming.asking import MOST_ITEMS, Asked
from laneshift.runs.dreaming.questions import items_of
from laneshift.runs.looking import look
from laneshift.runs.plan import Plan, PlannedItem
from laneshift.runs.planning import lanes_of
from laneshift.runs.staging import regenerated_last
from laneshift.runs.workshop import Workshop

_FILE = "scenario.json"


@dataclass(frozen=True)
class Scene:
    """`tree` is the one that each item is tried on alone, `onto` that on which they are combined: the same, but for a
    plan whose target has moved. `base` is the commit of `tree`. `items` are in the order in which they would land.
    """

    base: str
    tree: Tree
    onto: Tree
    settings: Settings
    rules: Rules
    lanes: Lanes
    items: tuple[PlannedItem, ...]


@dataclass(frozen=True)
class Wish:
    """Where a scene is to be found. `base` and `tip` are commits, found in the real repository, since a scratch one has
    no refs. Either there is a `plan`, or `parsed` makes a batch by the settings and the tree of the base.
    """

    base: str
    tip: str
    parsed: Callable[[Settings, Tree], ParsedBatch] | None = None
    plan: Plan | None = None


def wish_of_plan(repository: Repository, plan: Plan) -> Wish:
    """The items of a plan that a run would work on, to land on the tip of its target."""
    return Wish(plan.base, read(repository, plan.target) or plan.base, plan=plan)


def wish_of_batch(repository: Repository, name: str, data: bytes, rev: str = "HEAD") -> Wish:
    """The items of the batch file called `name`, on the commit that `rev` names. Raises `Refused` for no commit."""
    base = repository.commit_id(rev)
    return Wish(base, base, lambda _settings, _tree: parse(name, data))


def wish_of(repository: Repository, asked: Asked, rev: str = "HEAD") -> Wish:
    """The items that are asked about, as above."""
    base = repository.commit_id(rev)
    return Wish(base, base, lambda settings, tree: _parsed(asked, settings, tree))


def scene_of(shop: Workshop, wish: Wish) -> Scene:
    """The scene that is wished for; `shop` may be one whose repository is a scratch.

    Raises `Refused`: `dream.refused` with every fault of every item, `dream.unclear` for a question that cannot be
    read, `dream.nothing` and `dream.too-many-items`.
    """
    if wish.plan is not None:
        return _planned(shop, wish.plan, wish.tip)
    if wish.parsed is None:
        raise Bug("dream.no-wish", "neither a plan nor a batch is wished for")
    return _resolved(shop, wish.base, wish.parsed)


def _planned(shop: Workshop, plan: Plan, tip: str) -> Scene:
    tree, onto = shop.repository.tree(plan.base), shop.repository.tree(tip)
    settings = shop.settings(tree)
    state = shop.state(plan)
    items = tuple(state.item(item.id) for item in plan.items if item.to_run)
    _refuse_number(items, plan.id)
    shop.index.refresh(tree)
    return Scene(plan.base, tree, onto, settings, plan.rules, lanes_of(settings, tree), items)


def _parsed(asked: Asked, settings: Settings, tree: Tree) -> ParsedBatch:
    items: Sequence[object] = asked.items
    if asked.question:
        modules = Modules.of(tree.entries, tuple(settings.source_roots))
        items = items_of(asked.question, modules, lanes_of(settings, tree))
    return parse(_FILE, json.dumps({"items": list(items)}, indent=1).encode())


@dataclass(frozen=True)
class _Read:
    """A batch that was read and held against a tree, with the faults that this found. No item was tried yet."""

    tree: Tree
    settings: Settings
    rules: Rules
    lanes: Lanes
    file: str
    items: tuple[Item, ...]
    faults: tuple[Fault, ...]


def check(shop: Workshop, wish: Wish) -> None:
    """Raise `Refused` as `scene_of` does, for all that can be told without trying the items. Takes little time."""
    if wish.parsed is not None:
        found = _read(shop, wish.base, wish.parsed)
        _refuse_faults(found.file, found.faults)


def _read(shop: Workshop, base: str, parsed: Callable[[Settings, Tree], ParsedBatch]) -> _Read:
    tree = shop.repository.tree(base)
    settings = shop.settings(tree)
    rules = Rules(tuple(settings.source_roots), settings.characterization_dir)
    lanes = lanes_of(settings, tree)
    batch = parsed(settings, tree)
    _refuse_number(batch.lines, batch.file, batch.faults)

    def renamed(src: str, dst: str) -> bool:
        return was_renamed(shop.repository, base, src, dst)

    found = classify(batch, tree, Modules.of(tree.entries, rules.roots), lanes, renamed)
    foreign = {item.id: fault for item in found.items if (fault := _foreign(item)) is not None}
    own = tuple(item for item in found.items if item.id not in foreign)
    return _Read(tree, settings, rules, lanes, batch.file, own, (*found.faults, *foreign.values()))


def _resolved(shop: Workshop, base: str, parsed: Callable[[Settings, Tree], ParsedBatch]) -> Scene:
    told = _read(shop, base, parsed)
    tree, settings, rules = told.tree, told.settings, told.rules
    looked = list(look(shop, tree, settings, rules, told.items))
    _refuse_faults(told.file, (*told.faults, *(each.fault for each in looked if each.fault is not None)))
    items = tuple(item for item in regenerated_last(each.item for each in looked) if item.to_run)
    _refuse_number(items, told.file)
    return Scene(base, tree, tree, settings, rules, told.lanes, items)


def _refuse_faults(file: str, faults: Sequence[Fault]) -> None:
    if faults:
        what = f"{len(faults)} fault(s) in the scenario"
        raise Refused("dream.refused", what, where=file, cure="mend them; nothing is left out", faults=faults)


def _foreign(item: Item) -> Fault | None:
    """Codemods of others are programs, and a dream runs none; a plan that has one pins what the program did."""
    line = item.line
    if not line.codemod or not is_recorded(str(json.loads(line.codemod).get("name", ""))):
        return None
    what = "this codemod runs a program of others, which a dream does not"
    return Fault("dream.runs-code", line.where, what, "plan it, which records what it does; dream of that plan")


def _refuse_number(items: Sequence[object], where: str, faults: Sequence[Fault] = ()) -> None:
    if len(items) > MOST_ITEMS:
        what = f"{len(items)} items; at most {MOST_ITEMS} can be dreamt of at once"
        raise Refused("dream.too-many-items", what, where=where, cure="dream of a part: a lane, a canary")
    if not items and not faults:
        raise Refused("dream.nothing", "there is nothing to land in this scenario", where=where)
