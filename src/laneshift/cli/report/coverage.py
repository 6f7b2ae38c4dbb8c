"""`laneshift report coverage`: what tests ran, by module, on changed lines, and against what was reached before."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli.report.options import Common, with_common
from laneshift.cli.report.telling import Pages, Telling
from laneshift.cli.session import session
from laneshift.repo.objects import Repository


def join(app: typer.Typer) -> None:
    """Give the group this verb."""
    app.command("coverage")(with_common(coverage))


def coverage(
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="JSON of coverage.py, or Cobertura XML.")
    ] = None,
    base: Annotated[
        str, typer.Option("--base", metavar="REV", help="Judge the lines that changed since this one, too.")
    ] = "",
    raise_ratchet: Annotated[
        bool, typer.Option("--raise-ratchet", help="Record what is higher than ever before; never lowers.")
    ] = False,
    *,
    common: Common,
) -> None:
    """Hold what tests ran against thresholds, the change and the past. Exit 1 when something is below."""
    with session(common.directory, common.as_json, common.verbose) as talk:
        from laneshift.cli.report.coverage_asked import Asked, made
        from laneshift.cli.report.coverage_view import show, then
        from laneshift.reports.coverage.data import data
        from laneshift.reports.coverage.pages import html, markdown

        telling = Telling(talk, common)
        repository = Repository.open(talk.directory)
        found, ratchet = made(repository, Asked(source, base, common.tree, raise_ratchet))
        pages = Pages("coverage", data(found), markdown(found), html(found), found.passes)
        files = telling.put(repository, pages, ratchet)
        telling.end(pages, files, lambda console: show(console, found, files), then(found))
