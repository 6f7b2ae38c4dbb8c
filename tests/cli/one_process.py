"""Several commands of laneshift in one process: `python -m tests.cli.one_process` with a JSON list of their words.

Prints a JSON list with the exit code and the standard output of each. Loading the program takes longer than a command.
"""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.toy import Done, environment

_ROOT = Path(__file__).resolve().parents[2]


def several(path: Path, commands: Sequence[Sequence[str]], env: Mapping[str, str] | None = None) -> list[Done]:
    """Run the commands in `path`, one after another, in one process. `env` may bring another laneshift."""
    whole = environment(env)
    whole["PYTHONPATH"] += f":{_ROOT}"
    done = subprocess.run(
        [sys.executable, "-m", "tests.cli.one_process", json.dumps(commands)],
        cwd=path,
        env=whole,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [Done(code, out, done.stderr) for code, out in json.loads(done.stdout)]


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
