"""A process that does a verb of `victim`, and dies where it was asked to."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from pathlib import Path

from tests import warm
from tests.toy import with_tests


def killed(path: Path, verb: str, moment: str, kind: str, env: Mapping[str, str] | None = None) -> None:
    """Let a process do `verb` in `path` and die right before or after its first journal record of `kind`."""
    died = warm.run("tests.chaos.victim", [str(path), verb, moment, kind], path, with_tests(env))
    assert died.code == -signal.SIGKILL, died.err
