"""Verdicts: what a gate found, with the numbers it rests on. A pass over nothing cannot be made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How a gate ended. Errored blocks like failed."""

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    NOT_APPLICABLE = "not_applicable"


class Exempt(StrEnum):
    """The closed list of reasons for which a gate may not apply."""

    NOTHING_OF_ITS_KIND = "the change touches nothing that this gate looks at"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One gate's finding: `numerator` of `denominator` were good; `details` name those that were not."""

    gate: str
    status: Status
    numerator: int = 0
    denominator: int = 0
    reason: str = ""
    details: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse the one verdict that must not exist: a pass that checked nothing."""
        if self.status is Status.PASSED and self.denominator <= 0:
            raise ValueError(f"gate {self.gate}: a pass needs something that was checked")

    @property
    def blocks(self) -> bool:
        """Whether the item must stop here."""
        return self.status in (Status.FAILED, Status.ERRORED)

    def as_json(self) -> dict[str, object]:
        """Plain data for the journal."""
        return {
            "gate": self.gate,
            "status": self.status.value,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "reason": self.reason,
            "details": list(self.details),
        }


def counted(gate: str, checked: int, bad: tuple[str, ...], what: str) -> Verdict:
    """Passed when something was checked and nothing is bad; errored when nothing was checked; failed otherwise."""
    if checked <= 0:
        return Verdict(gate, Status.ERRORED, reason=f"no {what} was checked")
    if bad:
        reason = f"{len(bad)} of {checked} {what}: {bad[0]}"
        return Verdict(gate, Status.FAILED, checked - len(bad), checked, reason, bad)
    return Verdict(gate, Status.PASSED, checked, checked, f"{checked} {what}")


def exempt(gate: str, reason: Exempt) -> Verdict:
    """The gate does not apply, for one of the reasons that exist."""
    return Verdict(gate, Status.NOT_APPLICABLE, reason=reason.value)
