"""`python -m tests.suite [PYTEST ARGUMENTS]`: the whole suite; what failed by chance is tried once more and told.

Three tests at most, each in a process of its own with nothing beside it, as a batch of ours tries a flake once.
Whatever else goes wrong (a collection that fails, no tests, a fourth test, a test that fails again) is red. Why:
docs/decisions/0036-a-test-that-fails-by-chance.md.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

MOST = 3
_RED = 1
_FAILED = Path(".pytest_cache/v/cache/lastfailed")


def main(arguments: Sequence[str]) -> int:
    """Pytest's own status; 0 as well when all that failed were `MOST` tests or fewer, and each passes alone."""
    _FAILED.unlink(missing_ok=True)
    status = _pytest(arguments)
    if status != _RED:
        return status
    failed = _failed()
    if not 0 < len(failed) <= MOST:
        return status
    _tell(f"{len(failed)} failed: each once more, alone")
    red = [name for name in failed if _pytest(["-n", "0", name])]
    for name in failed:
        _tell(f"{'failed twice' if name in red else 'UNSTEADY, passed alone: mend it'}: {name}")
    return _RED if red else 0


def _pytest(arguments: Sequence[str]) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode


def _failed() -> list[str]:
    """The tests that pytest noted as failed; none when it noted nothing."""
    try:
        return sorted(json.loads(_FAILED.read_bytes()))
    except FileNotFoundError:
        return []


def _tell(text: str) -> None:
    sys.stdout.write(f"==== {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
