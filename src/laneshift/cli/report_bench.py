"""`laneshift report bench`: whether the work tree is slower than a base, and how fast it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli.report_files import Out, folder_of, three, write
from laneshift.cli.session import AsJson, Directory, Rev, Verbose, session
from laneshift.cli.summary import GithubSummary, append_summary
from laneshift.repo.objects import Repository


def join(app: typer.Typer) -> None:
    """Give the group this verb."""
    app.command("bench")(bench)


def bench(
    base: Annotated[str, typer.Option("--base", metavar="REV", help="Run both, in turn, and judge.")] = "",
    command: Annotated[
        str, typer.Option("--command", metavar="WORDS", help="The benchmark; {json} is a file that it may write.")
    ] = "",
    source: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="FILE", help="Describe JSON of pytest-benchmark or hyperfine; no verdict."),
    ] = None,
    pairs: Annotated[int, typer.Option("--pairs", min=0, max=1000, help="Pairs of processes; bench.pairs if 0.")] = 0,
    issues: Annotated[bool, typer.Option("--issues", help="Open or update one issue for each regression.")] = False,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Write the figures that later ones are read beside.")
    ] = False,
    out: Out = "",
    github_summary: GithubSummary = False,
    tree: Rev = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Judge benchmarks by pairs of processes. Exit 1 for a regression, and where the data do not tell."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.report_bench_asked import Asked, made, tell_issues
        from laneshift.cli.report_bench_view import show, then
        from laneshift.reports.bench.data import data
        from laneshift.reports.bench.pages import html, markdown

        folder = folder_of(out)
        repository = Repository.open(talk.directory)
        asked = Asked(base, command, tuple(source or ()), pairs, tree, write_baseline)
        found, figures = made(repository, asked, talk.progress.report)
        page = markdown(found)
        files = write(repository, {**figures, **three(folder, "bench", data(found), page, html(found))})
        if github_summary:
            append_summary(page)
        told = tell_issues(repository, found) if issues else []
        result = {**data(found), "files": files, "issues": told}
        talk.result(result, lambda console: show(console, found, files, told), then(found))
        raise typer.Exit(0 if found.passes else 1)
