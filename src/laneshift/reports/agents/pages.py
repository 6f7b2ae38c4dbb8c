"""A report about agents as Markdown and as a page with charts. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from laneshift.reports import page
from laneshift.reports.agents.model import STATES, Agent, Agents
from laneshift.reports.agents.tally import reasons
from laneshift.reports.charts import bars, stacked
from laneshift.reports.markdown import code, plain, table
from laneshift.reports.svg import Series

TITLE = "Agents and people"
HEAD = ("who", "kind", "taken", "landed", "taken back", "rejected", "files", "lines", "gate failures", "time an item")
_NUMBERS = tuple(range(2, len(HEAD)))
HANDED = (
    *("who", "packs", "items", "claims", "held", "released", "lapsed"),
    *("accepted", "suggested", "refused", "files brought"),
)
_REASONS = ("who", "item", "plan", "state", "step", "why")


def lead(report: Agents) -> str:
    """The report in one sentence."""
    agents = sum(each.who.is_agent for each in report.agents)
    taken, landed = sum(each.taken for each in report.agents), sum(each.commits for each in report.agents)
    agree = "journal and git agree" if report.passes else f"{len(report.faults)} difference(s) between journal and git"
    people = len(report.agents) - agents
    return f"{agents} agent(s) and {people} other(s); {taken} item(s) taken, {landed} landed; {agree}."


def row(each: Agent) -> list[str]:
    """One of them as the cells of a table."""
    who = each.who
    kind = f"agent of {who.owner}" if who.is_agent else "person"
    rejected, gates = len(each.rejected), sum(each.gates.values())
    lines = f"+{each.added} -{each.deleted}"
    numbers = (each.taken, each.commits, each.taken_back, rejected, each.files)
    return [who.name or who.email, kind, *map(str, numbers), lines, str(gates), duration(each)]


def duration(each: Agent) -> str:
    """The mean time from taking an item to its end; empty where none came to one."""
    return f"{each.milliseconds / each.timed / 1000:.1f} s" if each.timed else ""


def markdown(report: Agents) -> str:
    """A page for a repository or for the summary of a job."""
    rows = [[plain(cell) for cell in row(each)] for each in report.agents]
    parts = [f"# {TITLE}", "", plain(lead(report)), "", *table(HEAD, rows, _NUMBERS), ""]
    if report.faults:
        parts += ["## Where journal and git differ", "", *(f"- {code(fault)}" for fault in report.faults), ""]
    rejected = list(_rejected(report))
    if rejected:
        cells = [[plain(cell) for cell in one] for one in rejected]
        parts += ["## Rejected", "", *table(_REASONS, cells), ""]
    handed = [[plain(cell) for cell in one] for one in _handed(report)]
    if handed:
        parts += ["## Handed out and brought", "", *table(HANDED, handed, tuple(range(1, len(HANDED)))), ""]
    gates = [[plain(cell) for cell in one] for one in _gates(report)]
    if gates:
        parts += ["## Gates that failed", "", *table(("who", "gate", "times"), gates, (2,)), ""]
    return "\n".join(parts)


def html(report: Agents) -> str:
    """A page for a browser."""
    rows = [row(each) for each in report.agents]
    parts = [page.section("In numbers", page.table(TITLE, HEAD, rows, _NUMBERS)), *_charts(report)]
    if report.faults:
        told = page.table("Differences", ["what"], [[fault] for fault in report.faults])
        parts.append(page.section("Where journal and git differ", told))
    rejected = list(_rejected(report))
    if rejected:
        parts.append(page.section("Rejected", page.table("Rejected", _REASONS, rejected)))
    handed = list(_handed(report))
    if handed:
        told = page.table("Handed out", HANDED, handed, tuple(range(1, len(HANDED))))
        parts.append(page.section("Handed out and brought", told))
    gates = list(_gates(report))
    if gates:
        parts.append(page.section("Gates that failed", page.table("Gates", ("who", "gate", "times"), gates, (2,))))
    return page.page(TITLE, lead(report), parts)


def _charts(report: Agents) -> Iterator[str]:
    names = [each.who.name or each.who.email for each in report.agents]
    states = [each for each in STATES if any(agent.states.get(each) for agent in report.agents)]
    if states:
        series = [Series(state, tuple(float(a.states.get(state, 0)) for a in report.agents)) for state in states]
        told = "; ".join(
            f"{name}: " + ", ".join(f"{agent.states.get(state, 0)} {state}" for state in states)
            for name, agent in zip(names, report.agents, strict=True)
        )
        yield page.section("What became of the items", stacked("What became of the items", f"{told}.", names, series))
    series = [
        Series("added", tuple(float(each.added) for each in report.agents)),
        Series("deleted", tuple(float(each.deleted) for each in report.agents)),
    ]
    told = "; ".join(f"{n}: +{a.added} -{a.deleted}" for n, a in zip(names, report.agents, strict=True))
    yield page.section("Lines that landed", bars("Lines that landed", f"{told}.", names, series))
    steps = sorted({step for each in report.agents for step in reasons(each.rejected)})
    if steps:
        series = [
            Series(name, tuple(float(reasons(agent.rejected).get(step, 0)) for step in steps))
            for name, agent in zip(names, report.agents, strict=True)
            if agent.rejected
        ]
        told = ", ".join(f"{step} {sum(reasons(a.rejected).get(step, 0) for a in report.agents)}" for step in steps)
        yield page.section("Steps that rejected", bars("Steps that rejected", f"{told}.", steps, series))


def _rejected(report: Agents) -> Iterator[list[str]]:
    for each in report.agents:
        for one in each.rejected:
            yield [each.who.name or each.who.email, one.item, one.plan, one.state, one.step, one.cause]


def _handed(report: Agents) -> Iterator[list[str]]:
    for each in report.agents:
        if each.handed:
            one = each.handed
            numbers = (one.packs, one.items, one.claims, one.held, one.released, one.lapsed)
            brought = (one.accepted, one.suggested, one.refused, each.brought)
            yield [each.who.name or each.who.email, *map(str, (*numbers, *brought))]


def _gates(report: Agents) -> Iterator[list[str]]:
    for each in report.agents:
        yield from ([each.who.name or each.who.email, gate, str(times)] for gate, times in each.gates.items())
