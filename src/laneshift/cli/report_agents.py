"""`laneshift report agents`: what each agent and person took, landed and lost."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli.lanes import looked_at, put
from laneshift.cli.opened import opened
from laneshift.cli.session import AsJson, Directory, Rev, Verbose, session
from laneshift.cli.summary import GithubSummary, append_summary


def join(app: typer.Typer) -> None:
    """Give the group this verb."""
    app.command("agents")(agents)


def agents(
    out: Annotated[
        str, typer.Option("--out", metavar="DIR", help="Write agents.json, .md and .html here, in the work tree.")
    ] = "",
    github_summary: GithubSummary = False,
    tree: Rev = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Count items, files, lines, gate failures and time of each. Exit 1 where the journal and git do not agree."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.report_agents_asked import made
        from laneshift.cli.report_agents_view import show, then
        from laneshift.evidence.canonical import canonical
        from laneshift.repo.paths import check_path
        from laneshift.reports.agents.data import data
        from laneshift.reports.agents.pages import html, markdown

        folder = "/".join(check_path(out.rstrip("/"))) if out else ""
        shop = opened(talk)
        report = made(shop, tree)
        files: dict[str, bytes] = {}
        if folder:
            plain, page = canonical(data(report)) + b"\n", html(report).encode("utf-8", "replace")
            texts = {"json": plain, "md": markdown(report).encode("utf-8", "replace"), "html": page}
            files = {f"{folder}/agents.{kind}": text for kind, text in texts.items()}
            put(shop.repository, looked_at(shop.repository, ""), files)
        if github_summary:
            append_summary(markdown(report))
        told = {**data(report), "files": sorted(files)}
        talk.result(told, lambda console: show(console, report, sorted(files)), then(report))
        raise typer.Exit(0 if report.passes else 1)
