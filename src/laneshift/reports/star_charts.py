"""The charts of a report about stars. Pure."""

from __future__ import annotations

from laneshift.reports.charts import bars, stacked
from laneshift.reports.star_report import Report
from laneshift.reports.svg import Series


def distribution(report: Report) -> str:
    """How many modules each star has, before and after."""
    before, after = report.before, report.after
    return bars(
        "Modules of each star",
        _in_words(report),
        list(report.canon.ids),
        [Series("before", tuple(before.values())), Series("after", tuple(after.values()))],
    )


def shares(report: Report) -> str:
    """The shares of the stars, before and after."""
    before, after = report.before, report.after
    series = [Series(star, (before[star], after[star])) for star in report.canon.ids if before[star] or after[star]]
    return stacked("Shares of the stars", _in_words(report), ["before", "after"], series)


def signals(report: Report) -> str:
    """How often each kind of signal spoke for a suggestion."""
    kinds = report.loaded.rules.weights.model_dump()
    counts = dict.fromkeys(kinds, 0)
    for suggestion in report.suggestions:
        for signal in suggestion.signals:
            counts[signal.kind] += 1
    told = ", ".join(f"{kind} {count}" for kind, count in counts.items())
    series = [Series("signals", tuple(counts.values()))]
    return bars("Signals of the suggestions", f"How often each kind spoke: {told}.", list(counts), series)


def _in_words(report: Report) -> str:
    after = report.after
    told = ", ".join(f"{star} {count} then {after[star]}" for star, count in report.before.items())
    return f"Modules before and after the promotions: {told}."
