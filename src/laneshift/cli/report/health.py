"""`laneshift report health`: how a repository stands, in one report with a history."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli.lanes import looked_at
from laneshift.cli.opened import opened
from laneshift.cli.session import AsJson, Directory, Rev, Verbose, session
from laneshift.cli.summary import GithubSummary, append_summary


def join(app: typer.Typer) -> None:
    """Give the group this verb."""
    app.command("health")(health)


def health(
    smoke: Annotated[
        list[Path] | None, typer.Option("--smoke", metavar="XML", help="JUnit XML of the smoke tests.")
    ] = None,
    unit: Annotated[list[Path] | None, typer.Option("--unit", metavar="XML", help="JUnit XML of all tests.")] = None,
    run_tests: Annotated[
        bool, typer.Option("--run-tests", help="Run in the sandbox what no file was given for.")
    ] = False,
    coverage: Annotated[
        Path | None, typer.Option("--coverage", metavar="FILE", help="Report of coverage.py (JSON) or Cobertura XML.")
    ] = None,
    osv: Annotated[
        Path | None, typer.Option("--osv", metavar="DIR", help="Hold dependencies against the OSV files below.")
    ] = None,
    out: Annotated[
        str | None, typer.Option("--out", metavar="DIR", help="Write below this folder; health.folder if left out.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
    github_summary: GithubSummary = False,
    tree: Rev = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Measure ruff, tests, imports, lanes, manifests, contracts, OpenAPI, coverage, dependencies. Exit 1 unless all
    hold."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.report.health_asked import Asked, made, write
        from laneshift.cli.report.health_view import show, then
        from laneshift.reports.health.data import data
        from laneshift.reports.health.pages import markdown

        shop = opened(talk)
        asked = Asked(tuple(smoke or ()), tuple(unit or ()), run_tests, coverage, osv, out)
        report = made(shop, looked_at(shop.repository, tree), asked)
        files = [] if dry_run else write(shop, report, asked)
        if github_summary:
            append_summary(markdown(report))
        talk.result({**data(report), "files": files}, lambda console: show(console, report, files), then(report))
        raise typer.Exit(0 if report.passes else 1)
