"""Plan: resolve a batch against a base commit. Reads everything, writes a plan and its lock, changes nothing else."""

from __future__ import annotations

import json
import shlex
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from laneshift.code.intents import Rules
from laneshift.code.modules import Modules
from laneshift.config import Settings
from laneshift.errors import Fault, Refused
from laneshift.evidence.canonical import digest
from laneshift.lanes.model import Lanes, top_folders
from laneshift.repo.commits import Identity, was_renamed
from laneshift.repo.objects import Repository, Tree
from laneshift.repo.ref_names import is_valid
from laneshift.repo.refs import read
from laneshift.rollout.canary import canary
from laneshift.rollout.lock import Locked
from laneshift.runs.batch import ParsedBatch, parse
from laneshift.runs.capacity import refuse_excess
from laneshift.runs.classify import Item, classify
from laneshift.runs.exception_uses import note_uses
from laneshift.runs.lock_file import NOWHERE, LockFile
from laneshift.runs.looking import look
from laneshift.runs.paths import visible
from laneshift.runs.pinned_inputs import refuse_missing, values
from laneshift.runs.pinning import pins_of, refuse_uncommitted
from laneshift.runs.plan import Plan
from laneshift.runs.staging import candidates, regenerated_last, staged
from laneshift.runs.state import fold
from laneshift.runs.workshop import Workshop

_MOST_ITEMS = 10_000
_MOST_BYTES_OF_IDS = 600_000


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: the batch file and its bytes, the revision to start from, and where to land.

    `place` is where the file lies, as `lock_file.batch_place` tells it. `parsed` makes a batch of a file that is none,
    by the settings and the tree of the base; its name is the batch's. `options` are what the command needs before the
    file to take it so. `author` is who plans, by default whom git is set to.
    """

    file: str
    data: bytes
    base: str = "HEAD"
    target: str = ""
    skip_refused: bool = False
    place: str = NOWHERE
    parsed: Callable[[Settings, Tree], ParsedBatch] | None = None
    options: tuple[str, ...] = ()
    author: Identity | None = None


@dataclass(frozen=True)
class Planned:
    """A plan, with the faults of the items that were left out, and the files that several items edit.

    `locked` is the plan's table of `laneshift.lock`; `canary` are the items that would go first.
    """

    plan: Plan
    locked: Locked
    faults: tuple[Fault, ...]
    shared_files: int
    canary: tuple[str, ...]


def make_plan(shop: Workshop, order: Order) -> Planned:
    """Resolve the batch and keep the plan.

    Raises `Refused` with every fault of the batch at once, unless the order says to leave refused items out; and where
    a ceiling is exceeded, or what would be pinned is not there or not committed.
    """
    tree = shop.repository.tree(order.base)
    settings = shop.settings(tree)
    base = shop.repository.commit_id(order.base)
    target = target_ref(shop.repository, order.target or settings.target)
    refuse_uncommitted(shop, tree, target, base)
    refuse_missing(tree, settings)
    rules = Rules(tuple(settings.source_roots), settings.characterization_dir)
    batch = parse(order.file, order.data) if order.parsed is None else order.parsed(settings, tree)
    found = classify(
        batch, tree, Modules.of(tree.entries, rules.roots), lanes_of(settings, tree), _renamed(shop, order)
    )
    _refuse_too_many(order.file, found.items)
    looked = list(look(shop, tree, settings, rules, found.items))
    faults = sorted([*found.faults, *(each.fault for each in looked if each.fault is not None)], key=_line_of)
    _refuse_faults(order, batch, faults)
    if not looked:
        raise Refused("batch.empty", "the batch has no items", where=order.file)
    items = staged(regenerated_last(each.item for each in looked), settings.rollout)
    refuse_excess(shop, settings, items, order.file, tree)
    author = order.author or identity(shop.repository)
    plan = Plan(
        batch=batch.name,
        batch_file=order.file.rpartition("/")[2],
        base=base,
        base_tree=tree.oid,
        target=target,
        author_name=author.name,
        author_email=author.email,
        when=shop.now(),
        tool=shop.tool,
        settings_digest=digest(settings.model_dump_json()),
        rules=rules,
        pins=pins_of(shop, settings, tree, base, order.data),
        items=items,
    )
    plan = _begun_before(shop, plan) or plan
    shop.plans.save(plan)
    named = f"{shlex.join(order.options)} {plan.batch_file}".lstrip()
    told = values(settings, tree, shop.tool, base, named)
    locked = Locked(plan.id, order.place, plan.when, plan.pins, told)
    LockFile(shop.repository.state_dir).put(locked, shop.plans.has)
    for each in looked:
        note_uses(shop.journal, plan.id, each.item.id, each.uses)
    uses = Counter(path for each in looked if each.applied for path in {e.path for e in each.applied.result.edits})
    first = canary(candidates(items), settings.rollout.canary)
    return Planned(plan, locked, tuple(faults), sum(count > 1 for count in uses.values()), first)


def _refuse_faults(order: Order, batch: ParsedBatch, faults: Sequence[Fault]) -> None:
    if faults and (_of_the_file(batch) or not order.skip_refused):
        raise Refused(
            "batch.refused",
            f"{len(faults)} fault(s) in the batch",
            where=order.file,
            cure="mend them" if _of_the_file(batch) else "mend the lines, or plan the rest with --skip-refused",
            faults=faults,
        )


def _refuse_too_many(file: str, items: Sequence[Item]) -> None:
    """A record of the journal lists the items of a batch, and a record has a limit of its own."""
    size = sum(len(json.dumps(item.id)) + 1 for item in items)
    if len(items) > _MOST_ITEMS or size > _MOST_BYTES_OF_IDS:
        raise Refused(
            "plan.too-many-items",
            f"the batch has {len(items)} items whose names take {size} bytes",
            where=file,
            why=f"a batch is at most {_MOST_ITEMS} items with {_MOST_BYTES_OF_IDS} bytes of names",
            cure="split the batch into several files",
        )


def _line_of(fault: Fault) -> int:
    """The line of the batch that a fault is about; 0 for the file as a whole."""
    number = fault.where.rpartition(":")[2]
    return int(number) if number.isdecimal() else 0


def lanes_of(settings: Settings, tree: Tree) -> Lanes:
    """The lanes of a tree: the configured ones, or its top-level folders."""
    return Lanes.of(settings.lanes, top_folders(tree.entries))


def identity(repository: Repository) -> Identity:
    """Who plans. Raises `Refused` when git does not know."""
    values = []
    for key in ("user.name", "user.email"):
        try:
            values.append(str(repository.handle.config[key]))
        except KeyError:
            raise Refused("plan.no-author", f"git has no {key}", cure=f"git config {key} …") from None
    return Identity(*values)


def target_ref(repository: Repository, name: str) -> str:
    """The full name of the branch to land on; by default the one that is checked out."""
    head = repository.handle.references.get("HEAD")
    if name:
        ref = name if name.startswith("refs/") else f"refs/heads/{name}"
    elif head is None or not isinstance(head.raw_target, bytes | str):
        raise Refused("plan.no-target", "HEAD is on no branch", cure="say where to land with --target BRANCH")
    else:
        ref = str(head.target)
    if not ref.startswith("refs/heads/") or not is_valid(ref):
        raise Refused("plan.no-target", f"{visible(ref)} is not a branch", cure="give the name of a branch")
    if read(repository, ref) is None:
        raise Refused("plan.no-target", f"there is no branch {ref}", cure="say where to land with --target BRANCH")
    return ref


def _of_the_file(batch: ParsedBatch) -> bool:
    """Whether a fault is the file's own, so that leaving lines out would not mend it."""
    return len(batch.faults) > sum(len(line.faults) for line in batch.lines)


def _begun_before(shop: Workshop, plan: Plan) -> Plan | None:
    """The plan that was begun and not ended, or that waits for a person, if it is this one but for its time."""
    for known in shop.plans.readable(plan.batch):
        same = replace(known, when=plan.when) == plan
        if same and fold(known, shop.journal.records(prefix=f"{known.id}/")).begun:
            return known
    return None


def _renamed(shop: Workshop, order: Order) -> Callable[[str, str], bool]:
    return lambda src, dst: was_renamed(shop.repository, order.base, src, dst)
