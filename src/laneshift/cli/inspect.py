"""`laneshift inspect PLAN [ITEM]`: every item of a plan, or every step of an item with its evidence."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from laneshift.cli.session import AsJson, Directory, Session, Verbose, session


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("inspect")(inspect)


def inspect(
    plan: Annotated[str, typer.Argument(help="A plan's id, its batch's name, or a plan file.")],
    item: Annotated[str, typer.Argument(help="An item of the plan; all of them when left out.")] = "",
    log: Annotated[str, typer.Option(metavar="STEP", help="Print the log of this step of the item.")] = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Show what happened to the items of a plan, and on what evidence."""
    with session(directory, as_json, verbose) as talk:
        if item:
            _one(talk, plan, item, log)
        else:
            _all(talk, plan)


def _all(talk: Session, name: str) -> None:
    from laneshift.cli.opened import opened
    from laneshift.cli.state_view import grounds, next_command, state_data, status_line, train_data, waived_lines
    from laneshift.runs import working
    from laneshift.runs.awaiting import unapproved
    from laneshift.runs.selection_record import misses
    from laneshift.runs.train_cuts import train_sizes

    shop = opened(talk)
    state = working.state_of(shop, shop.plans.load(name))
    (size,) = train_sizes(shop, [state.plan])

    def show(console: Console) -> None:
        table = Table("state", "step", "item", "cause", box=None, pad_edge=False)
        for found in state.items.values():
            table.add_row(found.state, found.step, found.id, found.cause or found.commit)
        console.print(table)
        for line in (status_line(state), *grounds(state, size), *misses(state), *waived_lines(state)):
            console.print(line, markup=False, soft_wrap=True)

    told = {**state_data(state), "train": train_data(size), "misses": misses(state)}
    talk.result(told, show, next_command(state, unapproved(shop, state)))


def _one(talk: Session, name: str, item: str, log: str) -> None:
    from laneshift.cli.fix_view import attempt_lines
    from laneshift.cli.opened import opened
    from laneshift.cli.verdict_view import verdict_table, waiver_lines
    from laneshift.runs import inspecting, working
    from laneshift.runs.answering.batches import why
    from laneshift.runs.fixing.attempts import attempts_at
    from laneshift.runs.selection_record import audit_line, misses

    shop = opened(talk)
    plan = shop.plans.load(name)
    reports = inspecting.steps_of(shop, plan, item)
    text = inspecting.log_of(shop, plan, item, log) if log else ""
    state = working.state_of(shop, plan)
    found, audit = state.items[item], state.audits.get(item)
    explanation = why(shop, plan, state, item)
    attempts = attempts_at(shop, plan, item)
    gates = next((report.seen for report in reversed(reports) if report.step == "gates"), {})

    def show(console: Console) -> None:
        if log:
            console.print(text or f"{log} kept no log", markup=False, soft_wrap=True)
            return
        table = Table("run", "step", "status", "what", "log", box=None, pad_edge=False)
        for report in reports:
            again = " (known)" if report.cached else ""
            table.add_row(report.run, report.step, report.status + again, report.summary, report.log[7:19])
        console.print(table)
        if gates.get("verdicts"):
            console.print(verdict_table(gates["verdicts"]))
        for line in waiver_lines(gates.get("verdicts", ()), gates.get("waivers", ())):
            console.print(line, markup=False, soft_wrap=True)
        for line in attempt_lines(attempts):
            console.print(line, markup=False, soft_wrap=True)
        for line in (audit_line(audit), *misses(state, item)):
            if line:
                console.print(line, markup=False, soft_wrap=True)
        console.print(f"{found.id} is {found.state} {found.cause}", markup=False, soft_wrap=True)
        if explanation:
            console.print(explanation, markup=False, soft_wrap=True)

    last = next((report.step for report in reversed(reports) if report.log), "")
    steps = [asdict(report) for report in reports]
    data = {"item": asdict(found), "steps": steps, "log": text, "audit": audit, "why": explanation}
    data["attempts"] = [asdict(each) for each in attempts]
    # Who has seen a log has seen all of the item, and a step without one has nothing to show.
    then = f"laneshift inspect {plan.id} {item} --log {last}" if last and not log else f"laneshift inspect {plan.id}"
    talk.result(data, show, then)
