"""`laneshift report audit`: the findings of audits and comments under ids that stay, as CSV and as issues."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli.lanes import looked_at, put
from laneshift.cli.report.files import folder_of
from laneshift.cli.session import AsJson, Directory, Rev, Verbose, session
from laneshift.cli.summary import GithubSummary, append_summary
from laneshift.errors import Refused


def join(app: typer.Typer) -> None:
    """Give the group this verb."""
    app.command("audit")(audit)


def audit(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[AUDIT.md]...", show_default=False, help="Audits in Markdown.")
    ] = None,
    comments: Annotated[
        bool, typer.Option("--comments", help="Read the comments of the tree that ask for work.")
    ] = False,
    issues: Annotated[bool, typer.Option("--issues", help="Have an open issue for each finding.")] = False,
    gh: Annotated[
        Path | None, typer.Option("--gh", metavar="FILE", help="Write a script of `gh` commands that does the same.")
    ] = None,
    reconcile: Annotated[
        bool, typer.Option("--reconcile", help="With --issues, close those whose finding is gone.")
    ] = False,
    out: Annotated[
        str, typer.Option("--out", metavar="DIR", help="Write audit.csv, .json, .md and .html here, in the work tree.")
    ] = "",
    github_summary: GithubSummary = False,
    tree: Rev = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """List findings under ids that survive edits. With --out, --issues or --gh the ids are recorded in the tree."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.report.audit_asked import Asked, made
        from laneshift.cli.report.audit_view import files_of, show, then
        from laneshift.repo.objects import Repository
        from laneshift.reports.audit.data import data
        from laneshift.reports.audit.pages import markdown

        if reconcile and not issues:
            raise Refused("audit.no-issues", "--reconcile closes issues", cure="say --issues as well")
        folder = folder_of(out)
        repository = Repository.open(talk.directory)
        told = made(repository, Asked(tuple(files or ()), comments, tree, issues, gh is not None, reconcile))
        written = files_of(told.found, folder) if folder else {}
        if folder or issues or gh is not None:
            written |= told.maps
            put(repository, looked_at(repository, ""), written)
        if gh is not None:
            gh.write_text(told.script, encoding="utf-8")
            gh.chmod(0o755)
        if github_summary:
            append_summary(markdown(told.found))
        settled = told.settled
        counts = {"opened": settled.opened, "kept": settled.kept, "closed": settled.closed} if settled else None
        more = {"issues": counts} if counts else {}
        result = {**data(told.found), "files": sorted(written), **more}
        after = then(told.found, str(gh) if gh else "", bool(written))
        talk.result(result, lambda console: show(console, told.found, sorted(written), settled), after)
