"""`laneshift report monitoring`: the questions of the dashboards, answered from the journal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli.opened import opened
from laneshift.cli.report_files import Out, folder_of, three, write
from laneshift.cli.session import AsJson, Directory, Rev, Verbose, session
from laneshift.cli.summary import GithubSummary, append_summary


def join(app: typer.Typer) -> None:
    """Give the group this verb."""
    app.command("monitoring")(monitoring)


def monitoring(
    since: Annotated[int, typer.Option("--since", metavar="DAYS", min=1, max=366, help="Days to look back.")] = 7,
    out: Out = "",
    github_summary: GithubSummary = False,
    tree: Rev = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Times, errors, queue, keys and what landed, over the last days. Exit 1 where an alert would fire now."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.report_monitoring_asked import made
        from laneshift.cli.report_monitoring_view import show, then
        from laneshift.reports.monitoring.data import data
        from laneshift.reports.monitoring.pages import html, markdown

        folder = folder_of(out)
        shop = opened(talk)
        report = made(shop, tree, since)
        page = markdown(report)
        files = write(shop.repository, three(folder, "monitoring", data(report), page, html(report)))
        if github_summary:
            append_summary(page)
        told = {**data(report), "files": files}
        talk.result(told, lambda console: show(console, report, files), then(report))
        raise typer.Exit(0 if report.passes else 1)
