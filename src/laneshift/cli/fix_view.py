"""Attempts at mending an item, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from laneshift.runs.fixing.attempts import Attempt


def attempt_lines(attempts: Sequence[Attempt]) -> Iterator[str]:
    """A line for each attempt, and below it what it did to the files."""
    for each in attempts:
        outcome = f"{each.outcome or 'under way'}{f': {each.why}' if each.why else ''}"
        yield f"{each.run} attempt {each.number}, {each.agent} after {each.step}: {outcome}"
        yield from (f"    {line}" for line in each.diff.splitlines())
