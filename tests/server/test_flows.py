"""Flows over HTTP: seen, run, told something, ended and tried again, by those who may."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.repo.builders import commit_files
from tests.runs.flowing.lived import home
from tests.server.flowing import APPROVED, flowing, until
from tests.server.serving import BOT, Served, served

POLICIES = """
@id("read") permit (principal, action in Laneshift::Action::"reading", resource);
@id("greeter") permit (principal in Laneshift::Role::"greeter", action in
  [Laneshift::Action::"flow.run", Laneshift::Action::"flow.cancel"], resource is Laneshift::Flow)
when { resource.name == "greet" };
@id("admin") permit (principal in Laneshift::Role::"admin", action, resource);
@id("operator") permit (principal in Laneshift::Role::"operator", action in Laneshift::Action::"operating", resource);
@id("approver") permit (principal in Laneshift::Role::"approver", action in Laneshift::Action::"approving", resource);
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path = home(
        tmp_path_factory.mktemp("flows") / "repo",
        {
            "laneshift.policies.cedar": POLICIES,
            "laneshift/flows/approved.toml": APPROVED,
            "laneshift/flows/broken.toml": "steps = 3\n",
            "laneshift/flows/nightly.toml": '[[steps]]\nname = "a"\nkind = "wait"\nseconds = 1\n[schedule]\n'
            'cron = "30 2 * * *"\nzone = "Europe/Berlin"\n',
        },
    )
    with served(path) as found, flowing(path):
        yield found


def _client(site: Served, *roles: str, name: str = "ada@example.org", kind: str = "person") -> httpx.Client:
    return site.client(site.key(kind, name, roles))


@pytest.fixture
def admin(site: Served) -> Iterator[httpx.Client]:
    with _client(site, "admin") as client:
        yield client


def _asked(client: httpx.Client, flow: str, **inputs: Any) -> str:
    answer = client.post(f"/api/v1/flows/{flow}/runs", json={"inputs": inputs} if inputs else {})
    assert answer.status_code == 202, answer.text
    run: str = answer.json()["id"]
    assert answer.headers["location"] == f"/api/v1/flow-runs/{run}"
    return run


def _waits(told: dict[str, Any]) -> bool:
    return bool(told["state"] == "waiting")


def test_every_flow_is_told_with_its_schedule_and_its_faults(admin: httpx.Client) -> None:
    told = {each["name"]: each for each in admin.get("/api/v1/flows", params={"limit": 500}).json()["items"]}
    assert {"greet", "fails", "approved", "nightly", "broken", "release-gate"} <= told.keys()
    assert told["greet"]["where"] == "laneshift/flows/greet.toml"
    assert told["release-gate"]["where"] == "shipped"
    assert told["broken"]["error"]["code"] == "flow.bad-definition"
    assert told["nightly"]["schedule"]["zone"] == "Europe/Berlin"
    assert told["nightly"]["schedule"]["next"].endswith(("00:30:00+00:00", "01:30:00+00:00", "01:00:00+00:00"))
    assert told["nightly-health"]["schedule"]["next"] is None
    whole = admin.get("/api/v1/flows/greet").json()
    assert [step["name"] for step in whole["definition"]["steps"]] == ["count", "ask", "each-lane", "never"]
    assert admin.get("/api/v1/flows/nothing").json()["code"] == "flow.unknown"


def test_a_run_waits_is_told_and_ends_well(admin: httpx.Client) -> None:
    run = _asked(admin, "greet", lanes=["labs", "core", "serve"])
    waiting = until(admin, run, _waits)
    assert [step["state"] for step in waiting["steps"]] == ["done", "waiting"]
    signal = {"name": "go", "value": {"yes": True}, "id": "one"}
    for _ in range(2):
        assert admin.post(f"/api/v1/flow-runs/{run}/signals", json=signal).status_code == 200
    other = admin.post(f"/api/v1/flow-runs/{run}/signals", json={**signal, "value": 3})
    assert (other.status_code, other.json()["code"]) in ((409, "flow.signal-twice"), (409, "flow.ended"))
    done = until(admin, run, lambda told: told["state"] == "done")
    assert len(done["signals"]) == 1
    by_name = {(step["name"], step.get("index")): step for step in done["steps"]}
    assert [value["said"][1] for value in by_name["each-lane", None]["value"]] == ["labs", "core", "serve"]
    assert by_name["never", None]["state"] == "skipped"
    late = admin.post(f"/api/v1/flow-runs/{run}/signals", json={"name": "go"})
    assert (late.status_code, late.json()["code"]) == (409, "flow.ended")
    kinds = [record["kind"] for record in admin.get(f"/api/v1/flow-runs/{run}/history").json()["items"]]
    assert (kinds[0], kinds[-1]) == ("flow.asked", "flow.ended")
    assert kinds.count("flow.signalled") == 1


def test_a_signal_may_come_before_anything_waits_for_it(admin: httpx.Client) -> None:
    run = _asked(admin, "greet")
    admin.post(f"/api/v1/flow-runs/{run}/signals", json={"name": "go"})
    assert until(admin, run, lambda told: told["state"] == "done")["signals"][0]["taken"] == "ask"


def test_a_run_that_waits_is_ended_and_tried_again(admin: httpx.Client) -> None:
    run = _asked(admin, "greet")
    until(admin, run, _waits)
    again = admin.post(f"/api/v1/flow-runs/{run}/retries", json={})
    assert (again.status_code, again.json()["code"]) == (409, "flow.not-over")
    assert admin.post(f"/api/v1/flow-runs/{run}/cancellation").status_code == 200
    ended = until(admin, run, lambda told: told["state"] == "cancelled")
    assert ended["cancelled_by"] == "person:ada@example.org"
    assert [step["state"] for step in ended["steps"] if step["name"] == "count"] == ["undone"]
    assert admin.post(f"/api/v1/flow-runs/{run}/cancellation").json()["code"] == "flow.ended"
    assert admin.post(f"/api/v1/flow-runs/{run}/retries", json={"from_step": "x"}).json()["code"] == "flow.unknown-step"
    assert admin.post(f"/api/v1/flow-runs/{run}/retries", json={}).status_code == 202
    assert until(admin, run, _waits)["attempt"] == 2
    admin.post(f"/api/v1/flow-runs/{run}/cancellation")


def test_inputs_that_do_not_fit_are_told_with_every_fault(admin: httpx.Client) -> None:
    answer = admin.post("/api/v1/flows/greet/runs", json={"inputs": {"lanes": 3, "other": 1}})
    assert (answer.status_code, len(answer.json()["faults"])) == (422, 2)
    assert admin.post("/api/v1/flows/broken/runs", json={}).json()["code"] == "flow.bad-definition"


def test_lists_come_in_pages_and_can_be_narrowed(admin: httpx.Client) -> None:
    runs = [_asked(admin, "fails") for _ in range(3)]
    found, cursor = [], ""
    while True:
        told = admin.get("/api/v1/flow-runs", params={"flow": "fails", "limit": 2, "cursor": cursor}).json()
        found += [each["id"] for each in told["items"]]
        if (cursor := told["next"]) is None:
            break
    assert found[:3] == runs[::-1]
    for run in runs:
        failed = until(admin, run, lambda told: told["state"] == "failed")
        assert (failed["code"], failed["what"]) == ("flow.command", "it failed")
    told = admin.get("/api/v1/flow-runs", params={"state": "failed"}).json()["items"]
    assert {each["id"] for each in told} >= set(runs)


def test_what_an_approval_waits_for_is_for_those_who_approve(site: Served, admin: httpx.Client) -> None:
    run = _asked(admin, "approved")
    until(admin, run, _waits)
    yes = {"name": "approve"}
    with _client(site, "operator", name="olaf@example.org") as operator:
        assert operator.post(f"/api/v1/flow-runs/{run}/signals", json=yes).json()["code"] == "access.denied"
        assert operator.post(f"/api/v1/flow-runs/{run}/signals", json={"name": "other"}).status_code == 200
    with _client(site, "approver", "operator", "admin", name=BOT, kind="agent") as agent:
        answer = agent.post(f"/api/v1/flow-runs/{run}/signals", json=yes)
        assert (answer.status_code, "guard.agents-never-approve" in answer.json()["why"]) == (403, True)
    with _client(site, "approver", name="petra@example.org") as approver:
        assert approver.post(f"/api/v1/flow-runs/{run}/signals", json={"name": "other"}).status_code == 403
        assert approver.post(f"/api/v1/flow-runs/{run}/signals", json=yes).status_code == 200
    done = until(admin, run, lambda told: told["state"] == "done")
    assert done["steps"][0]["value"] == {"by": ["person:petra@example.org"]}


def test_policies_may_speak_of_a_flow_by_its_name(site: Served) -> None:
    with _client(site, "greeter", name="gerd@example.org") as greeter:
        run = _asked(greeter, "greet")
        for flow in ("fails", "approved", "release-gate", "no-such-flow"):
            answer = greeter.post(f"/api/v1/flows/{flow}/runs", json={})
            assert (answer.status_code, answer.json()["code"]) == (403, "access.denied"), flow
        assert greeter.post(f"/api/v1/flow-runs/{run}/signals", json={"name": "go"}).status_code == 403
        assert greeter.post(f"/api/v1/flow-runs/{run}/retries", json={}).status_code == 403
        assert greeter.post(f"/api/v1/flow-runs/{run}/cancellation").status_code == 200


def test_what_runs_is_what_was_landed_and_a_run_keeps_what_it_began_with(site: Served, admin: httpx.Client) -> None:
    path = site.parts.shop.repository.work_dir
    assert path is not None
    run = _asked(admin, "greet")
    digest = admin.get(f"/api/v1/flow-runs/{run}").json()["digest"]
    definition = Path(path) / "laneshift/flows/greet.toml"
    before = definition.read_text()
    definition.write_text(before.replace("Greets", "Never greets"))
    assert admin.get("/api/v1/flows/greet").json()["description"].startswith("Greets")
    commit_files(path, {"laneshift/flows/greet.toml": definition.read_text()})
    assert admin.get("/api/v1/flows/greet").json()["description"].startswith("Never greets")
    admin.post(f"/api/v1/flow-runs/{run}/signals", json={"name": "go"})
    assert until(admin, run, lambda told: told["state"] == "done")["digest"] == digest
    assert admin.get("/api/v1/flows/greet").json()["digest"] != digest
