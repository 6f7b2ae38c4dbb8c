"""An opening: a few items that go first because others would all make the same file, such as the marker of a package.

Once it is there nobody else makes it, and the others can be worked on at one time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from laneshift.agents.packs.parting import Part, Parted, Seat, fits, part, span_of
from laneshift.agents.packs.work import Apply, Work, works
from laneshift.errors import CheckFailed, Refused
from laneshift.repo.objects import Tree
from laneshift.runs.plan import PlannedItem


def opening(
    tree: Tree,
    items: Sequence[PlannedItem],
    found: Sequence[Work],
    seats: Sequence[Seat],
    whole: Parted,
    done: Apply,
    failed: Collection[str],
) -> Parted | None:
    """The parts with an opening before them; None where they are no better than `whole`, which has none."""
    first = _first(found, {item: one.agent for one in whole.parts for item in one.items})
    able = [seat for seat in seats if all(fits(work, seat) for work in first)]
    if not first or not able:
        return None
    names = {work.item for work in first}
    opener = able[0]
    try:
        after = tree
        for item in items:
            after = done(after, item).tree if item.id in names else after
        rest, refused = works(after, [item for item in items if item.id not in names], done, failed)
    except (Refused, CheckFailed):
        return None
    if refused or not rest:
        return None
    weight = sum(work.weight for work in first)
    taken = [replace(seat, before=weight) if seat is opener else seat for seat in seats]
    parted = part(rest, taken)
    parted = _after(parted, Part(opener.agent, tuple(work.item for work in first)), weight, rest)
    return parted if parted.rank < whole.rank else None


def _first(found: Sequence[Work], whose: Mapping[str, str]) -> list[Work]:
    """Few items that make, between them, all that items of several agents would make, in the order of the plan."""
    made: dict[str, list[Work]] = {}
    for work in found:
        for path in work.added:
            made.setdefault(path, []).append(work)
    left = {path for path, by in made.items() if len({whose[work.item] for work in by}) > 1}
    chosen: set[str] = set()
    while left:
        best = min(found, key=lambda work: (-len(work.added & left), work.weight))
        chosen.add(best.item)
        left -= best.added
    return [work for work in found if work.item in chosen]


def _after(parted: Parted, first: Part, weight: int, rest: Sequence[Work]) -> Parted:
    """All parts after the opening: they are what the engine makes once it is done."""
    parts = (first, *(replace(one, after=(0, *(at + 1 for at in one.after))) for one in parted.parts))
    weights = {work.item: work.weight for work in rest}
    each = [weight, *(sum(weights[item] for item in one.items) for one in parted.parts)]
    return replace(parted, parts=parts, span=span_of(parts, each, {}))
