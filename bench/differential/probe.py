"""Whether modules can be imported, each in an interpreter that has imported nothing before."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from laneshift.errors import CheckFailed

_SECONDS = 60
_SHOWN = 2000

# Every module gets a fork of an interpreter that holds nothing but its own start-up, which is as good as a new one
# and starts a hundred times faster.
_PROGRAM = f"""
import importlib, json, os, signal, sys
out = os.dup(1)
null = os.open(os.devnull, os.O_RDWR)
for stream in (0, 1, 2):
    os.dup2(null, stream)
for name in json.loads(sys.argv[1]):
    child = os.fork()
    if child == 0:
        signal.alarm({_SECONDS})
        answer = "ok"
        try:
            importlib.import_module(name)
        except BaseException as error:
            answer = f"{{type(error).__name__}}: {{error}}"
        os.write(out, (json.dumps([name, answer[:400]]) + chr(10)).encode())
        os._exit(0)
    os.waitpid(child, 0)
"""


def probe(
    python: Path, folder: Path, roots: Iterable[str], modules: Iterable[str], compiled: Path
) -> Mapping[str, str]:
    """Module to `ok`, or to the error that importing it raised; a module whose process died is missing.

    `compiled` is a folder of bytecode that is checked by the digest of its source, and never written.
    """
    wanted = sorted(set(modules))
    command = [str(python), "-B", "-c", _PROGRAM, json.dumps(wanted)]
    done = subprocess.run(
        command, cwd=folder, env=surroundings(folder, roots, compiled), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise CheckFailed("bench.probe", "the import probe ended early", why=done.stderr[-_SHOWN:])
    return dict(json.loads(line) for line in done.stdout.splitlines())


def compile_all(python: Path, folder: Path, compiled: Path) -> None:
    """Compile every file below `folder` once; files that this Python cannot parse are left out."""
    command = [str(python), "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", str(folder.absolute())]
    subprocess.run(command, cwd=folder, env=surroundings(folder, ("",), compiled), capture_output=True, check=False)


def surroundings(folder: Path, roots: Iterable[str], compiled: Path) -> dict[str, str]:
    """The environment for the project's code: its roots on the path, and nothing of ours."""
    paths = [str(folder.absolute() / root) if root else str(folder.absolute()) for root in dict.fromkeys(roots)]
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONPYCACHEPREFIX": str(compiled.absolute()),
        "PYTHONHASHSEED": "0",
        "PYTHONWARNINGS": "ignore",
        "HOME": str(compiled.absolute()),
    }


def renamed(name: str, old: str, new: str) -> str:
    """The name that a module has after `old` became `new`."""
    return new + name[len(old) :] if name == old or name.startswith(f"{old}.") else name


def lost(before: Mapping[str, str], after: Mapping[str, str], old: str, new: str) -> list[str]:
    """Modules that could be imported before and cannot be now, with the reason."""
    found = []
    for name, answer in before.items():
        then = after.get(renamed(name, old, new), "its process died")
        if answer == "ok" and then != "ok":
            found.append(f"import {renamed(name, old, new)}: {then}")
    return found
