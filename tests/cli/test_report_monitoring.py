"""`laneshift report monitoring` on repositories with and without a journal."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from typer import BadParameter

from tests.cli.one_process import here
from tests.repo.builders import repo_at
from tests.reports.monitoring.history import days_of_work
from tests.toy import shop_at


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("worked") / "repo"
    repo_at(path, {"core/a.py": "A = 1\n", "laneshift.toml": "[ceilings]\nper_day = 50\n"})
    days_of_work(shop_at(path).journal, now=int(time.time() * 1000))
    return path


def test_a_terminal_is_told_answers_alerts_and_what_to_do(worked: Path) -> None:
    done = here(["report", "monitoring", "-C", str(worked)])
    assert done.code == 1, done.out + done.err
    assert "update_imports" in done.out
    assert "LaneshiftQueueAge (warning): 5.0 h is above 2.0 h" in done.out
    assert "no data: " in done.out
    assert "Time of a request" in done.out
    assert done.out.rstrip().endswith("next: laneshift doctor")


def test_days_are_chosen_and_counted(worked: Path) -> None:
    whole, day = (
        here(["report", "monitoring", "--json", "--since", count, "-C", str(worked)]).data for count in ("30", "1")
    )
    assert (len(whole["days"]), len(day["days"])) == (30, 1)
    assert whole["records"] > day["records"]
    [left] = [each for each in whole["answers"] if each["panel"] == "Left of today's ceiling"]
    assert (left["value"], left["by_day"][-1]) == ("44", "44"), (
        "of 50 nine landed today, and three of these were taken back"
    )


def test_what_cannot_be_asked_is_refused(worked: Path) -> None:
    assert here(["report", "monitoring", "--tree", "no-such-rev", "-C", str(worked)]).code == 2
    for count in ("0", "367", "x"):
        with pytest.raises(BadParameter, match="range"):
            here(["report", "monitoring", "--since", count, "-C", str(worked)])


def test_an_empty_journal_is_an_error(tmp_path: Path) -> None:
    repo_at(tmp_path / "repo", {"core/a.py": "A = 1\n"})
    done = here(["report", "monitoring", "--json", "-C", str(tmp_path / "repo")])
    assert done.code == 2
    assert done.data["error"]["code"] == "monitoring.nothing"
