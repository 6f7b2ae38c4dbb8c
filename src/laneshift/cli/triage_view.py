"""The items of a plan to look at first, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from laneshift.runs.triage import Triaged

_SHOWN = 3


def triage_lines(found: Sequence[Triaged]) -> Iterator[str]:
    """The riskiest items that are not of low risk, each with its reasons."""
    for number, (item, risk) in enumerate(found[:_SHOWN]):
        if risk.level != "low":
            yield f"{'look first at' if not number else '         then'} {item.id}: {risk.line}"


def triage_data(found: Sequence[Triaged]) -> list[dict[str, Any]]:
    """All of them with their factors, the riskiest first."""
    return [
        {
            "item": item.id,
            "score": risk.score,
            "level": risk.level,
            "factors": [asdict(factor) for factor in risk.factors],
        }
        for item, risk in found
    ]
