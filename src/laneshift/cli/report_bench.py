"""`laneshift report bench`: whether the work tree is slower than a base, and how fast it is."""

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
    out: Annotated[
        str, typer.Option("--out", metavar="DIR", help="Write bench.json, .md and .html here, in the work tree.")
    ] = "",
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
        from laneshift.evidence.canonical import canonical
        from laneshift.repo.paths import check_path
        from laneshift.reports.bench.data import data
        from laneshift.reports.bench.pages import html, markdown

        folder = "/".join(check_path(out.rstrip("/"))) if out else ""
        repository = Repository.open(talk.directory)
        asked = Asked(base, command, tuple(source or ()), pairs, tree, write_baseline)
        found, files = made(repository, asked, talk.progress.report)
        if folder:
            texts = {
                "json": canonical(data(found)) + b"\n",
                "md": markdown(found).encode(),
                "html": html(found).encode(),
            }
            files = {**files, **{f"{folder}/bench.{kind}": text for kind, text in texts.items()}}
        if files:
            put(repository, looked_at(repository, ""), files)
        if github_summary:
            append_summary(markdown(found))
        told = tell_issues(repository, found) if issues else []
        result = {**data(found), "files": sorted(files), "issues": told}
        talk.result(result, lambda console: show(console, found, sorted(files), told), then(found))
        raise typer.Exit(0 if found.passes else 1)
