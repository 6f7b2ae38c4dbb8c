"""Virtual environments in the cache: one that can import the projects, and one with the tools we compare with."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from corpus.fetch import CACHE
from laneshift.errors import Refused

PROJECTS = (
    "asgiref==3.13.0",
    "cryptography==50.0.2",
    "hypothesis==6.170.15",
    "Jinja2==3.1.6",
    "mpmath==1.3.0",
    "packaging==26.3",
    "pytest==9.2.0",
    "PyYAML==6.0.3",
    "resolvelib==1.2.1",
    "sqlparse==0.6.1",
    "tzdata==2026.6",
)
"""What the pinned projects need to be imported, and to run most of their tests."""

PEERS = ("ast-grep-cli==0.51.1", "mergetrain==3.7.1", "ripgrep==14.1.0", "rope==1.15.0")
_SHOWN = 2000


def environment(name: str, requirements: Sequence[str], cache: Path = CACHE) -> Path:
    """The `bin` folder of a virtual environment with exactly these requirements; made when it is missing.

    Raises `Refused` (`corpus.environment`) when they cannot be installed.
    """
    folder = (cache / "environments" / name).absolute()
    ready = folder / "ready"
    wanted = "\n".join(requirements)
    if not (ready.exists() and ready.read_text(encoding="utf-8") == wanted):
        _run([sys.executable, "-m", "venv", "--clear", str(folder)], name)
        _run([str(folder / "bin/python"), "-m", "pip", "install", "--quiet", *requirements], name)
        ready.write_text(wanted, encoding="utf-8")
    return folder / "bin"


def _run(command: list[str], name: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refused("corpus.environment", f"the environment {name!r} cannot be made", why=done.stderr[-_SHOWN:])
