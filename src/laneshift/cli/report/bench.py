"""`laneshift report bench`: whether the work tree is slower than a base, and how fast it is."""

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
    app.command("bench")(with_common(bench))


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
    *,
    common: Common,
) -> None:
    """Judge benchmarks by pairs of processes. Exit 1 for a regression, and where the data do not tell."""
    with session(common.directory, common.as_json, common.verbose) as talk:
        from laneshift.cli.report.bench_asked import Asked, made, tell_issues
        from laneshift.cli.report.bench_view import show, then
        from laneshift.reports.bench.data import data
        from laneshift.reports.bench.pages import html, markdown

        telling = Telling(talk, common)
        repository = Repository.open(talk.directory)
        asked = Asked(base, command, tuple(source or ()), pairs, common.tree, write_baseline)
        found, figures = made(repository, asked, talk.progress.report)
        pages = Pages("bench", data(found), markdown(found), html(found), found.passes)
        files = telling.put(repository, pages, figures)
        told = tell_issues(repository, found) if issues else []
        telling.end(pages, files, lambda console: show(console, found, files, told), then(found), issues=told)
