"""Servers as people start them, each its own process, that share what is in Valkey; and starts that are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.runs.requesting import MADE
from tests.server.limits.assembled import RUNS, left, limited_by
from tests.server.limits.valkey import Valkey
from tests.server.test_command import started
from tests.toy import laneshift, records, toy

VARIABLE = "LANESHIFT_REDIS_URL"
BURST = 9


def test_servers_share_answers_and_buckets_and_one_may_be_killed(
    tmp_path: Path, one: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, one.url)
    path = limited_by(tmp_path / "repo", BURST)
    headers = {"Idempotency-Key": "one"}
    with started(path) as (process, client):
        assert client.get("/readyz").json()["checks"]["redis"] == "ok"
        made = client.post(RUNS, json={}, headers=headers)
        assert (made.status_code, left(made)) == (202, BURST - 1)
        process.kill()
        process.wait()
    with started(path) as (_, here), started(path) as (process, there):
        answers = [client.post(RUNS, json={}, headers=headers) for client in (here, there) * 4]
        assert [left(answer) for answer in answers] == list(range(BURST - 2, -1, -1))
        assert {(answer.status_code, answer.content) for answer in answers} == {(202, made.content)}
        assert [client.get("/api/v1/requests").status_code for client in (here, there)] == [429, 429]
        one.kill()
        ready = there.get("/readyz")
        assert (ready.status_code, ready.json()["checks"]["redis"]) == (503, "failed")
        assert there.get("/api/v1/requests").status_code == 503
        one.start()
        assert there.get("/readyz").json()["checks"]["redis"] == "ok"
        process.terminate()
        assert process.wait(240) == 0
    assert len(records(path, MADE)) == 1
    log = (path / ".git" / "server.log").read_text()
    assert "Traceback" not in log
    assert log.count("the store of quotas does not answer, so nobody is let in until it does") == 1


@pytest.mark.parametrize("url", ["http://:hunter2@localhost:1", "redis://:hunter2@", "redis://:hunter2@localhost:x"])
def test_an_address_that_is_none_stops_the_start_and_is_not_repeated(tmp_path: Path, url: str) -> None:
    done = laneshift(toy(tmp_path / "repo"), "serve", "--port", "0", "--json", env={VARIABLE: url})
    assert (done.code, done.data["error"]["code"]) == (2, "redis.bad-url"), done.err
    assert "hunter2" not in done.out + done.err
