"""The rows of items as HTML. A row is made anew only when its item has moved on: most of a thousand have not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markupsafe import Markup

from laneshift.runs.plan import Plan, PlannedItem
from laneshift.runs.state import ItemState
from laneshift.server.pages.rendering import part

Kept = dict[str, tuple[ItemState, Markup]]
"""The row of each item, and the state that it was made of."""


def rows(plan: Plan, items: Iterable[tuple[PlannedItem, ItemState]], kept: Kept) -> Iterator[Markup]:
    """The rows of `items`, in their order. `kept` is what was made before for the same plan, and is added to."""
    row = part("item_row.html", "row")
    for item, standing in items:
        known = kept.get(item.id)
        # A fold leaves the state of an item that has not moved on as the object that it was.
        if known is None or known[0] is not standing:
            known = kept[item.id] = standing, row(plan, item, standing)
        yield known[1]
