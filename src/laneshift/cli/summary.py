"""The summary of a job on GitHub: a file that the runner names, to which Markdown is added."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from laneshift.errors import Refused

GithubSummary = Annotated[
    bool, typer.Option("--github-summary", help="Add the page to the summary of a job on GitHub.")
]

VARIABLE = "GITHUB_STEP_SUMMARY"
_LARGEST = 1 << 20
"""Bytes that GitHub takes of one step."""


def append_summary(markdown: str) -> None:
    """Add a page to the summary. Raises `Refused` where there is none, or when the page is larger than GitHub takes."""
    place = os.environ.get(VARIABLE, "")
    if not place:
        raise Refused(
            "report.no-summary",
            f"{VARIABLE} is not set, so there is no summary to add to",
            why="--github-summary is for jobs on GitHub",
            cure="leave --github-summary out, or name a file in the variable",
        )
    data = markdown.encode("utf-8", "replace")
    if len(data) > _LARGEST:
        raise Refused("report.summary-too-large", f"the page has {len(data)} bytes, {_LARGEST} are the limit")
    with Path(place).open("ab") as file:
        file.write(data)
