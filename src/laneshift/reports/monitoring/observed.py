"""What the journal tells of the last days: samples with their time, and the queue as it stood at each day's end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from laneshift.evidence.records import Record
from laneshift.telemetry.meter import Seen
from laneshift.telemetry.metric import Sample
from laneshift.telemetry.queue import Queue
from laneshift.telemetry.samples import samples

DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Period:
    """Days of UTC, the last of which is not over: `until` is now, in unix milliseconds."""

    until: int
    count: int

    @property
    def starts(self) -> tuple[int, ...]:
        """When each day began, in unix milliseconds."""
        return tuple(self.first + DAY_MS * place for place in range(self.count))

    @property
    def first(self) -> int:
        """When the first day began, in unix milliseconds."""
        return (self.until // DAY_MS - self.count + 1) * DAY_MS

    @property
    def names(self) -> tuple[str, ...]:
        """Each day as its date."""
        return tuple(datetime.fromtimestamp(start / 1000, UTC).strftime("%Y-%m-%d") for start in self.starts)

    def place(self, at: int) -> int:
        """Which of the days a moment belongs to; of clocks that run ahead, the last. Negative before the first."""
        return min((at - self.first) // DAY_MS, self.count - 1)


@dataclass(frozen=True, slots=True)
class Point:
    """A sample of a counter or a histogram, and when its record was made, in unix milliseconds."""

    at: int
    sample: Sample


@dataclass(frozen=True, slots=True)
class Observed:
    """`now` is how things stand, `evenings` how the queue stood at the end of each day before the last.

    `records` counts those of the period; `last` is when the last of all was made, in unix milliseconds.
    """

    period: Period
    points: tuple[Point, ...]
    now: tuple[Sample, ...]
    evenings: tuple[tuple[Sample, ...], ...]
    records: int
    last: int


def observed(records: Iterable[Record], seen: Seen, gauges: Iterable[Sample], period: Period) -> Observed:
    """What all `records` of a journal, in their order, tell of the period. `gauges` is what they do not tell."""
    queue, points, evenings = Queue(), list[Point](), list[tuple[Sample, ...]]()
    count = last = 0
    for record in records:
        place = period.place(record.at)
        while len(evenings) < place:
            evenings.append(tuple(queue.samples()))
        queue.hear(record)
        seen.note(record)
        last = max(last, record.at)
        if place >= 0:
            count += 1
            points += [Point(record.at, sample) for sample in samples(record, seen)]
    standing = tuple(queue.samples())
    evenings += [standing] * (period.count - 1 - len(evenings))
    return Observed(period, tuple(points), (*standing, *gauges), tuple(evenings), count, last)
