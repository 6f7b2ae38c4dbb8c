"""A report about stars as plain data, in the shape of `stars.schema.json`. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from laneshift.errors import Fault
from laneshift.manifests.stars.evidence import Signal, Suggestion, shown
from laneshift.reports.star_report import Report

VERSION = "1.0"


def data(report: Report) -> dict[str, Any]:
    """The whole report."""
    return {
        "schema_version": VERSION,
        "tree": report.tree,
        "canon": report.loaded.canon_from,
        "rules": report.loaded.rules_from,
        "thresholds": {key: str(value) for key, value in report.loaded.rules.thresholds.model_dump().items()},
        "weights": {key: str(value) for key, value in report.loaded.rules.weights.model_dump().items()},
        "modules": len(report.subjects),
        "distribution": {"before": dict(report.before), "after": dict(report.after)},
        "suggestions": [_suggestion(each) for each in report.suggestions],
        "promotions": [
            {
                "path": each.subject.path,
                "module": each.subject.module,
                "from": each.subject.star,
                "to": each.star,
                "tier": each.subject.tier,
                "confidence": each.confidence,
                "forced": each.forced,
                "signals": [_signal(one) for one in each.signals],
            }
            for each in report.promotions
        ],
        "held": [
            {"path": each.suggestion.subject.path, "to": each.suggestion.star, "why": each.why} for each in report.held
        ],
        "exceptions": [{"path": path, **asdict(use)} for path, use in report.uses],
        "ceilings": _faults(report.ceilings),
        "unread": _faults(report.unread),
        "passes": report.passes,
    }


def spoken(signal: Signal) -> str:
    """A signal in words."""
    seen = "" if signal.fact.casefold() == signal.match.casefold() else f" by {signal.match}"
    return f"{signal.kind} {signal.weight}: {signal.fact}{seen}"


def _suggestion(each: Suggestion) -> dict[str, Any]:
    return {
        "path": each.subject.path,
        "module": each.subject.module,
        "from": each.subject.star,
        "to": each.star,
        "confidence": shown(each.confidence),
        "signals": [_signal(one) for one in each.signals],
    }


def _signal(each: Signal) -> dict[str, str]:
    return {"kind": each.kind, "fact": each.fact, "rule": each.match, "weight": str(each.weight)}


def _faults(faults: Sequence[Fault]) -> list[dict[str, str]]:
    return [each._asdict() for each in faults]
