"""`laneshift report sbom`: what the tool or a repository is made of, and what is known against it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli.lanes import looked_at, put
from laneshift.cli.report.files import folder_of
from laneshift.cli.session import AsJson, Directory, Rev, Verbose, session
from laneshift.cli.summary import GithubSummary, append_summary


def join(app: typer.Typer) -> None:
    """Give the group this verb."""
    app.command("sbom")(sbom)


def sbom(
    tool: Annotated[bool, typer.Option("--tool", help="The bill of laneshift itself, as it is installed.")] = False,
    of_repository: Annotated[
        bool, typer.Option("--repository", help="The bill of the repository; the default.")
    ] = False,
    out: Annotated[
        str, typer.Option("--out", metavar="DIR", help="Write sbom.cdx.json, sbom.md and sbom.html, in the work tree.")
    ] = "",
    osv: Annotated[
        Path | None, typer.Option("--osv", metavar="DIR", help="Hold it against the OSV files below this folder.")
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option("--exclude", metavar="GLOB", help="Leave files out; the bill names them.")
    ] = None,
    github_summary: GithubSummary = False,
    tree: Rev = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Write a bill of materials in CycloneDX. Exit 1 when an advisory names something in it."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.report.sbom_asked import Asked, made
        from laneshift.cli.report.sbom_view import data, show, then
        from laneshift.repo.objects import Repository
        from laneshift.reports.sbom.document import as_bytes
        from laneshift.reports.sbom.pages import html, markdown

        folder = folder_of(out)
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
        asked = Asked(tool, of_repository, tree, folder, tuple(exclude or ()), osv, epoch)
        bill = made(asked, talk.directory)
        texts = {"sbom.cdx.json": as_bytes(bill), "sbom.md": markdown(bill).encode(), "sbom.html": html(bill).encode()}
        written = {f"{folder}/{name}": text for name, text in texts.items()} if folder else {}
        if written:
            repository = Repository.open(talk.directory)
            put(repository, looked_at(repository, ""), written)
        if github_summary:
            append_summary(markdown(bill))
        talk.result(data(bill, sorted(written)), lambda console: show(console, bill, folder), then(bill, asked))
        raise typer.Exit(0 if bill.passes else 1)
