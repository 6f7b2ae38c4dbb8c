"""`laneshift report agents`: what each agent and person took, landed and lost."""

from __future__ import annotations

from pathlib import Path

import typer

from laneshift.cli.opened import opened
from laneshift.cli.report_files import Out, folder_of, three, write
from laneshift.cli.session import AsJson, Directory, Rev, Verbose, session
from laneshift.cli.summary import GithubSummary, append_summary


def join(app: typer.Typer) -> None:
    """Give the group this verb."""
    app.command("agents")(agents)


def agents(
    out: Out = "",
    github_summary: GithubSummary = False,
    tree: Rev = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Count items, files, lines, gate failures and time of each. Exit 1 where the journal and git do not agree."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.report_agents_view import show, then
        from laneshift.reports.agents.data import data
        from laneshift.reports.agents.pages import html, markdown
        from laneshift.server.agents_asked import made

        folder = folder_of(out)
        shop = opened(talk)
        report = made(shop, tree)
        page = markdown(report)
        files = write(shop.repository, three(folder, "agents", data(report), page, html(report)))
        if github_summary:
            append_summary(page)
        told = {**data(report), "files": files}
        talk.result(told, lambda console: show(console, report, files), then(report))
        raise typer.Exit(0 if report.passes else 1)
