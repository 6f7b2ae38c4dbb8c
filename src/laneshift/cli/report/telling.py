"""How a report is told: files, the summary of a job, words or JSON, and the exit code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import typer
from rich.console import Console

from laneshift.cli.report.files import folder_of, three, write
from laneshift.cli.report.options import Common
from laneshift.cli.session import Session
from laneshift.cli.summary import append_summary
from laneshift.repo.objects import Repository

_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Pages:
    """A report in its three forms, and whether it is a good one."""

    name: str
    data: Mapping[str, Any]
    markdown: str
    html: str
    passes: bool


class Telling:
    """Tells one report. Made before the work is done, so that a folder outside the tree is refused at once."""

    def __init__(self, talk: Session, common: Common) -> None:
        """Raises `Refused` for a folder that is not in the tree."""
        self._talk = talk
        self._folder = folder_of(common.out)
        self._summary = common.github_summary

    def put(self, repository: Repository, pages: Pages, beside: Mapping[str, bytes] = _NOTHING) -> list[str]:
        """Write the files of a report and those `beside` it, and the summary; the paths, sorted."""
        own = three(self._folder, pages.name, pages.data, pages.markdown, pages.html)
        files = write(repository, {**beside, **own})
        if self._summary:
            append_summary(pages.markdown)
        return files

    def end(
        self, pages: Pages, files: list[str], show: Callable[[Console], None], then: str, **more: object
    ) -> NoReturn:
        """Say it, with what is `more` in the document, and end with 0, or with 1 where it does not pass."""
        self._talk.result({**pages.data, "files": files, **more}, show, then)
        raise typer.Exit(0 if pages.passes else 1)
