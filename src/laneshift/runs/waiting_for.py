"""Which items wait for which others of their batch, by what step check_deps found, and the order that this asks for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop
from laneshift.steps.beside import WAITS_FOR

Waits = Mapping[str, Sequence[str]]
"""The items that each item waits for; those that wait for none are not in it."""


def waits_of(shop: Workshop, plan: Plan, items: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What each of `items` waits for, as the last time that its imports were checked told."""
    wanted, notes = set(items), dict[str, str]()
    for record in shop.journal.records(kind="step.ended", prefix=f"{plan.id}/"):
        if record.facts["step"] == "check_deps" and record.facts["item"] in wanted:
            notes[record.facts["item"]] = record.facts["notes"]
    told = {item: json.loads(shop.store.get(note))["facts"].get(WAITS_FOR, ()) for item, note in notes.items()}
    return {item: tuple(others) for item, others in told.items() if others}


def in_turn(items: Sequence[str], waits: Waits) -> list[str]:
    """The items, each after those that it waits for, else in their order; those that wait in a circle stay together."""
    there, placed, above = frozenset(items), dict[str, None](), set[str]()
    # A batch may wait in one long row, which is deeper than calls can go.
    stack = [(item, False) for item in reversed(items)]
    while stack:
        item, is_done = stack.pop()
        if is_done:
            placed[item] = None
        elif item not in above:
            above.add(item)
            stack.append((item, True))
            stack += [(other, False) for other in reversed(waits.get(item, ())) if other in there]
    return list(placed)


def missing(items: Iterable[str], waits: Waits) -> list[str]:
    """What `items` wait for and is not among them, sorted."""
    there = frozenset(items)
    return sorted({other for item in there for other in waits.get(item, ())} - there)


def whole_circles(queue: Sequence[str], most: int, waits: Waits) -> list[str]:
    """The first `most` of the queue, and more while one of them waits for one that comes later, as in a circle."""
    end = min(most, len(queue))
    while later := [queue.index(each) for each in missing(queue[:end], waits) if each in queue]:
        end = max(later) + 1
    return list(queue[:end])
