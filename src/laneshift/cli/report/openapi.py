"""`laneshift report openapi`: what changed between two OpenAPI documents, and whom it breaks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli.report.files import folder_of
from laneshift.cli.session import AsJson, Directory, Rev, Session, Verbose, session
from laneshift.cli.summary import GithubSummary, append_summary

_BASELINE = "baseline"


def join(app: typer.Typer) -> None:
    """Give the group this verb."""
    app.command("openapi")(openapi)


def openapi(
    old: Annotated[
        str,
        typer.Argument(
            metavar="[OLD|baseline]",
            show_default=False,
            help="A file or REV:path; left out, the committed baseline. `baseline` writes NEW there.",
        ),
    ] = "",
    new: Annotated[
        str, typer.Argument(metavar="[NEW]", show_default=False, help="As OLD; left out or `app`, the application's.")
    ] = "",
    allow_unsure: Annotated[
        bool, typer.Option("--allow-unsure", help="Exit 0 though something cannot be told.")
    ] = False,
    comment: Annotated[
        Path | None, typer.Option("--comment", metavar="FILE", help="Write the text of a comment, in place.")
    ] = None,
    comment_on: Annotated[
        int, typer.Option("--comment-on", metavar="N", min=0, help="Keep one comment on this change up to date.")
    ] = 0,
    out: Annotated[
        str, typer.Option("--out", metavar="DIR", help="Write openapi.json, .md and .html here, in the work tree.")
    ] = "",
    github_summary: GithubSummary = False,
    tree: Rev = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Compare two documents. Exit 1 when clients break and the version does not say so, or when it cannot be told."""
    with session(directory, as_json, verbose) as talk:
        if old == _BASELINE:
            _write_baseline(talk, new)
            return
        from laneshift.cli.report.openapi_asked import Asked, made, remark_on, written
        from laneshift.cli.report.openapi_view import show, then
        from laneshift.reports.openapi.data import data
        from laneshift.reports.openapi.pages import in_place, markdown

        folder = folder_of(out)
        found = made(talk, Asked(old, new, tree, allow_unsure))
        files = written(talk, folder, found) if folder else []
        if comment is not None:
            was = comment.read_text(encoding="utf-8") if comment.exists() else ""
            comment.write_text(in_place(was, found), encoding="utf-8")
        if comment_on:
            remark_on(talk, comment_on, found)
        if github_summary:
            append_summary(markdown(found))
        told = {**data(found), "files": files}
        talk.result(told, lambda console: show(console, found, files), then(found))
        raise typer.Exit(0 if found.passes else 1)


def _write_baseline(talk: Session, source: str) -> None:
    from laneshift.cli.report.openapi_asked import baseline
    from laneshift.repo.objects import Repository
    from laneshift.reports.openapi.comparing import operation_count
    from laneshift.runs.committing import INTERFACE, commit_command

    path, written, found = baseline(talk, source)
    told = {"path": path, "written": written, "version": found.version, "operations": operation_count(found)}
    text = f"{path}: {told['operations']} operations, {'written' if written else 'unchanged'}"
    after = "laneshift report openapi"
    if written:
        after = commit_command(Repository.open(talk.directory), path, INTERFACE)
    talk.result(told, lambda console: console.print(text, markup=False, soft_wrap=True), after)
