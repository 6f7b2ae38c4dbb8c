"""What a dashboard or an alert asks, in the words of Prometheus and of Datadog.

A query holds metrics of the catalogue and not their names, and is refused when it is made if its metric has no such
label, no such value or is of another kind: none can ask for what is never told.

What is told of a repository every process tells alike, so Prometheus takes the largest of them before it adds up.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

from laneshift.errors import Bug
from laneshift.telemetry.metric import REPOSITORY, Kind, Metric

Where = Mapping[str, tuple[str, ...]]
_PERCENTILES = {0.5: "median", 0.95: "95percentile"}


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a query stands. `window` is a duration such as `1h`, or a variable that Grafana fills in.

    `only` are the repositories that count, in the words of whoever is asked; `apart` keeps repositories apart.
    """

    window: str
    only: str = ""
    apart: bool = False


@dataclass(frozen=True)
class Query(ABC):
    """A question about one metric. `by` are labels to keep apart; `where` gives labels the values that count."""

    metric: Metric
    by: tuple[str, ...] = ()
    where: Where = field(default_factory=dict)

    def __post_init__(self) -> None:
        labels = {label.name: label.values for label in self.metric.labels}
        wrong = [name for name in (*self.by, *self.where) if name not in labels]
        wrong += [v for name, found in self.where.items() for v in found if labels.get(name) and v not in labels[name]]
        if wrong or self.metric.kind not in self.kinds():
            raise Bug("telemetry.query", f"{type(self).__name__} cannot ask {self.metric.prometheus} for {wrong}")

    @classmethod
    @abstractmethod
    def kinds(cls) -> tuple[Kind, ...]:
        """The kinds of metrics that can be asked so."""

    @abstractmethod
    def promql(self, frame: Frame) -> str:
        """The question in PromQL."""

    @abstractmethod
    def datadog(self, only: str, apart: bool = False) -> str:
        """The question as a metric query of Datadog. `only` is a filter such as `*`; `apart` as a frame has it."""

    def metrics(self) -> tuple[Metric, ...]:
        """What has to be told for an answer."""
        return (self.metric,)

    def _selector(self, frame: Frame, end: str = "") -> str:
        terms = [frame.only] if frame.only else []
        for name, values in self.where.items():
            one = len(values) == 1
            terms.append(f'{name}="{values[0]}"' if one else f'{name}=~"{"|".join(values)}"')
        return f"{self.metric.prometheus}{end}" + (f"{{{', '.join(terms)}}}" if terms else "")

    def _summed(self, frame: Frame, inner: str, *more: str) -> str:
        kept = ", ".join([*([REPOSITORY] if frame.apart else []), *more, *self.by])
        outer = f"sum by ({kept})" if kept else "sum"
        if self.metric.own:
            return f"{outer} ({inner})"
        each = ", ".join([REPOSITORY, *more, *self.metric.label_names])
        return f"{outer} (max by ({each}) ({inner}))"

    def _filtered(self, function: str, only: str, apart: bool, end: str = "") -> str:
        terms = [only] if only != "*" or not self.where else []
        for name, values in self.where.items():
            one = len(values) == 1
            terms.append(f"{name}:{values[0]}" if one else f"{name} IN ({','.join(values)})")
        kept = [*([REPOSITORY] if apart else []), *self.by]
        by = f" by {{{','.join(kept)}}}" if kept else ""
        joint = " AND " if any(" IN " in term for term in terms) else ","
        return f"{function}:{self.metric.datadog}{end}{{{joint.join(terms)}}}{by}"


class Count(Query):
    """How much a counter grew in the window."""

    @classmethod
    def kinds(cls) -> tuple[Kind, ...]:
        """As the class above says."""
        return ("counter",)

    def promql(self, frame: Frame) -> str:
        """As the class above says."""
        return self._summed(frame, f"increase({self._selector(frame)}[{frame.window}])")

    def datadog(self, only: str, apart: bool = False) -> str:
        """As the class above says."""
        return f"{self._filtered('sum', only, apart)}.as_count()"


@dataclass(frozen=True)
class Quantile(Query):
    """The value that a share `q` of the observations of the window do not exceed."""

    q: float = 0.95

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.q not in _PERCENTILES:
            raise Bug("telemetry.query", f"an agent does not tell the {self.q} quantile")

    @classmethod
    def kinds(cls) -> tuple[Kind, ...]:
        """As the class above says."""
        return ("histogram",)

    def promql(self, frame: Frame) -> str:
        """As the class above says."""
        rate = f"rate({self._selector(frame, '_bucket')}[{frame.window}])"
        return f"histogram_quantile({self.q}, {self._summed(frame, rate, 'le')})"

    def datadog(self, only: str, apart: bool = False) -> str:
        """As the class above says."""
        return self._filtered("max", only, apart, f".{_PERCENTILES[self.q]}")


class Now(Query):
    """What a gauge is."""

    @classmethod
    def kinds(cls) -> tuple[Kind, ...]:
        """As the class above says."""
        return ("gauge",)

    def promql(self, frame: Frame) -> str:
        """As the class above says."""
        return self._summed(frame, self._selector(frame))

    def datadog(self, only: str, apart: bool = False) -> str:
        """As the class above says."""
        return self._filtered("max", only, apart)


class Age(Query):
    """How many seconds ago something happened; of several the oldest."""

    @classmethod
    def kinds(cls) -> tuple[Kind, ...]:
        """As the class above says."""
        return ("moment",)

    def promql(self, frame: Frame) -> str:
        """As the class above says."""
        kept = ", ".join([*([REPOSITORY] if frame.apart else []), *self.by])
        return f"time() - min {f'by ({kept}) ' if kept else ''}({self._selector(frame)})"

    def datadog(self, only: str, apart: bool = False) -> str:
        """As the class above says."""
        return self._filtered("max", only, apart)


@dataclass(frozen=True)
class Share:
    """What part of one count another is, from 0 to 1; no number where there is nothing to count."""

    part: Count
    whole: Count

    def promql(self, frame: Frame) -> str:
        """The question in PromQL."""
        return f"{self.part.promql(frame)} / {self.whole.promql(frame)}"

    def metrics(self) -> tuple[Metric, ...]:
        """What has to be told for an answer."""
        return (self.part.metric, self.whole.metric)


Question = Query | Share
