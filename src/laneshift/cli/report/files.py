"""The three files of a report, in the work tree: JSON, Markdown and HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from laneshift.cli.lanes import looked_at, put
from laneshift.repo.objects import Repository

Out = Annotated[str, typer.Option("--out", metavar="DIR", help="Write JSON, Markdown and HTML here, in the work tree.")]


def folder_of(out: str) -> str:
    """The folder of `--out` in its plain form; empty for none. Raises `Refused` for one outside the tree."""
    from laneshift.repo.paths import check_path

    return "/".join(check_path(out.rstrip("/"))) if out else ""


def three(folder: str, name: str, data: Mapping[str, Any], markdown: str, html: str) -> dict[str, bytes]:
    """The files of the report `name` by path; none without a folder."""
    from laneshift.evidence.canonical import canonical

    if not folder:
        return {}
    texts = {"json": canonical(data) + b"\n", "md": markdown.encode(), "html": html.encode()}
    return {f"{folder}/{name}.{kind}": text for kind, text in texts.items()}


def write(repository: Repository, files: Mapping[str, bytes]) -> list[str]:
    """Write files into the work tree where they differ; the paths of all of them, sorted."""
    if files:
        put(repository, looked_at(repository, ""), dict(files))
    return sorted(files)
