"""A command's run where nobody watches a terminal: plain lines, and neither typer nor rich is loaded for them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from laneshift.cli.progress_lines import ProgressLines
from laneshift.cli.talking import Talk, write_line


class Printer(Protocol):
    """What prints lines as they are; a console of rich is one."""

    def print(self, *objects: Any, markup: bool | None = None, soft_wrap: bool | None = None) -> None:
        """Print one line."""
        ...


class PlainSession(Talk):
    """One command's run with lines of progress, and with what is to be done at its end."""

    def __init__(self, directory: Path, *, as_json: bool, verbose: bool) -> None:
        super().__init__(directory, as_json=as_json, verbose=verbose)
        self.progress = ProgressLines(self.tell)
        self.at_end: list[Callable[[], None]] = []

    @contextmanager
    def to_the_end(self) -> Iterator[None]:
        """Around the body: afterwards do what is to be done at the end, however it ended."""
        try:
            yield
        finally:
            for each in self.at_end:
                each()

    def result(self, data: dict[str, Any], show: Callable[[Any], None], then: str) -> None:
        """Print the result, for a program or for a person by what `show` is given, and the command to run next."""
        self.quiet()
        if self.as_json:
            self.document({**data, "next": then})
            return
        show(self.printer())
        self.say(f"next: {then}")

    def printer(self) -> Printer:
        """What prints the result for a person."""
        return _Lines()


class _Lines:
    def print(self, *objects: Any, **_how: Any) -> None:
        write_line(sys.stdout, " ".join(map(str, objects)))
