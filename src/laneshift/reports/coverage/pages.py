"""A report about coverage for people: Markdown for repositories and jobs, HTML with charts for browsers. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from laneshift.reports import page
from laneshift.reports.charts import bars
from laneshift.reports.coverage.report import Change, Count, Coverage, Group, Module
from laneshift.reports.markdown import code, plain, table
from laneshift.reports.svg import Series

TITLE = "Coverage"
_LEAST_COVERED = 20
_MISSED = 12
_HEAD = ("module", "files", "statements", "ran", "asked", "branches", "asked", "recorded", "passes")
_NUMBERS = (1, 2, 3, 4, 5, 6, 7)


def lead(found: Coverage) -> str:
    """The report in one sentence."""
    faults = len(found.all_faults)
    verdict = "nothing stands against it" if not faults else f"{faults} fault{'s' if faults > 1 else ''}"
    measured = sum(not each.why for each in found.modules)
    return (
        f"{_ratio(found.statements)} statements ran ({found.statements.percent} %) in {measured} files,"
        f" by {found.tool}; {verdict}."
    )


def markdown(found: Coverage) -> str:
    """A page for a repository or for the summary of a job."""
    rows = [[code(row[0]), *map(plain, row[1:])] for row in map(_group, found.groups)]
    lines = [f"# {TITLE}", "", plain(lead(found)), ""]
    if found.all_faults:
        lines += ["## What stands against it", ""]
        lines += [f"- {code(each.where)}: {plain(each.what)}" for each in found.all_faults]
        lines += [""]
    lines += ["## Modules", "", *table(_HEAD, rows, _NUMBERS), ""]
    if found.changes is not None:
        changed = [[code(each.path), plain(_ratio(each.statements)), plain(_missed(each))] for each in found.changes]
        lines += ["## Changed lines", "", plain(_changed(found)), ""]
        lines += [*table(("file", "ran", "did not run"), changed, (1,)), ""] if changed else []
    least = [[code(each.path), plain(each.statements.percent), code(each.group)] for each in _least(found)]
    lines += ["## Least covered files", "", *table(("file", "%", "below"), least, (1,)), ""]
    return "\n".join(lines)


def html(found: Coverage) -> str:
    """A page for a browser."""
    parts = []
    if found.all_faults:
        faults = [(each.where, each.what, each.cure) for each in found.all_faults]
        head = ("where", "what", "cure")
        parts.append(page.section("What stands against it", page.table("What stands against it", head, faults)))
    groups = page.table("Modules", _HEAD, map(_group, found.groups), _NUMBERS)
    parts.append(page.section("Modules", *_chart(found), groups))
    if found.changes is not None:
        rows = [(each.path, _ratio(each.statements), _missed(each)) for each in found.changes]
        changed = page.table("Changed lines", ("file", "ran", "did not run"), rows, (1,))
        parts.append(
            page.section("Changed lines", f"<p>{page.words(_changed(found))}</p>", *([changed] if rows else []))
        )
    least = [(each.path, each.statements.percent, _ratio(each.statements), each.group) for each in _least(found)]
    files = page.table("Least covered files", ("file", "%", "ran", "below"), least, (1, 2))
    parts.append(page.section("Least covered files", files))
    return page.page(TITLE, lead(found), parts)


def _chart(found: Coverage) -> Iterator[str]:
    shown = [each for each in found.groups if each.statements.all]
    if not shown:
        return
    names = [each.asked.name for each in shown]
    ran = Series("statements that ran", tuple(float(each.statements.percent) for each in shown))
    asked = Series("asked", tuple(float(each.asked.statements or 0) for each in shown))
    taken = Series(
        "branches taken", tuple(float(each.branches.percent) if each.branches.all else 0.0 for each in shown)
    )
    series = [ran, asked, *([taken] if found.branch else [])]
    yield bars("Coverage by module, in per cent", lead(found), names, series, " %")


def _group(group: Group) -> tuple[str, ...]:
    return (
        group.asked.name,
        str(group.modules),
        str(group.statements.all),
        f"{group.statements.percent} %" if group.statements.all else "n/a",
        _asked(group.asked.statements),
        f"{group.branches.percent} %" if group.branches.all else "n/a",
        _asked(group.asked.branches),
        "" if group.recorded is None else f"{group.recorded.percent} %",
        "no" if group.faults else "yes" if group.asked.statements or group.asked.branches else "not asked",
    )


def _asked(percent: Decimal | None) -> str:
    return "" if percent is None else f"{percent:f} %"


def _ratio(count: Count) -> str:
    return f"{count.run} of {count.all}"


def _changed(found: Coverage) -> str:
    count = found.changed_statements
    if not count.all:
        return "No statement that a report could know was added or edited."
    return f"{_ratio(count)} added or edited statements ran ({count.percent} %); {found.changed:f} % are asked for."


def _missed(change: Change) -> str:
    if change.why:
        return change.why
    shown = ", ".join(map(str, change.missed[:_MISSED]))
    more = len(change.missed) - _MISSED
    return f"{shown} and {more} more" if more > 0 else shown


def _least(found: Coverage) -> list[Module]:
    with_data = (each for each in found.modules if each.statements.all)
    return sorted(with_data, key=lambda each: (each.statements.run / each.statements.all, each.path))[:_LEAST_COVERED]
