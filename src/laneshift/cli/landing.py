"""Does one `laneshift land` and tells how it ended, on a terminal or in plain lines."""

from __future__ import annotations

from typing import Any

from laneshift.cli.opened import opened
from laneshift.cli.plain_session import PlainSession, Printer
from laneshift.cli.state_view import exit_code, next_command, show_attention, state_data
from laneshift.runs import working
from laneshift.runs.arguments import Landing
from laneshift.runs.awaiting import unapproved
from laneshift.runs.state import BatchState


def landed(talk: PlainSession, plan: str, how: Landing, *, auto: bool) -> int:
    """Land, tell what came of it and what is next, and give the exit code."""
    shop = opened(talk)
    chosen = shop.plans.load(plan)
    outcome = working.land(shop, chosen, how, auto=auto)
    state = working.state_of(shop, chosen)

    def show(printer: Printer) -> None:
        if not how.check:
            show_attention(printer, state)
        for item, reason in outcome.get("dropped", ()):
            printer.print(f"not possible on {chosen.target}: {item}: {reason}", markup=False, soft_wrap=True)
        for change in outcome.get("changes", ()):
            printer.print(change_line(change), markup=False, soft_wrap=True)
        printer.print(landing_line(outcome, chosen.target), markup=False, soft_wrap=True)

    code = _check_exit(outcome) if how.check else exit_code(state)
    talk.result({**state_data(state), "landing": outcome}, show, then_of(state, unapproved(shop, state), how, code))
    return code


def then_of(state: BatchState, needs: str, how: Landing, code: int) -> str:
    """What to run after a landing, or the check of one, that ended with this exit code.

    Items that a landing holds are to be looked into; those that were set aside before it were told of then.
    """
    if how.check and code:
        return f"laneshift inspect {state.plan.id}"
    return next_command(state, needs, failed=bool(state.in_state("held")))


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
