"""`laneshift verify BATCH`: recomputes every landed tree from its intent, and checks the journal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli.session import AsJson, Directory, Session, Verbose, session
from laneshift.errors import Refused
from laneshift.runs.verification import Verification


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("verify")(verify)


def verify(
    batch: Annotated[str, typer.Argument(help="The batch's name, or a plan's id.")],
    replay: Annotated[
        bool, typer.Option("--replay/--no-replay", help="Compute every landed tree again from its intent.")
    ] = True,
    journal: Annotated[
        Path | None, typer.Option("--journal", metavar="FILE", help="Verify by an exported journal, in any clone.")
    ] = None,
    ring: Annotated[
        Path | None, typer.Option("--ring", metavar="FILE", help="With --journal: believe the keys in this ring.")
    ] = None,
    export_to: Annotated[
        Path | None, typer.Option("--export", metavar="FILE", help="Write the journal there, for other clones.")
    ] = None,
    approvals: Annotated[
        Path | None, typer.Option("--approvals", metavar="DIR", help="Write every approval there, with its keys.")
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Check the journal's chain and the evidence, and replay every landing of the batch."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.opened import opened
        from laneshift.cli.verify_view import told
        from laneshift.runs import verifying
        from laneshift.runs.approval_export import export
        from laneshift.runs.exporting import export as export_journal

        if journal is not None:
            _refuse_others(replay, (export_to, approvals))
            raise told(talk, _elsewhere(talk, journal, batch, ring))
        if ring is not None:
            raise Refused("verify.options", "--ring goes with --journal: here the repository's own keys count")
        shop = opened(talk)
        plan = shop.plans.load(batch)
        found = verifying.verify(shop, plan, replay=replay)
        files = export(shop, plan, approvals) if approvals is not None else []
        lines = [f"approvals written to {approvals}: {', '.join(files)}"] if files else []
        if export_to is not None:
            bundle = export_journal(shop, export_to)
            lines.append(f"journal of {len(bundle.records)} records written to {export_to}")
        raise told(talk, found, lines)


def _elsewhere(talk: Session, journal: Path, batch: str, ring: Path | None) -> Verification:
    """By an exported journal alone: nothing of this clone's own records is looked at."""
    from laneshift.repo.objects import Repository
    from laneshift.runs.exporting import Elsewhere, read_export, read_trusted

    trusted = read_trusted(ring) if ring is not None else None
    return Elsewhere(Repository.open(talk.directory), talk.progress.report, trusted).verified(
        read_export(journal), batch
    )


def _refuse_others(replay: bool, others: tuple[Path | None, ...]) -> None:
    if any(others) or not replay:
        raise Refused("verify.options", "--journal computes landings again, and does nothing else", cure="leave it out")
