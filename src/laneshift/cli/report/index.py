"""`laneshift report index`: one page for all reports that were written into a folder."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from laneshift.cli.lanes import looked_at
from laneshift.cli.report.files import folder_of
from laneshift.cli.report.options import Common, with_common
from laneshift.cli.report.telling import Pages, Telling
from laneshift.cli.session import session
from laneshift.repo.objects import Repository, Tree


def join(app: typer.Typer) -> None:
    """Give the group this verb."""
    app.command("index")(with_common(index))


def index(
    wanted: Annotated[
        list[str] | None, typer.Argument(metavar="[REPORT]...", show_default=False, help="Reports that must be there.")
    ] = None,
    source: Annotated[
        str, typer.Option("--from", metavar="DIR", help="Where the reports lie; health.folder if left out.")
    ] = "",
    *,
    common: Common,
) -> None:
    """Tell of every report in a folder whether it passes. Exit 1 unless all do, and those that are named are there."""
    with session(common.directory, common.as_json, common.verbose) as talk:
        from laneshift.reports.index import data, html, markdown
        from laneshift.reports.index import index as found_in
        from laneshift.runs.lane_check import settings_of

        repository = Repository.open(talk.directory)
        now = looked_at(repository, common.tree)
        telling, where = Telling(talk, common), folder_of(common.out)
        folder = folder_of(source or settings_of(now).health.folder)
        found = found_in(folder, lambda path: _read(now, path), wanted or ())
        pages = Pages("index", data(found), markdown(found, where), html(found, where), found.passes)
        files = telling.put(repository, pages)

        def show(console: Console) -> None:
            table = Table("report", "state", "why", "page", box=None, pad_edge=False)
            for each in found.entries:
                cells = (each.name, each.state, each.why, each.page)
                table.add_row(*(Text(cell, overflow="fold") for cell in cells))
            console.print(table)

        bad = next((each.name for each in found.entries if each.state not in ("passes", "there")), "")
        then = f"laneshift report {bad}" if bad else "laneshift status"
        telling.end(pages, files, show, then)


def _read(tree: Tree, path: str) -> bytes | None:
    entry = tree.entry(path)
    return tree.read(path) if entry is not None and entry.is_regular else None
