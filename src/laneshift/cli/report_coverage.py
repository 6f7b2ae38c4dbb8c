"""`laneshift report coverage`: what tests ran, by module, on changed lines, and against what was reached before."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli.lanes import looked_at, put
from laneshift.cli.session import AsJson, Directory, Rev, Verbose, session
from laneshift.cli.summary import GithubSummary, append_summary
from laneshift.repo.objects import Repository


def join(app: typer.Typer) -> None:
    """Give the group this verb."""
    app.command("coverage")(coverage)


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
    out: Annotated[
        str, typer.Option("--out", metavar="DIR", help="Write coverage.json, .md and .html here, in the work tree.")
    ] = "",
    github_summary: GithubSummary = False,
    tree: Rev = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Hold what tests ran against thresholds, the change and the past. Exit 1 when something is below."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.report_coverage_asked import Asked, made
        from laneshift.cli.report_coverage_view import show, then
        from laneshift.evidence.canonical import canonical
        from laneshift.repo.paths import check_path
        from laneshift.reports.coverage.data import data
        from laneshift.reports.coverage.pages import html, markdown

        folder = "/".join(check_path(out.rstrip("/"))) if out else ""
        repository = Repository.open(talk.directory)
        found, ratchet = made(repository, Asked(source, base, tree, raise_ratchet))
        files = dict(ratchet)
        if folder:
            texts = {
                "json": canonical(data(found)) + b"\n",
                "md": markdown(found).encode(),
                "html": html(found).encode(),
            }
            files |= {f"{folder}/coverage.{kind}": text for kind, text in texts.items()}
        if files:
            put(repository, looked_at(repository, ""), files)
        if github_summary:
            append_summary(markdown(found))
        told = {**data(found), "files": sorted(files)}
        talk.result(told, lambda console: show(console, found, sorted(files)), then(found))
        raise typer.Exit(0 if found.passes else 1)
