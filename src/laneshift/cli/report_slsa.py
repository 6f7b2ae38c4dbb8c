"""`laneshift report slsa`: how much of the matrix is attested and verified."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from laneshift.cli.lanes import looked_at, put
from laneshift.cli.opened import opened
from laneshift.cli.session import AsJson, Directory, Rev, Verbose, session
from laneshift.cli.summary import GithubSummary, append_summary


def join(app: typer.Typer) -> None:
    """Give the group this verb."""
    app.command("slsa")(slsa)


def slsa(
    out: Annotated[
        str, typer.Option("--out", metavar="DIR", help="Write slsa.json, slsa.md and slsa.html here, in the work tree.")
    ] = "",
    github_summary: GithubSummary = False,
    tree: Rev = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Count attested and verified modules, in percent of attestations.matrix. Exit 1 below attestations.threshold."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.evidence.canonical import canonical
        from laneshift.repo.paths import check_path
        from laneshift.reports.slsa import Module, data, html, markdown, report
        from laneshift.runs.key_ring import pinned
        from laneshift.runs.matrix_audit import audit_matrix

        folder = "/".join(check_path(out.rstrip("/"))) if out else ""
        shop = opened(talk)
        now = looked_at(shop.repository, tree)
        shop = pinned(shop, now)
        modules = [
            Module(each.path, each.attested, not each.why, each.why, each.key) for each in audit_matrix(shop, now)
        ]
        found = report(now.oid, modules, shop.settings(now).attestations.threshold)
        if folder:
            texts = {"slsa.json": canonical(data(found)) + b"\n", "slsa.md": markdown(found).encode()}
            files = {**texts, "slsa.html": html(found).encode()}
            put(shop.repository, looked_at(shop.repository, ""), {f"{folder}/{name}": files[name] for name in files})
        if github_summary:
            append_summary(markdown(found))

        def show(console: Console) -> None:
            table = Table("module", "attested", "verified", "why not", box=None, pad_edge=False)
            for each in found.modules:
                marks = ("yes" if each.attested else "no", "yes" if each.verified else "no")
                table.add_row(*(Text(cell, overflow="fold") for cell in (each.path, *marks, each.why)))
            console.print(table)
            console.print(f"{len(found.modules)} in the matrix, {found.attested} attested, {found.verified} verified")

        talk.result(data(found), show, "laneshift status" if found.passes else "laneshift keys list")
        raise typer.Exit(0 if found.passes else 1)
