"""A process that has laneshift loaded and forks a child for each command line, killed with -9 where that is asked.

It reads `{"arguments", "folder", "environment", "kill"}` as lines of JSON and answers `{"code", "out", "err"}`; the
code of a killed child is -9. `kill` is `{"key", "when"}`: the child ends itself the hard way right before or right
after it appends the journal record with that key. All else is the real program: nothing in it knows of this.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import laneshift.cli.acting
import laneshift.cli.flow
import laneshift.runs.engine.sqlite_engine
import laneshift.runs.flowing.serving
import laneshift.server
from laneshift.cli.start import main
from laneshift.evidence.journal import Journal


def _die(key: str, when: str) -> None:
    """Have this process killed around the append of the record `key`."""
    append: Callable[..., Any] = Journal.append

    def killed(journal: Journal, asked: str, *rest: Any, **more: Any) -> Any:
        if asked == key and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        record = append(journal, asked, *rest, **more)
        if asked == key:
            os.kill(os.getpid(), signal.SIGKILL)
        return record

    Journal.append = killed  # type: ignore[method-assign]


def _child(asked: Mapping[str, Any], out: int, err: int) -> int:
    os.chdir(asked["folder"])
    os.environ.update(asked["environment"])
    for number, stream in ((out, 1), (err, 2)):
        os.dup2(number, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    if asked["kill"]:
        _die(**asked["kill"])
    sys.argv = ["laneshift", *asked["arguments"]]
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _one(asked: Mapping[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        pid = os.fork()
        if pid == 0:
            code = 70
            try:
                code = _child(asked, out.fileno(), err.fileno())
            finally:
                os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        texts = {}
        for name, file in (("out", out), ("err", err)):
            file.seek(0)
            texts[name] = file.read().decode(errors="replace")
        return {"code": code, **texts}


def serve() -> None:
    """Answer until nobody asks any more."""
    loaded = [laneshift.cli.flow, laneshift.cli.acting, laneshift.runs.engine.sqlite_engine, laneshift.server]
    assert Path(str(loaded[0].__file__)).is_file()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_one(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
