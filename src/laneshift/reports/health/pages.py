"""A report of health as Markdown and as a page with charts. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from laneshift.reports import page
from laneshift.reports.chart_lines import lines
from laneshift.reports.charts import bars, percent, stacked
from laneshift.reports.health.model import Figure, Health, Section, State
from laneshift.reports.health.trend import before, delta, share
from laneshift.reports.markdown import code, plain, table
from laneshift.reports.svg import Series

TITLE = "Health of the repository"
_HEAD = ("figure", "measured", "share", "limit", "holds", "before", "change")
_MARKS = {State.PASSED: "\N{WHITE HEAVY CHECK MARK}", State.FAILED: "\N{CROSS MARK}"}
_MARKS |= {State.ERRORED: "\N{WARNING SIGN}\N{VARIATION SELECTOR-16}", State.LEFT_OUT: "\N{HEAVY MINUS SIGN}"}
_BARS = 20


def lead(report: Health) -> str:
    """The report in one sentence."""
    counts = ", ".join(f"{report.count(state)} {state.value.replace('_', ' ')}" for state in State)
    verdict = "healthy" if report.passes else "not healthy"
    return f"{verdict}: {counts}; tree {report.tree[:12]}, {_day(report.when)}."


def badges(report: Health) -> str:
    """A mark for each section with its first figure, on one line. No image is fetched for it."""
    return " ".join(f"<kbd>{_MARKS[each.state]} {plain(each.title)}{_first(each)}</kbd>" for each in report.sections)


def markdown(report: Health) -> str:
    """A page for a repository or for the summary of a job."""
    parts = [f"# {TITLE}", "", plain(lead(report)), "", badges(report), ""]
    for section in report.sections:
        parts += [f"## {_MARKS[section.state]} {section.title}: {section.state.value.replace('_', ' ')}", ""]
        if section.reason:
            parts += [plain(section.reason), ""]
        if section.figures:
            head, cells = _table(report, section)
            parts += [*table(head, [[plain(cell) for cell in row] for row in cells], (1,)), ""]
        if section.notes:
            told = [f"- {code(note)}" for note in section.notes]
            more = [f"- {section.more} more"] if section.more else []
            parts += [f"<details><summary>{_amount(section)}</summary>", "", *told, *more, "", "</details>", ""]
    return "\n".join(parts)


def html(report: Health) -> str:
    """A page for a browser: sections, their charts, and how figures went."""
    parts = [_overview(report), *_history(report)]
    for section in report.sections:
        body = [f"<p>{page.words(section.reason)}</p>"] if section.reason else []
        if section.figures:
            body.append(page.table(section.title, *_table(report, section), (1,)))
        rows_ = [row for row in section.rows if row[1]][:_BARS]
        if rows_:
            told = ", ".join(f"{name} {count}" for name, count in rows_)
            series = [Series(section.title, tuple(float(count) for _, count in rows_))]
            body.append(bars(section.title, f"{told}.", [name for name, _ in rows_], series))
        if section.notes:
            notes = [[note] for note in section.notes] + ([[f"{section.more} more"]] if section.more else [])
            body.append(page.table(f"{section.title}: what was found", ["what was found"], notes))
        parts.append(page.section(f"{section.title}: {_words(section.state)}", *body))
    return page.page(TITLE, lead(report), parts)


def _overview(report: Health) -> str:
    shares = [(s, f) for s in report.sections for f in s.figures if f.of is not None]
    if not shares:
        return ""
    good = Series("good", tuple(float(figure.value) for _, figure in shares))
    rest = Series("not", tuple(float((figure.of or 0) - figure.value) for _, figure in shares))
    told = ", ".join(f"{s.title} {f.told}" for s, f in shares)
    labels = [f"{section.title}: {figure.name}" for section, figure in shares]
    return page.section("Shares", stacked("Shares", f"{told}.", labels, [good, rest]))


def _history(report: Health) -> Iterator[str]:
    """A chart of shares and one of counts, of what was measured in every run, where there was a run before."""
    runs = [*report.history, report.run]
    if len(runs) < 2:
        return
    labels = [_day(run.when) for run in runs]
    common = [name for name in runs[-1].figures if all(name in run.figures for run in runs)]
    for title, unit, wanted in (("Shares over time", " %", True), ("Counts over time", "", False)):
        named = [name for name in common if ("/" in runs[-1].figures[name]) is wanted]
        charts = [(name, [share(run.figures[name]) for run in runs]) for name in named]
        series = [Series(name, tuple(v for v in values if v is not None)) for name, values in charts]
        whole = [each for each in series if len(each.values) == len(runs)]
        moving = [each for each in whole if len(set(each.values)) > 1] or whole
        if moving:
            chosen = moving[:6]
            told = "; ".join(
                f"{each.name} from {each.values[0]:g}{unit} to {each.values[-1]:g}{unit}" for each in chosen
            )
            yield page.section(title, lines(title, f"{told}.", labels, chosen, unit))


def _table(report: Health, section: Section) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the figures, without the columns in which nothing stands."""
    rows = [_cells(report, section.id, each) for each in section.figures]
    used = [at for at in range(len(_HEAD)) if any(row[at] for row in rows)]
    return [_HEAD[at] for at in used], [[row[at] for at in used] for row in rows]


def _cells(report: Health, section: str, figure: Figure) -> list[str]:
    was = before(report, f"{section}.{figure.name}")
    part = "" if figure.of is None else percent(figure.value, figure.of)
    holds = ("yes" if figure.holds else "NO") if figure.limit else ""
    return [figure.words, figure.told, part, figure.limit, holds, was, delta(was, figure)]


def _first(section: Section) -> str:
    if not section.figures:
        return f" {_words(section.state)}"
    bad = next((each for each in section.figures if not each.holds), section.figures[0])
    part = bad.told if bad.of is None else percent(bad.value, bad.of)
    return f" {plain(part)} {plain(bad.words)}"


def _amount(section: Section) -> str:
    number = len(section.notes) + section.more
    return f"{number} finding" if number == 1 else f"{number} findings"


def _words(state: State) -> str:
    return state.value.replace("_", " ")


def _day(when: int) -> str:
    return dt.datetime.fromtimestamp(when, dt.UTC).strftime("%Y-%m-%d %H:%M")
