"""`laneshift serve` as people start it: a process of its own, a worker beside it, and an end in order."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import warm
from tests.monorepo import BATCH
from tests.repo.builders import commit_files
from tests.runs.engine.clones import changes
from tests.server.serving import READER
from tests.toy import environment, laneshift, planned, toy
from tests.warm import Process

FLOWS_OF_OPERATORS = """
@id("operators")
permit (principal in Laneshift::Role::"operator", action == Laneshift::Action::"flow.run", resource is Laneshift::Flow);
@id("kept")
forbid (principal, action, resource == Laneshift::Flow::"nightly-health");
"""
PATIENCE = 300.0


@contextmanager
def started(path: Path, *words: str) -> Iterator[tuple[Process, httpx.Client]]:
    """The server's process, and somebody who asks it."""
    with announced(path, *words) as (process, client, _):
        yield process, client


@contextmanager
def announced(
    path: Path, *words: str, more: Mapping[str, str] | None = None
) -> Iterator[tuple[Process, httpx.Client, dict[str, Any]]]:
    """As above, and what the command said; `more` are variables of its environment."""
    asked = ("serve", "--port", "0", "--json", "-C", str(path), *words)
    log = (path / ".git" / "server.log").open("a")
    process = warm.start("laneshift", asked, Path.cwd(), environment(more), log.fileno())
    assert process.stdout is not None
    try:
        text = ""
        while not text.endswith("}\n"):
            line = process.stdout.readline()
            assert line, (path / ".git" / "server.log").read_text()
            text += line
        told = json.loads(text)
        with httpx.Client(base_url=told["url"], timeout=240) as client:
            yield process, client, told
    finally:
        log.close()
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()


def until(client: httpx.Client, path: str, name: str, *wanted: object) -> dict[str, Any]:
    """What is there once `name` of it is one of `wanted`."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        told: dict[str, Any] = client.get(path).json()
        if told[name] in wanted:
            return told
        time.sleep(0.1)
    raise AssertionError(f"{path} is still {told}")


def asked(client: httpx.Client, path: str) -> dict[str, Any]:
    """A request that is made and has come to its end."""
    made = client.post(path, json={})
    assert made.status_code == 202, made.text
    return until(client, made.headers["location"], "standing", "done", "failed")


def workers_of(process: int) -> list[int]:
    """The workers that the server `process` started and that still run; it starts git as well, now and then."""
    found: list[int] = []
    for told in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has ended meanwhile
            found += map(int, told.read_text().split())
    return [each for each in found if b"worker" in command_of(each)]


def command_of(process: int) -> list[bytes]:
    """The words of its command; none where it has ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    return []


def test_a_batch_goes_there_and_back_over_http_and_survives_the_death_of_both_processes(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    path = toy(tmp_path / "repo", {name: text.replace('"origin"', '""') for name, text in changes(gate).items()})
    plan = planned(path, BATCH, "core.tsv")
    with started(path, "--work") as (process, client):
        until(client, "/readyz", "ready", True)
        workers = workers_of(process.pid)
        assert len(workers) == 2
        made = client.post(f"/api/v1/plans/{plan.id}/runs", json={})
        until(client, made.headers["location"], "standing", "working")
        process.kill()
        process.wait()
        gate.touch()
        deadline = time.monotonic() + PATIENCE
        while any(Path(f"/proc/{worker}").exists() for worker in workers) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(Path(f"/proc/{worker}").exists() for worker in workers)
    with started(path, "--work") as (process, client):
        ran = until(client, made.headers["location"], "standing", "done", "failed")
        assert ran["outcome"]["counts"]["done"] == 2
        assert client.get(f"/api/v1/plans/{plan.id}/rollback").json()["landed"] is False
        landed = asked(client, f"/api/v1/plans/{plan.id}/landings")
        assert landed["outcome"]["result"] == "landed"
        steps = client.get(f"/api/v1/plans/{plan.id}/items/labs.shapes").json()["steps"]
        assert {"test", "gates", "commit"} <= {step["step"] for step in steps}
        assert "passed" in client.get(f"/api/v1/plans/{plan.id}/items/labs.shapes/logs/test").text
        trains = client.get(f"/api/v1/plans/{plan.id}/trains").json()
        assert trains["landings"][-1]["outcome"]["result"] == "landed"
        back = asked(client, f"/api/v1/plans/{plan.id}/rollbacks")
        assert back["outcome"]["tree"] == plan.base_tree
        process.send_signal(signal.SIGTERM)
        assert process.wait(240) == 0
        assert workers_of(process.pid) == []
    assert laneshift(path, "verify", "core", "--json").code == 0


def test_keys_are_made_and_revoked_from_the_command_line(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo")
    made = laneshift(path, "access", "keys", "create", "--person", READER, "--role", "reader", "--json").data
    log = path / ".git" / "server.log"
    with started(path, "--require-key") as (process, client):
        own = {"Authorization": f"Bearer {made['text']}"}
        assert client.get("/api/v1/me").status_code == 401
        assert client.get("/api/v1/me", headers=own).json()["name"] == READER
        assert client.get(f"/api/v1/batches?x={made['text']}", headers=own).status_code == 200
        gone = laneshift(path, "access", "keys", "revoke", made["key"]["id"])
        assert (gone.code, "revoked" in gone.out) == (0, True)
        assert client.get("/api/v1/me", headers=own).status_code == 401
        process.send_signal(signal.SIGINT)
        assert process.wait(240) == 0
    lines = [
        json.loads(line.partition(" laneshift.access ")[2])
        for line in log.read_text().splitlines()
        if "laneshift.access" in line
    ]
    assert [line["status"] for line in lines] == [401, 200, 200, 401]
    assert lines[1]["by"] == f"person:{READER}"
    assert made["text"].rpartition("_")[2] not in log.read_text()
    listed = laneshift(path, "access", "keys", "list")
    assert made["key"]["id"] in listed.out
    assert made["text"].rpartition("_")[2] not in listed.out


@pytest.mark.parametrize(
    ("files", "words", "code"),
    [
        ({}, ("--host", "0.0.0.0"), "serve.no-auth"),
        ({}, ("--tls-cert", "none.pem", "--tls-key", "none.pem"), "serve.bad-certificate"),
        ({"laneshift.policies.cedar": "permit (principal"}, (), "policy.broken"),
    ],
)
def test_what_could_not_serve_safely_does_not_start(
    tmp_path: Path, files: dict[str, str], words: tuple[str, ...], code: str
) -> None:
    done = laneshift(toy(tmp_path / "repo", files), "serve", "--port", "0", *words, "--json")
    assert (done.code, done.data["error"]["code"]) == (2, code), done.err


def test_a_link_for_the_first_administrator(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo")
    off = laneshift(path, "serve", "--port", "0", "--enroll", READER, "--json")
    assert (off.code, off.data["error"]["code"]) == (2, "passkeys.off")
    commit_files(path, {"laneshift.toml": "[features]\nwebauthn = true\n"})
    bad = laneshift(path, "serve", "--port", "0", "--enroll", "no body", "--json")
    assert (bad.code, bad.data["error"]["code"]) == (2, "access.bad-principal")
    with announced(path, "--require-key", "--enroll", READER) as (_, client, told):
        assert client.get("/api/v1/me").status_code == 401
        place, _, link = told["enroll"].partition("#")
        assert place == f"http://localhost:{client.base_url.port}/id/enrol"
        assert told["next"] == told["enroll"]
        asked = client.post("/id/webauthn/challenge", json={"purpose": "register", "link": link})
        assert (asked.json()["person"], asked.json()["options"]["rp"]["id"]) == (READER, "localhost")
    assert link not in (path / ".git" / "server.log").read_text()


def test_the_doctor_tells_which_policy_decides(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo")
    planned(path, BATCH, "core.tsv")
    words = ("doctor", "--policy", "plan.approve", "--json", "--batch", "core")
    bot = laneshift(path, *words, "--as", "agent:bot@example.org", "--role", "admin")
    assert (bot.code, bot.data["policies"], bot.data["log"]) == (1, ["guard.agents-never-approve"], [])
    assert not (path / ".git" / "laneshift" / "access").exists()
    ada = laneshift(path, *words, "--as", "person:ada@example.org", "--role", "approver")
    assert (ada.code, ada.data["policies"], ada.data["resource"]) == (0, ["default.approver"], 'Batch::"core"')


def test_the_doctor_tells_who_may_run_which_flow(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo")
    commit_files(path, {"laneshift.policies.cedar": FLOWS_OF_OPERATORS})
    words = ("doctor", "--policy", "flow.run", "--json", "--role", "operator", "--flow")
    free, kept = laneshift(path, *words, "key-check"), laneshift(path, *words, "nightly-health")
    assert (free.code, free.data["policies"], free.data["resource"]) == (0, ["operators"], 'Flow::"key-check"')
    assert (kept.code, kept.data["policies"], kept.data["resource"]) == (1, ["kept"], 'Flow::"nightly-health"')
    none, both = laneshift(path, *words, "no-such"), laneshift(path, *words, "key-check", "--batch", "core")
    assert (none.code, none.data["error"]["code"]) == (2, "flow.unknown")
    assert (both.code, both.data["error"]["code"]) == (2, "policy.two-resources")


def test_workers_are_started_again_when_they_die(tmp_path: Path) -> None:
    rest = '[[steps]]\nname = "rest"\nkind = "wait"\nseconds = 0.1\n'
    path = toy(tmp_path / "repo", {"laneshift/flows/rest.toml": rest})
    with started(path, "--work") as (process, client):
        until(client, "/readyz", "ready", True)
        first = set(workers_of(process.pid))
        assert len(first) == 2
        for worker in first:
            os.kill(worker, signal.SIGKILL)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and len(set(workers_of(process.pid)) - first) < 2:
            time.sleep(0.05)
        assert len(set(workers_of(process.pid)) - first) == 2
        run = client.post("/api/v1/flows/rest/runs", json={}).json()["id"]
        assert until(client, f"/api/v1/flow-runs/{run}", "state", "done", "failed")["state"] == "done"
        process.send_signal(signal.SIGTERM)
        assert process.wait(240) == 0
