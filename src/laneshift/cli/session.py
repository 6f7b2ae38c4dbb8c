"""What every command shares: where the repository is, how to speak, and how a result or an error leaves the program."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from laneshift.cli.progress import Progress
from laneshift.errors import Bug, LaneshiftError, no_room

Directory = Annotated[Path, typer.Option("-C", metavar="DIR", help="Work in this repository.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Say more, also about errors.")]
Remote = Annotated[
    str | None, typer.Option("--remote", metavar="NAME", help="Land on this git remote; '' is the local branch alone.")
]
Workers = Annotated[int, typer.Option("--workers", "-j", min=0, max=256, help="Items at a time; 0 is one a core.")]

_NARROW = 40


@dataclass
class Session:
    """One command's run. Talk goes to stderr, the result to stdout."""

    directory: Path
    as_json: bool
    verbose: bool
    out: Console
    talk: Console
    progress: Progress

    def result(self, data: dict[str, Any], show: Callable[[Console], None], then: str) -> None:
        """Print the result, for a program or for a person, and the command to run next."""
        self.progress.stop()
        if self.as_json:
            sys.stdout.write(json.dumps({**data, "next": then}, indent=2, sort_keys=True) + "\n")
            return
        show(self.out)
        self.out.print(f"next: {then}", markup=False, highlight=False, soft_wrap=True)


@contextmanager
def session(directory: Path, as_json: bool, verbose: bool) -> Iterator[Session]:
    """Run a command's body; an error becomes words (or JSON) and its exit code."""
    out, talk = _console(sys.stdout), _console(sys.stderr)
    progress = Progress(talk, quiet=as_json and not talk.is_terminal)
    try:
        yield Session(directory, as_json, verbose, out, talk, progress)
    except typer.Exit:
        raise
    except LaneshiftError as error:
        progress.stop()
        _tell(error, out if as_json else talk, as_json=as_json)
        if verbose:
            talk.print(traceback.format_exc(), markup=False, highlight=False)
        raise typer.Exit(error.exit_code) from error
    except KeyboardInterrupt as error:
        progress.stop()
        talk.print("interrupted", highlight=False)
        talk.print("next: laneshift resume", highlight=False)
        raise typer.Exit(130) from error
    except BrokenPipeError:
        raise
    except Exception as error:
        progress.stop()
        told = no_room(error)
        if told is not None:
            _tell(told, out if as_json else talk, as_json=as_json)
            raise typer.Exit(told.exit_code) from error
        _tell_bug(error, talk, as_json=as_json, verbose=verbose)
        raise typer.Exit(3) from error
    finally:
        progress.stop()


def print_error(error: LaneshiftError) -> None:
    """The error as the one JSON document of a command that failed."""
    sys.stdout.write(json.dumps({"error": error.as_dict()}, indent=2, sort_keys=True) + "\n")


def _tell_bug(error: Exception, talk: Console, *, as_json: bool, verbose: bool) -> None:
    what = f"a bug in laneshift: {type(error).__name__}: {error}"
    talk.print(what, markup=False, highlight=False)
    talk.print(traceback.format_exc() if verbose else "run it again with -v to see where", markup=False)
    if as_json:
        print_error(Bug("laneshift.bug", what))


def _console(stream: Any) -> Console:
    width = None if stream.isatty() else max(int(os.environ.get("COLUMNS", "0") or 0), _NARROW, 120)
    return Console(file=stream, width=width, highlight=False)


def _tell(error: LaneshiftError, console: Console, *, as_json: bool) -> None:
    if as_json:
        print_error(error)
        return
    lines = [f"{error.what} [{error.code}]"]
    lines += [f"  {label}: {text}" for label, text in (("where", error.where), ("why", error.why)) if text]
    lines += [f"  {fault}" for fault in error.faults]
    lines += [f"  cure: {error.cure}"] if error.cure else []
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)
