"""The questions of dashboards and alerts, answered from samples. Pure.

What was not measured has no value: a count is zero only where something could have been counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from laneshift.reports.bench.percentiles import percentiles
from laneshift.reports.monitoring.query import Age, Count, Quantile, Query, Question, Share
from laneshift.telemetry import catalogue as known
from laneshift.telemetry.metric import Metric, Sample

_DEPS = Count(known.STEPS_DONE, where={"step": ("check_deps",)})
GROUNDS: Mapping[str, Count] = {
    known.VIOLATIONS.name: _DEPS,
    known.MISSING.name: Count(known.STEPS_DONE),
    known.CULPRITS.name: Count(known.SUITES),
    known.RETRIES.name: Count(known.LANDINGS),
    known.LANDED.name: Count(known.LANDINGS),
    known.ROLLBACKS.name: Count(known.LANDED),
    known.TAKEN_BACK.name: Count(known.LANDED),
    known.LEASES.name: Count(known.JOURNAL_RECORDS, where={"kind": ("item.claimed",)}),
}
"""What has to have happened for nothing of a metric to be a zero; of any other metric something of itself."""
_NONE: Mapping[str, str] = {
    known.QUEUE_SINCE.name: "nothing waits, runs or lands",
    known.KEY_MADE.name: "no key signs yet",
    known.CEILING.name: "the settings set no ceiling",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """`labels` are what the question keeps apart. `value` is None where there is no data: `why` says so.

    The value of a question for a quantile is that quantile; `p50`, `p95` and `p99` are of the same observations, and
    None where these are too few (20 for p95, 100 for p99). `many` is how many samples it is from.
    """

    labels: tuple[tuple[str, str], ...] = ()
    value: float | None = None
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None
    many: int = 0
    why: str = ""


def answers(asked: Question, samples: Sequence[Sample], now: float) -> tuple[Answer, ...]:
    """An answer for each combination of labels that is kept apart and was seen, or one without a value.

    `now` is the time in unix seconds.
    """
    if isinstance(asked, Share):
        return (_share(asked, samples, now),)
    found = [sample for sample in samples if sample.metric is asked.metric]
    fits = [sample for sample in found if _fits(asked, sample)]
    if not fits:
        return (_nothing(asked, found, samples),)
    groups: dict[tuple[tuple[str, str], ...], list[Sample]] = {}
    for sample in fits:
        groups.setdefault(tuple((name, sample.labels[name]) for name in asked.by), []).append(sample)
    return tuple(_one(asked, labels, each, now) for labels, each in sorted(groups.items()))


def without(metric: Metric) -> str:
    """Why there is no data of a metric."""
    if metric.own:
        return "processes tell it of themselves, the journal does not"
    return _NONE.get(metric.name, "nothing of it happened")


def _one(asked: Query, labels: tuple[tuple[str, str], ...], found: Sequence[Sample], now: float) -> Answer:
    values = [sample.value for sample in found]
    if isinstance(asked, Quantile):
        return _quantile(asked, labels, values)
    if isinstance(asked, Age):
        return Answer(labels, max(0.0, now - min(values)), many=len(values))
    return Answer(labels, sum(values), many=len(values))


def _quantile(asked: Quantile, labels: tuple[tuple[str, str], ...], values: Sequence[float]) -> Answer:
    told = percentiles(values)
    p50, p95, p99 = (None if each is None else each / 1e9 for each in (told.p50, told.p95, told.p99))
    value = p50 if asked.q == 0.5 else p95
    why = "" if value is not None else f"{len(values)} observation(s): too few for p{asked.q * 100:.0f}"
    return Answer(labels, value, p50, p95, p99, len(values), why)


def _nothing(asked: Query, found: Sequence[Sample], samples: Sequence[Sample]) -> Answer:
    """A zero where it could have been counted, else no value."""
    if isinstance(asked, Count) and not asked.metric.own:
        ground = GROUNDS.get(asked.metric.name)
        many = len(found) or (0 if ground is None else sum(_told(ground, sample) for sample in samples))
        if many:
            return Answer(value=0.0, many=many)
    return Answer(why=without(asked.metric))


def _share(asked: Share, samples: Sequence[Sample], now: float) -> Answer:
    """Of nothing there is no share; but where a part came without its whole, it is that of one."""
    whole, part = (answers(each, samples, now)[0] for each in (asked.whole, asked.part))
    if not whole.value and not part.value:
        return Answer(why=without(asked.whole.metric) if whole.value is None else "nothing to have a share of")
    return Answer(value=(part.value or 0.0) / max(whole.value or 0.0, 1.0), many=whole.many)


def _told(asked: Query, sample: Sample) -> bool:
    return sample.metric is asked.metric and _fits(asked, sample) and sample.value > 0


def _fits(asked: Query, sample: Sample) -> bool:
    labels = sample.labels
    return all(labels[name] in values for name, values in asked.where.items())


def measured(found: Iterable[Answer]) -> bool:
    """Whether any of the answers has a value."""
    return any(each.value is not None or each.p50 is not None for each in found)
