"""How long an answer may take: a budget for each stage, and one for all. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Stage(StrEnum):
    """Stages come one after another; the steps of one stage run at once where they do not need each other."""

    INTENT = "intent"
    DECISION = "decision"
    PROCESSING = "processing"
    VALIDATION = "validation"
    REFLECTION = "reflection"


STAGES = tuple(Stage)
_CLOSING = (Stage.VALIDATION, Stage.REFLECTION)


@dataclass(frozen=True, slots=True)
class Budget:
    """Seconds. What is left for a partial answer is checked and told as well: the time of the last two is kept."""

    intent: float = 0.050
    decision: float = 0.100
    processing: float = 0.120
    validation: float = 0.040
    reflection: float = 0.030
    total: float = 0.250

    def of(self, stage: Stage) -> float:
        """What a stage may take."""
        seconds: float = getattr(self, stage.value)
        return seconds

    def ends(self, stage: Stage, began: float, now: float) -> float:
        """When a stage that begins `now` has to end, in a run that began at `began`, on the same clock."""
        later = STAGES[STAGES.index(stage) + 1 :]
        kept = sum(self.of(each) for each in later if each in _CLOSING)
        return max(now, min(now + self.of(stage), began + self.total - kept))

    def times(self, factor: float) -> Budget:
        """The same shares of more or less time."""
        return replace(self, total=self.total * factor, **{stage.value: self.of(stage) * factor for stage in STAGES})
