"""`laneshift monitoring`, as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.one_process import several
from tests.repo.builders import commit_files, git_cli, repo_at
from tests.toy import laneshift


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    path = tmp_path / "repo"
    repo_at(path, {"a.txt": "a\n"})
    return path


def test_files_are_written_once_and_only_where_they_may(repo: Path) -> None:
    commands = [
        ["monitoring", "export", "ops/monitoring", "--json"],
        ["monitoring", "export", "ops/monitoring"],
        ["monitoring", "export", "rules", "--alerts", "--json"],
        ["monitoring", "export", "../outside", "--json"],
        ["monitoring", "metrics", "--json"],
        ["monitoring", "metrics"],
    ]
    first, again, alerts, outside, listed, shown = several(repo, commands)
    assert (first.code, first.data["written"]) == (0, True)
    names = ["grafana-dashboard.json", "datadog-dashboard.json", "datadog-monitors.json", "prometheus-alerts.yml"]
    assert first.data["files"] == [f"ops/monitoring/{name}" for name in names]
    assert json.loads((repo / "ops/monitoring/grafana-dashboard.json").read_text())["uid"] == "laneshift"
    assert again.out.count("as it was") == 4
    assert "next: git add ops/monitoring && git commit -m 'build(" in again.out
    assert alerts.data["files"] == ["rules/prometheus-alerts.yml"]
    assert outside.code == 2
    assert not (repo.parent / "outside").exists()
    assert {"laneshift_items_landed_total", "laneshift_queue_items"} <= {
        m["prometheus"] for m in listed.data["metrics"]
    }
    assert "laneshift.items_landed" in shown.out
    assert "next: laneshift monitoring export" in shown.out


def test_what_was_committed_there_is_replaced_and_git_keeps_it(repo: Path) -> None:
    commit_files(repo, {"ops/prometheus-alerts.yml": "groups: []\n"})
    git_cli(repo, "checkout", "-q", "main", "--", ".")
    (repo / "ops").mkdir(exist_ok=True)
    [done] = several(repo, [["monitoring", "export", "ops", "--alerts"]])
    assert done.code == 0
    assert git_cli(repo, "status", "--short").split() == ["M", "ops/prometheus-alerts.yml"], "git has what was there"


@pytest.mark.parametrize(
    ("env", "code"),
    [
        ({"LANESHIFT_DOGSTATSD": "http://127.0.0.1:8125"}, "telemetry.agent"),
        ({"LANESHIFT_DOGSTATSD": "udp://127.0.0.1:x"}, "telemetry.agent"),
        ({"LANESHIFT_DOGSTATSD": "unix://relative/path"}, "telemetry.agent"),
    ],
)
def test_a_variable_that_cannot_be_heeded_is_refused(repo: Path, env: dict[str, str], code: str) -> None:
    done = laneshift(repo, "status", "--json", env=env)
    assert (done.code, done.data["error"]["code"]) == (2, code)


def test_what_cannot_be_told_is_said_and_harms_nothing(repo: Path, tmp_path: Path) -> None:
    env = {
        "LANESHIFT_METRICS_FILE": str(tmp_path / "no-such-folder/laneshift.prom"),
        "LANESHIFT_DOGSTATSD": f"unix://{tmp_path}/nobody-listens",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1",
        "OTEL_EXPORTER_OTLP_TIMEOUT": "1",
        "LANESHIFT_KEYS": str(tmp_path / "keys"),
    }
    git_cli(repo, "config", "user.email", "ann@example.org")
    done = laneshift(repo, "keys", "rotate", "--reason", "first", env=env)
    assert done.code == 0, done.err
    assert "measurements are not told: FileNotFoundError" in done.err
