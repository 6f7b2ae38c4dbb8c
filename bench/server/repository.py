"""A repository whose server lets the benchmark ask as often as it can."""

from __future__ import annotations

import shutil
from pathlib import Path

from corpus.project import run

SETTINGS = """[server.quotas]
rate = 100000
burst = 1000000
"""


def made(folder: Path) -> Path:
    """One commit on `main`, and nothing that an earlier server left."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    run(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "laneshift.toml").write_text(SETTINGS, encoding="utf-8")
    run(folder, "add", "--all")
    run(folder, "commit", "--quiet", "--no-verify", "--message", "settings")
    return folder
