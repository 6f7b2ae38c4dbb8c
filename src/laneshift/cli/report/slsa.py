"""`laneshift report slsa`: how much of the matrix is attested and verified."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from laneshift.cli.lanes import looked_at
from laneshift.cli.opened import opened
from laneshift.cli.report.options import Common, with_common
from laneshift.cli.report.telling import Pages, Telling
from laneshift.cli.session import session


def join(app: typer.Typer) -> None:
    """Give the group this verb."""
    app.command("slsa")(with_common(slsa))


def slsa(common: Common) -> None:
    """Count attested and verified modules, in percent of attestations.matrix. Exit 1 below attestations.threshold."""
    with session(common.directory, common.as_json, common.verbose) as talk:
        from laneshift.reports.slsa import Module, data, html, markdown, report
        from laneshift.runs.key_ring import pinned
        from laneshift.runs.matrix_audit import audit_matrix

        telling = Telling(talk, common)
        shop = opened(talk)
        now = looked_at(shop.repository, common.tree)
        shop = pinned(shop, now)
        modules = [
            Module(each.path, each.attested, not each.why, each.why, each.key) for each in audit_matrix(shop, now)
        ]
        found = report(now.oid, modules, shop.settings(now).attestations.threshold)
        pages = Pages("slsa", data(found), markdown(found), html(found), found.passes)
        telling.put(shop.repository, pages)

        def show(console: Console) -> None:
            table = Table("module", "attested", "verified", "why not", box=None, pad_edge=False)
            for each in found.modules:
                marks = ("yes" if each.attested else "no", "yes" if each.verified else "no")
                table.add_row(*(Text(cell, overflow="fold") for cell in (each.path, *marks, each.why)))
            console.print(table)
            console.print(f"{len(found.modules)} in the matrix, {found.attested} attested, {found.verified} verified")

        talk.result({**pages.data}, show, "laneshift status" if found.passes else "laneshift keys list")
        raise typer.Exit(0 if found.passes else 1)
