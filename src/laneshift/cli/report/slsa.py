"""`laneshift report slsa`: how much of the matrix is attested and verified."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from laneshift.cli.lanes import looked_at
from laneshift.cli.opened import opened
from laneshift.cli.report.files import Out, folder_of, three, write
from laneshift.cli.session import AsJson, Directory, Rev, Verbose, session
from laneshift.cli.summary import GithubSummary, append_summary


def join(app: typer.Typer) -> None:
    """Give the group this verb."""
    app.command("slsa")(slsa)


def slsa(
    out: Out = "",
    github_summary: GithubSummary = False,
    tree: Rev = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Count attested and verified modules, in percent of attestations.matrix. Exit 1 below attestations.threshold."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.reports.slsa import Module, data, html, markdown, report
        from laneshift.runs.key_ring import pinned
        from laneshift.runs.matrix_audit import audit_matrix

        folder = folder_of(out)
        shop = opened(talk)
        now = looked_at(shop.repository, tree)
        shop = pinned(shop, now)
        modules = [
            Module(each.path, each.attested, not each.why, each.why, each.key) for each in audit_matrix(shop, now)
        ]
        found = report(now.oid, modules, shop.settings(now).attestations.threshold)
        page = markdown(found)
        write(shop.repository, three(folder, "slsa", data(found), page, html(found)))
        if github_summary:
            append_summary(page)

        def show(console: Console) -> None:
            table = Table("module", "attested", "verified", "why not", box=None, pad_edge=False)
            for each in found.modules:
                marks = ("yes" if each.attested else "no", "yes" if each.verified else "no")
                table.add_row(*(Text(cell, overflow="fold") for cell in (each.path, *marks, each.why)))
            console.print(table)
            console.print(f"{len(found.modules)} in the matrix, {found.attested} attested, {found.verified} verified")

        talk.result(data(found), show, "laneshift status" if found.passes else "laneshift keys list")
        raise typer.Exit(0 if found.passes else 1)
