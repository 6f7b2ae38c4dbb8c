"""How often test selection missed something, as audits have measured it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from laneshift.runs.state import BatchState


@dataclass(frozen=True, slots=True)
class SelectionRecord:
    """Items whose whole suite ran besides their own check, those of them where that found more, and ended badly."""

    audited: int
    missed: int
    unfinished: int

    @property
    def line(self) -> str:
        """What people read; empty when nothing was audited."""
        if not self.audited + self.unfinished:
            return ""
        rest = f", {self.unfinished} audit(s) did not end" if self.unfinished else ""
        return f"selection: {self.missed} missed of {self.audited} audited{rest}"

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def selection_record(state: BatchState) -> SelectionRecord:
    """The record of one plan: each item counts once, by its last audit."""
    whole = [audit for audit in state.audits.values() if audit["state"] == "whole"]
    missed = sum(bool(audit["missed"]) for audit in whole)
    return SelectionRecord(len(whole), missed, len(state.audits) - len(whole))


def audit_line(audit: Mapping[str, Any] | None) -> str:
    """One item's audit in a line; empty when it had none."""
    if audit is None:
        return ""
    if audit["state"] != "whole":
        return f"audited, to no end: {audit['why']}"
    return f"audited: {audit['passed']} test(s) of the whole suite passed, {len(audit['missed'])} missed by selection"


def misses(state: BatchState, item: str = "") -> list[str]:
    """Every test that was missed, of one item or of all, with the reason; one line each."""
    return [
        f"missed by the selection of {name}: {each['test']}: {each['why']}"
        for name, audit in state.audits.items()
        if item in ("", name)
        for each in audit["missed"]
    ]
