"""How the demo ends: with a status that says whether its promises held."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from demo import __main__ as demo
from demo.promises import PromiseBrokenError
from demo.record import passed_in_landing
from demo.stage import Stage
from laneshift.errors import Refused
from tests.monorepo import monorepo

ROOT = Path(demo.__file__).resolve().parents[1]


@pytest.mark.parametrize(
    ("raised", "status", "words"),
    [
        (PromiseBrokenError("the trees are equal"), 1, "A promise does not hold: the trees are equal"),
        (ValueError("pytest lists 1 and counts 2"), 1, "cannot be believed: pytest lists 1 and counts 2"),
        (subprocess.CalledProcessError(128, ["git", "fsck"], "", "bad object"), 1, "git fsck ended with 128"),
        (Refused("corpus.unavailable", "pip cannot download it", cure="go online"), 2, "pip cannot download it"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_whatever_stops_an_act_is_said_and_gives_a_status(
    raised: BaseException,
    status: int,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def play(stage: Stage, *, whole: bool) -> None:
        raise raised

    (tmp_path / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(demo, "play", play)
    assert demo.main() == status
    assert words in capsys.readouterr().out.replace("\n", " ")


def test_it_touches_nothing_outside_the_root_of_a_repository(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    command = [sys.executable, "-m", "demo"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "root of the repository" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_leads_elsewhere_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "networkx").mkdir(parents=True)
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / ".demo").symlink_to(elsewhere)
    monkeypatch.chdir(tmp_path)
    assert demo.main() == 2
    assert (elsewhere / "networkx").is_dir()


def test_a_test_run_that_was_not_recorded_is_not_made_up(tmp_path: Path) -> None:
    repository = monorepo(tmp_path / "repo")
    with pytest.raises(ValueError, match="no run of the suite"):
        passed_in_landing(tmp_path / "repo", repository.tree("HEAD").oid)
