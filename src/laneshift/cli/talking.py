"""How a command speaks, and how an error leaves the program. Plain lines: nothing here takes long to load."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from laneshift.errors import Bug, LaneshiftError, of_machine

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Ended(Exception):
    """The command is over and has said what there was to say. `code` is its exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exit {code}")
        self.code = code


class Talk:
    """One command's run in `directory`. Talk goes to stderr, the result to stdout."""

    def __init__(self, directory: Path, *, as_json: bool, verbose: bool) -> None:
        self.directory = directory
        self.as_json = as_json
        self.verbose = verbose

    def quiet(self) -> None:
        """Take away what is shown while the work goes on; here that is nothing."""

    def say(self, text: str) -> None:
        """One line of the result, for a person."""
        write_line(sys.stdout, text)

    def tell(self, text: str) -> None:
        """Lines that are no part of the result."""
        for line in text.splitlines():
            write_line(sys.stderr, line)

    def document(self, data: dict[str, Any]) -> None:
        """The result as one JSON document, for a program."""
        write_json(data)


def write_line(stream: TextIO, text: str) -> None:
    """One line as it is, but for control characters, which could take over a terminal, and what cannot be encoded."""
    encoding = stream.encoding or "utf-8"
    stream.write(cleaned(text).encode(encoding, "backslashreplace").decode(encoding) + "\n")


def cleaned(line: str) -> str:
    """A line without control characters."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", line)


def one_line(line: str) -> str:
    """A line that stays one, whatever the names in it hold: a line end would begin another that nobody said."""
    return cleaned(line).replace("\n", "\N{REPLACEMENT CHARACTER}")


def write_text(text: str) -> None:
    """Cleaned lines on stdout, but for what cannot be encoded."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


def write_json(data: dict[str, Any]) -> None:
    """One JSON document on stdout."""
    import json

    sys.stdout.write(json.dumps(data, indent=2, sort_keys=True) + "\n")


def print_error(error: LaneshiftError) -> None:
    """The error as the one JSON document of a command that failed."""
    write_json({"error": error.as_dict()})


@contextmanager
def speaking(talk: Talk, passing: tuple[type[Exception], ...] = ()) -> Iterator[None]:
    """Run a command's body; an error becomes words (or JSON) and `Ended` with its exit code.

    `passing` are exceptions by which a body ends on purpose; they go through, as `Ended` does.
    """
    try:
        yield
    except (Ended, BrokenPipeError):
        raise
    except passing:
        raise
    except LaneshiftError as error:
        talk.quiet()
        _tell_error(error, talk)
        if talk.verbose:
            talk.tell(_trace())
        raise Ended(error.exit_code) from error
    except KeyboardInterrupt as error:
        talk.quiet()
        talk.tell("interrupted\nnext: laneshift resume")
        raise Ended(130) from error
    except Exception as error:
        talk.quiet()
        told = of_machine(error)
        if told is not None:
            _tell_error(told, talk)
            raise Ended(told.exit_code) from error
        _tell_bug(error, talk)
        raise Ended(3) from error
    finally:
        talk.quiet()


def _tell_bug(error: Exception, talk: Talk) -> None:
    what = f"a bug in laneshift: {type(error).__name__}: {error}"
    talk.tell(what)
    talk.tell(_trace() if talk.verbose else "run it again with -v to see where")
    if talk.as_json:
        print_error(Bug("laneshift.bug", what))


def _tell_error(error: LaneshiftError, talk: Talk) -> None:
    if talk.as_json:
        print_error(error)
        return
    talk.tell(f"{error.what} [{error.code}]")
    for label, text in (("where", error.where), ("why", error.why)):
        if text:
            talk.tell(f"  {label}: {text}")
    for fault in error.faults:
        talk.tell(f"  {fault}")
    if error.cure:
        talk.tell(f"  cure: {error.cure}")
    elif not error.faults:
        talk.tell(f"  more: laneshift explain {error.code}")


def _trace() -> str:
    import traceback

    return traceback.format_exc()
