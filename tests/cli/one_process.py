"""Several commands of laneshift in one process: `python -m tests.cli.one_process` with a JSON list of their words.

Prints a JSON list with the exit code and the standard output of each. Loading the program takes longer than a command.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests import warm
from tests.toy import Done, with_tests


def several(path: Path, commands: Sequence[Sequence[str]], env: Mapping[str, str] | None = None) -> list[Done]:
    """Run the commands in `path`, one after another, in one process. `env` may bring another laneshift."""
    done = warm.run("tests.cli.one_process", [json.dumps(commands)], path, with_tests(env))
    assert done.code == 0, done.err
    return [Done(code, out, done.err) for code, out in json.loads(done.out)]


def here(words: Sequence[str]) -> Done:
    """Run one command in this very process. For commands that end before they start an engine."""
    from laneshift.cli.app import app

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = app([*words], standalone_mode=False)
    return Done(code if isinstance(code, int) else 0, out.getvalue(), err.getvalue())


def main() -> None:
    """Run them, and tell how each ended."""
    ended = [here(words) for words in json.loads(sys.argv[1])]
    sys.stderr.write("".join(done.err for done in ended))
    sys.stdout.write(json.dumps([(done.code, done.out) for done in ended]))


if __name__ == "__main__":
    main()
