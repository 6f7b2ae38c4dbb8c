"""Verdicts: what a gate found, with the numbers it rests on. A pass over nothing cannot be made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """How a gate ended. Errored blocks like failed; waived is a failure that a signed waiver lets pass."""

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    NOT_APPLICABLE = "not_applicable"
    WAIVED = "waived"


class Exempt(StrEnum):
    """The closed list of reasons for which a gate may not apply."""

    NOTHING_OF_ITS_KIND = "the change touches nothing that this gate looks at"
    NO_RULES = "no lane says what it may import"
    NO_APP = "the settings name no ASGI application"


_REASONS = frozenset(reason.value for reason in Exempt)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One gate's finding: `numerator` of `denominator` were good; `details` name those that were not.

    Whoever runs the gate adds the digests of `inputs` and `evidence`, how long it took, whether the verdict was
    `remembered` from an earlier run on the same inputs, and the `waiver` that lets a failure pass. `output` is what
    its runs printed; it is kept in the evidence alone.
    """

    gate: str
    status: Status
    numerator: int = 0
    denominator: int = 0
    reason: str = ""
    details: tuple[str, ...] = ()
    output: str = ""
    milliseconds: int = 0
    inputs: str = ""
    evidence: str = ""
    waiver: str = ""
    remembered: bool = False

    def __post_init__(self) -> None:
        """Refuse the verdicts that must not exist: a pass that checked nothing, an exemption for a reason of its own.

        Raises `ValueError`.
        """
        if self.status is Status.PASSED and (self.denominator <= 0 or self.numerator <= 0):
            raise ValueError(f"gate {self.gate}: a pass needs something that was checked")
        if self.numerator > self.denominator or self.numerator < 0:
            raise ValueError(f"gate {self.gate}: {self.numerator} of {self.denominator} is no count")
        if self.status is Status.NOT_APPLICABLE and self.reason not in _REASONS:
            raise ValueError(f"gate {self.gate}: {self.reason!r} is no reason for which a gate may not apply")
        if (self.status is Status.WAIVED) != bool(self.waiver):
            raise ValueError(f"gate {self.gate}: what is waived names its waiver, and nothing else does")

    @property
    def blocks(self) -> bool:
        """Whether the item must stop here."""
        return self.status in (Status.FAILED, Status.ERRORED)

    def as_json(self) -> dict[str, Any]:
        """Plain data for the journal, without the output."""
        return {
            "gate": self.gate,
            "status": self.status.value,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "reason": self.reason,
            "details": list(self.details),
            "milliseconds": self.milliseconds,
            "inputs": self.inputs,
            "evidence": self.evidence,
            "waiver": self.waiver,
            "remembered": self.remembered,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Verdict:
        """The inverse of `as_json`. Raises `ValueError`, `KeyError` or `TypeError` for anything else."""
        told = {**value, "status": Status(value["status"]), "details": tuple(map(str, value["details"]))}
        return cls(**told)


def counted(gate: str, checked: int, bad: tuple[str, ...], what: str, output: str = "") -> Verdict:
    """Passed when something was checked and nothing is bad; errored when nothing was checked; failed otherwise."""
    if checked <= 0:
        return Verdict(gate, Status.ERRORED, reason=f"no {what} was checked", output=output)
    if bad:
        reason = f"{len(bad)} of {checked} {what} fail: {bad[0]}"
        return Verdict(gate, Status.FAILED, max(0, checked - len(bad)), checked, reason, bad, output)
    return Verdict(gate, Status.PASSED, checked, checked, f"{checked} {what}", output=output)


def exempt(gate: str, reason: Exempt) -> Verdict:
    """The gate does not apply, for one of the reasons that exist."""
    return Verdict(gate, Status.NOT_APPLICABLE, reason=reason.value)


def errored(gate: str, reason: str, output: str = "") -> Verdict:
    """The gate could not be asked."""
    return Verdict(gate, Status.ERRORED, reason=reason, output=output)
