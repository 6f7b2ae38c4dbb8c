"""What every command shares: its options, and a session with consoles and progress."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from laneshift.cli.plain_session import PlainSession
from laneshift.cli.progress import Progress
from laneshift.cli.talking import Ended, speaking

Directory = Annotated[Path, typer.Option("-C", metavar="DIR", help="Work in this repository.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Say more, also about errors.")]
Rev = Annotated[str, typer.Option("--tree", metavar="REV", help="Look at this commit or tree, not at the work tree.")]
Remote = Annotated[
    str | None, typer.Option("--remote", metavar="NAME", help="Land on this git remote; '' is the local branch alone.")
]
AutoApprove = Annotated[
    bool, typer.Option("--auto-approve", help="Go without a person, where approval.auto_approve has every lane.")
]
Workers = Annotated[int, typer.Option("--workers", "-j", min=0, max=256, help="Items at a time; 0 is one a core.")]

_NARROW = 40


class Session(PlainSession):
    """One command's run, with a console for each stream and a bar for long work."""

    def __init__(self, directory: Path, *, as_json: bool, verbose: bool) -> None:
        super().__init__(directory, as_json=as_json, verbose=verbose)
        self.out = console(sys.stdout)
        self.talk = console(sys.stderr)
        self.progress: Progress = Progress(self.talk)

    def quiet(self) -> None:
        """Take the bar away."""
        self.progress.stop()

    def printer(self) -> Console:
        """The console of the result."""
        return self.out


@contextmanager
def session(directory: Path, as_json: bool, verbose: bool) -> Iterator[Session]:
    """Run a command's body; an error becomes words (or JSON) and its exit code."""
    talk = Session(directory, as_json=as_json, verbose=verbose)
    try:
        with speaking(talk, (typer.Exit,)), talk.to_the_end():
            yield talk
    except Ended as end:
        raise typer.Exit(end.code) from end.__cause__


def console(stream: Any) -> Console:
    """A console on a stream, wide enough for a table where the stream is no terminal."""
    width = None if stream.isatty() else max(int(os.environ.get("COLUMNS", "0") or 0), _NARROW, 120)
    return Console(file=stream, width=width, highlight=False)
