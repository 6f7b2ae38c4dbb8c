"""Progress of long work: a bar on a terminal, plain lines elsewhere. Shown on stderr, from any thread."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from laneshift.cli.progress_lines import SAID, ProgressLines
from laneshift.runs.events import Event


class Progress(ProgressLines):
    """Starts silent; the first thing that is reported makes it visible."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bars: Any = None
        self._task: Any = None
        self._settled = 0
        super().__init__(lambda text: console.print(text, markup=False, soft_wrap=True))

    def report(self, event: Event) -> None:
        """Show one event. Steps are shown on a terminal only; elsewhere a line for each item that settled."""
        with self._lock:
            if event.kind not in SAID and self._console.is_terminal:
                self._bar(event)
            else:
                self._tell(event)

    def expect(self, total: int) -> None:
        """How many items the work has, for the bar."""
        with self._lock:
            self._settled = 0
            if self._console.is_terminal:
                self._start(total)

    def stop(self) -> None:
        """Take the bar away."""
        with self._lock:
            if self._bars is not None:
                self._bars.stop()
                self._bars = None

    def _start(self, total: int | None) -> Any:
        if self._bars is None:
            self._bars = _bars(self._console)
            self._bars.start()
            self._task = self._bars.add_task("", total=total)
        return self._bars

    def _bar(self, event: Event) -> None:
        bars = self._start(event.total or None)
        if self._task is None:
            return
        if event.kind == "settled":
            self._settled += 1
            self._line(event)
        done = event.done if event.total else self._settled
        text = f"{event.item}: {event.text}" if event.item else event.text
        bars.update(self._task, completed=done, description=text[: max(20, self._console.width - 60)])


def _bars(console: Console) -> Any:
    # Loaded here: bars take as long to load as all the rest of the console, and short commands show none.
    from rich import progress

    return progress.Progress(
        progress.SpinnerColumn(),
        progress.BarColumn(bar_width=24),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
        progress.TextColumn("{task.description}", markup=False),
        console=console,
        transient=True,
    )
