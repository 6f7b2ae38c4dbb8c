"""`status --watch` ends when nothing is being worked on, and refuses what cannot be both."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from laneshift.cli.app import app
from tests.monorepo import BATCH, monorepo


def test_watch_ends_when_everything_stands_still(tmp_path: Path) -> None:
    monorepo(tmp_path / "repo")
    batch = tmp_path / "core.tsv"
    batch.write_text(BATCH)
    assert CliRunner().invoke(app, ["plan", str(batch), "-C", str(tmp_path / "repo")]).exit_code == 0
    done = CliRunner().invoke(app, ["status", "--watch", "-C", str(tmp_path / "repo")])
    assert done.exit_code == 0
    assert "core.tsv | total:2 done: 0 rem: 2 next:labs.shapes" in done.stdout


def test_watch_is_not_for_programs(tmp_path: Path) -> None:
    monorepo(tmp_path / "repo")
    done = CliRunner().invoke(app, ["status", "--watch", "--json", "-C", str(tmp_path / "repo")])
    assert done.exit_code == 2
    assert "usage.watch-json" in done.stdout
