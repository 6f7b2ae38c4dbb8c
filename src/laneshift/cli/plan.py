"""`laneshift plan FILE`: what would happen. Writes a plan; changes nothing. Also inventories, and plans from them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli.batch_file import HELP, read_batch
from laneshift.cli.session import AsJson, Directory, Session, Verbose, session
from laneshift.errors import Refused


class Complexity(StrEnum):
    """What `--complexity` may be."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("plan")(plan)


def plan(
    file: Annotated[Path | None, typer.Argument(help=HELP, show_default=False)] = None,
    base: Annotated[str, typer.Option(help="The revision to plan against.")] = "HEAD",
    target: Annotated[str, typer.Option(help="The branch to land on; by default the one checked out.")] = "",
    skip_refused: Annotated[bool, typer.Option("--skip-refused", help="Plan the rest when items are refused.")] = False,
    lock: Annotated[
        Path | None, typer.Option("--lock", metavar="PATH", help="Write the plan's pins to this file as well.")
    ] = None,
    inventory: Annotated[
        str, typer.Option("--inventory", metavar="LANE", help="Score the modules of a lane instead; plans nothing.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the inventory: integration_manifest.json.")
    ] = None,
    from_manifest: Annotated[
        Path | None, typer.Option("--from-manifest", metavar="FILE", help="Plan what an inventory lists.")
    ] = None,
    submission: Annotated[
        list[str] | None, typer.Option("--submission", metavar="ID", help="Plan what an agent submitted; repeatable.")
    ] = None,
    complexity: Annotated[
        Complexity | None, typer.Option("--complexity", help="Of a manifest, take modules of this complexity.")
    ] = None,
    lane: Annotated[
        str, typer.Option("--lane", metavar="LANE", help="Of a manifest, take what goes there; else the lane above.")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=0, help="Of a manifest, take so many at most; 0 is all.")] = 0,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Show what a batch would do: items, classes, edits. Writes a plan and changes nothing else.

    With --inventory LANE: which modules of an experimental lane are worth promoting, where to, and at what price. With
    --from-manifest FILE: plan the promotions that such an inventory lists. With --submission ID: plan the work of an
    agent that was accepted.
    """
    with session(directory, as_json, verbose) as talk:
        refuse_mixed(
            {"FILE": file, "--inventory": inventory, "--from-manifest": from_manifest, "--submission": submission},
            {"--target": target, "--skip-refused": skip_refused, "--lock": lock},
            {"--complexity": complexity, "--limit": limit},
            {"--out": out},
            {"--lane": lane},
        )
        if inventory:
            from laneshift.cli.plan_inventory import show_inventory

            show_inventory(talk, inventory, base, lane, out)
            return
        against = (base, target, skip_refused)
        if submission:
            from laneshift.cli.plan_one import plan_submitted
            from laneshift.runs.planning import Order

            plan_submitted(talk, submission, Order("", b"", *against), lock)
        else:
            _plan_file(talk, file, from_manifest or Path(), against, (complexity or "", lane, limit), lock)


def _plan_file(
    talk: Session,
    batch: Path | None,
    manifest: Path,
    against: tuple[str, str, bool],
    picked: tuple[str, str, int],
    lock: Path | None,
) -> None:
    """Plan a batch file, else what is `picked` of a manifest, `against` a base for a target, perhaps without some."""
    from laneshift.cli.plan_one import plan_batch, plan_manifest
    from laneshift.runs.planning import Order

    name, data = read_batch(batch or manifest)
    order = Order(name, data, *against)
    if batch is not None:
        plan_batch(talk, order, lock)
    else:
        plan_manifest(talk, order, picked, lock)


def refuse_mixed(
    sources: Mapping[str, object],
    planning: Mapping[str, object],
    picking: Mapping[str, object],
    writing: Mapping[str, object],
    going: Mapping[str, object],
) -> None:
    """Raise `Refused` unless one of `sources` is given, with options that it has.

    Each maps an option to its value. A plan has `planning`, of a manifest `picking` too; an inventory has `writing`;
    an inventory and a manifest have `going`.
    """
    given = [name for name, value in sources.items() if value]
    if len(given) != 1:
        what = f"{' and '.join(given)} cannot go together" if given else "there is nothing to plan"
        cure = "give a batch file, --inventory LANE, --from-manifest FILE or --submission ID"
        raise Refused("usage.no-batch", what, cure=cure)
    foreign = {
        "FILE": {**picking, **writing, **going},
        "--inventory": {**planning, **picking},
        "--from-manifest": writing,
        "--submission": {**picking, **writing, **going},
    }[given[0]]
    wrong = [name for name, value in foreign.items() if value]
    if wrong:
        cure = "laneshift plan --help says which options go together"
        raise Refused("usage.no-such-option", f"{', '.join(wrong)} does not go with {given[0]}", cure=cure)
