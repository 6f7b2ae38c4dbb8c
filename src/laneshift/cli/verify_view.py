"""How a verification looks to a person and to a program, and the exit code that it ends with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

import typer
from rich.console import Console

from laneshift import __version__
from laneshift.cli.session import Session
from laneshift.runs.verification import Verification


def told(talk: Session, found: Verification, lines: Iterable[str] = ()) -> typer.Exit:
    """Print what was found and `lines` besides; the way out: 1 with findings, 4 where nothing can be claimed."""

    def show(console: Console) -> None:
        for finding in found.findings:
            console.print(finding, markup=False, soft_wrap=True)
        console.print(f"journal: {found.records} records; evidence: {found.evidence_files} files")
        console.print(f"seals held: {found.seals}; records under a signed seal: {found.signed}")
        console.print(f"attestations held: {found.attestations}")
        console.print(f"replayed from intents: {found.trees} trees; findings: {len(found.findings)}")
        if found.approvers:
            console.print(f"approvals checked again: {', '.join(found.approvers)}", markup=False, soft_wrap=True)
        for line in (*found.unclaimed, *lines):
            console.print(line, markup=False, soft_wrap=True)
        if found.unclaimed:
            console.print(f"this is laneshift {__version__}: it cannot claim to replay what another version landed")
        elif not found.replayed:
            console.print("no landed tree was computed again, as asked")
        elif not found.trees:
            console.print("nothing of this batch has landed, so no landed tree was verified")

    bad = bool(found.findings) or not (found.trees or found.unclaimed or not found.replayed)
    talk.result(asdict(found), show, f"laneshift status{' -v' if bad else ''}")
    return typer.Exit(1 if bad else 4 if found.unclaimed else 0)
