"""`laneshift land PLAN`: combined test, culprit isolation, one compare-and-swap."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from laneshift.cli.session import AsJson, AutoApprove, Directory, Remote, Verbose, session


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("land")(land)


def land(
    plan: Annotated[str, typer.Argument(help="A plan's id, its batch's name, or a plan file.")],
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="ITEM", help="Land this item; repeatable.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Combine and test, and land nothing.")] = False,
    remote: Remote = None,
    pull_request: Annotated[
        bool | None,
        typer.Option("--pull-request/--swap", help="Have people merge it at the forge, or move the target now."),
    ] = None,
    auto: AutoApprove = False,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Combine the ready items, run the whole suite once, find culprits, and move the target in one swap."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.opened import opened
        from laneshift.cli.state_view import exit_code, next_command, show_attention, state_data
        from laneshift.runs import working
        from laneshift.runs.arguments import Landing
        from laneshift.runs.awaiting import unapproved

        shop = opened(talk)
        chosen = shop.plans.load(plan)
        by = None if pull_request is None else "pull-request" if pull_request else "swap"
        outcome = working.land(shop, chosen, Landing(tuple(only or ()), check, remote, by), auto=auto)
        state = working.state_of(shop, chosen)

        def show(console: Console) -> None:
            if not check:
                show_attention(console, state)
            for item, reason in outcome.get("dropped", ()):
                console.print(f"not possible on {chosen.target}: {item}: {reason}", markup=False, soft_wrap=True)
            for change in outcome.get("changes", ()):
                console.print(change_line(change), markup=False, soft_wrap=True)
            console.print(landing_line(outcome, chosen.target), markup=False, soft_wrap=True)

        talk.result({**state_data(state), "landing": outcome}, show, next_command(state, unapproved(shop, state)))
        raise typer.Exit(_check_exit(outcome) if check else exit_code(state))


def change_line(change: dict[str, Any]) -> str:
    """One line on a change that waits for review."""
    where = change["link"] or f"change {change['number']}"
    return f"{change['branch']}: {len(change['items'])} item(s), tree {change['tree']}: {where}"


def _check_exit(outcome: dict[str, Any]) -> int:
    """A check answers for the items that it was asked about, and for no others."""
    return 0 if outcome["result"] == "green" and not outcome["dropped"] else 1


def landing_line(outcome: dict[str, Any], target: str) -> str:
    """One sentence on how a landing ended."""
    branch = target.removeprefix("refs/heads/")
    if outcome["result"] == "landed":
        where = f"{branch} of {outcome['remote']}" if outcome["remote"] else branch
        return (
            f"{len(outcome['items'])} item(s) landed on {where}: commit {outcome['tip'][:12]}, tree {outcome['tree']}"
        )
    if outcome["result"] == "green":
        return f"{len(outcome['train']['items'])} item(s) are green together: tree {outcome['train']['tree']}"
    if outcome["result"] == "proposed":
        return f"{len(outcome['items'])} item(s) wait to be merged into {branch}"
    if outcome["result"] == "red":
        from laneshift.landing.looked import red_line

        return red_line(outcome["blamed"], outcome["culprits"])
    return "nothing is ready to land"
