"""`laneshift verify BATCH`: recomputes every landed tree from its intent, and checks the journal."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from laneshift.cli.session import AsJson, Directory, Verbose, session


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("verify")(verify)


def verify(
    batch: Annotated[str, typer.Argument(help="The batch's name, or a plan's id.")],
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
        from laneshift.runs import verifying
        from laneshift.runs.approval_export import export

        shop = opened(talk)
        plan = shop.plans.load(batch)
        found = verifying.verify(shop, plan)
        files = export(shop, plan, approvals) if approvals is not None else []

        def show(console: Console) -> None:
            for finding in found.findings:
                console.print(finding, markup=False, soft_wrap=True)
            console.print(f"journal: {found.records} records; evidence: {found.evidence_files} files")
            console.print(f"seals held: {found.seals}; records under a signed seal: {found.signed}")
            console.print(f"replayed from intents: {found.trees} trees; findings: {len(found.findings)}")
            if found.approvers:
                console.print(f"approvals checked again: {', '.join(found.approvers)}", markup=False, soft_wrap=True)
            if files:
                console.print(f"approvals written to {approvals}: {', '.join(files)}", markup=False, soft_wrap=True)
            if not found.trees:
                console.print("nothing of this batch has landed, so no landed tree was verified")

        bad = bool(found.findings) or not found.trees
        talk.result(asdict(found), show, f"laneshift status{' -v' if bad else ''}")
        raise typer.Exit(1 if bad else 0)
