"""What one item writes, as the engine finds it by doing it. The records are pure; `works` applies intents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from laneshift.code.intents import Applied, Rules
from laneshift.errors import CheckFailed, Refused
from laneshift.manifests.applying import apply
from laneshift.repo.differences import differences
from laneshift.repo.objects import Tree
from laneshift.runs.events import Event
from laneshift.runs.paths import folders_above
from laneshift.runs.plan import PlannedItem
from laneshift.runs.workshop import Workshop

Apply = Callable[[Tree, PlannedItem], Applied]


@dataclass(frozen=True, slots=True)
class Work:
    """One item on one tree: the paths that it writes, and how much that is.

    `owned` are the paths that the item is about: what it moves, where to, and its tests. `look` are places that no rule
    can settle. `weight` counts written files and rewritten places. `touches` are the paths, and with a slash at its end
    each folder that one item may empty while another puts something into it: git would carry that along.
    """

    item: str
    writes: frozenset[str]
    added: frozenset[str]
    removed: frozenset[str]
    owned: frozenset[str]
    look: frozenset[str]
    weight: int
    touches: frozenset[str] = frozenset()


def applier(shop: Workshop, rules: Rules) -> Apply:
    """What does an item to a tree, as a landing would. Raises `Refused` or `CheckFailed` where that cannot be."""
    known: dict[tuple[str, str], Applied] = {}

    def done(tree: Tree, item: PlannedItem) -> Applied:
        key = (tree.oid, item.id)
        if key not in known:
            shop.report(Event("packs", "what it writes", item.id))
            known[key] = apply(tree, item.intent, rules, shop.index.mentions)
        return known[key]

    return done


def works(
    tree: Tree, items: Sequence[PlannedItem], done: Apply, failed: Collection[str] = ()
) -> tuple[list[Work], dict[str, str]]:
    """Each item alone on `tree`, and why some cannot be done there, by their ids.

    Those of `failed` have to be mended as well, so that they touch what no rule can settle, too.
    """
    found: list[Work] = []
    refused: dict[str, str] = {}
    for item in items:
        try:
            work = _work(tree, item, done(tree, item))
        except (Refused, CheckFailed) as error:
            refused[item.id] = error.what
            continue
        if not work.writes:
            refused[item.id] = "it changes nothing here"
        elif not all(map(_is_text, work.writes)):
            refused[item.id] = "it writes a path that is not UTF-8"
        else:
            found.append(work)
    return list(with_folders(tree, found, failed)), refused


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _work(tree: Tree, item: PlannedItem, applied: Applied) -> Work:
    changed = differences(tree, applied.tree)
    result = applied.result
    moved = {*result.relocations.keys(), *result.relocations.values(), *applied.tests}
    own = moved if result.relocations else {path for path in changed if is_at(path, item.src)}
    return Work(
        item=item.id,
        writes=frozenset(changed),
        added=frozenset(path for path, (before, _) in changed.items() if before is None),
        removed=frozenset(path for path, (_, after) in changed.items() if after is None),
        owned=frozenset(own | {*applied.tests}) & frozenset(changed),
        look=frozenset(result.relocations.get(each.path, each.path) for each in result.notices),
        weight=len(changed) + len(result.edits),
    )


def is_at(path: str, place: str) -> bool:
    """Whether a path is this file, or lies in this folder; `.` is the root."""
    return place in (".", path) or path.startswith(f"{place}/")


def with_folders(tree: Tree, found: Sequence[Work], failed: Collection[str]) -> Iterator[Work]:
    """The same with folders among what they touch, where git would take moving every file out for a rename."""
    gone = Counter(folder for path in {p for work in found for p in work.removed} for folder in folders_above(path))
    into = {folder for work in found for path in work.added for folder in folders_above(path)}
    emptied = {each for each in gone.keys() & into if sum(1 for _ in tree.below(each)) == gone[each]}
    for work in found:
        near = {folder for path in work.added | work.removed for folder in folders_above(path)}
        mend = work.look if work.item in failed else frozenset()
        yield replace(work, touches=work.writes | {f"{folder}/" for folder in near & emptied} | mend)


def sharing(found: Iterable[Work]) -> Mapping[str, list[str]]:
    """What several items touch, with these items in their order."""
    by_path: dict[str, list[str]] = {}
    for work in found:
        for path in sorted(work.touches):
            by_path.setdefault(path, []).append(work.item)
    return {path: items for path, items in sorted(by_path.items()) if len(items) > 1}
