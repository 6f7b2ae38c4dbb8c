"""Opening, updating and closing the issues of an audit, through the port of a forge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from laneshift.forge.port import Issues
from laneshift.reports.audit.issues import GONE, Wanted
from laneshift.reports.audit.model import Entry, State


@dataclass(frozen=True, slots=True)
class Settled:
    """The records with the numbers of their issues, and how many were opened, kept and closed."""

    entries: tuple[Entry, ...]
    opened: int
    kept: int
    closed: int


def settle(issues: Issues, wanted: Sequence[Wanted], entries: Iterable[Entry], *, reconcile: bool) -> Settled:
    """Have one open issue for each finding; with `reconcile` close those of findings that are gone.

    Issues go by the id of their finding, so that doing it twice changes nothing. Raises `CheckFailed` when the forge
    does not take one.
    """
    before = {issue.key for issue in issues.all()}
    numbers = {each.key: issues.put(each.key, each.title, each.body).number for each in wanted}
    after, closed = [], 0
    for entry in entries:
        now = replace(entry, issue=numbers.get(entry.id, entry.issue))
        if reconcile and entry.state is State.GONE:
            closed += issues.close(entry.id, GONE) is not None
            now = replace(now, state=State.CLOSED)
        after.append(now)
    opened = sum(key not in before for key in numbers)
    return Settled(tuple(after), opened, len(numbers) - opened, closed)
