"""Who gets in: by a key and by nothing else that a request could say, and never further than the policies let them."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from laneshift.errors import Refused
from laneshift.server.options import Options
from laneshift.server.parts import parts_for
from tests.repo.builders import git_cli
from tests.server.conftest import FLOW, FLOW_RUN
from tests.server.serving import ADMIN, BOT, READER, Served, served, told
from tests.server.test_routes import PROVING
from tests.toy import planned, shop_at, toy

FORGED = (
    {"X-Forwarded-User": ADMIN},
    {"X-Remote-User": ADMIN, "X-Laneshift-Role": "admin"},
    {"X-Principal": f"person:{ADMIN}", "X-Roles": "admin,approver"},
    {"X-HTTP-Method-Override": "GET", "X-Method-Override": "GET", "X-Original-URL": "/healthz"},
    {"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1", "X-Real-IP": "127.0.0.1"},
    {"Cookie": "session=admin; laneshift=admin"},
    {"Authorization-Override": "Bearer x", "Proxy-Authorization": "Bearer x", "X-Api-Key": "x"},
)

ASKING = {
    *(("POST", f"/v1/{path}") for path in ("chat/completions", "embeddings", "responses", "dreams")),
    *(("POST", f"/v1/{path}") for path in ("responses/{response}/cancel", "dreams/{dream}/cancel")),
    *(("POST", "/v1/indexes/{index}/search"), ("DELETE", "/v1/responses/{response}")),
}
"""Questions, and what becomes of one's own: they change nothing of the repository; who may only suggest may ask."""


@pytest.fixture(scope="module")
def writes(server: Served) -> list[tuple[str, str, object]]:
    """Everything that changes something, with a body that would do it."""
    plan = server.parts.plans.load("core").id
    waiting = server.parts.plans.load("later").id
    batch = {"name": "new.tsv", "content": "labs.plugin\tlabs/plugin.py\tcore/plugin.py\n"}
    key = {"kind": "person", "name": ADMIN, "roles": ["admin"]}
    envelope = {"subject": {}, "method": "ssh", "proof": {}}
    return [
        ("POST", "/api/v1/plans", batch),
        *(("POST", f"/api/v1/plans/{waiting}/{verb}", {}) for verb in ("canaries", "runs", "landings", "shipments")),
        ("POST", f"/api/v1/plans/{plan}/rollbacks", {}),
        ("POST", f"/api/v1/plans/{plan}/approvals", envelope),
        ("POST", f"/api/v1/plans/{plan}/approvals/offers", None),
        ("POST", f"/api/v1/requests/{plan}.request-1/withdrawal", None),
        ("POST", f"/api/v1/flows/{FLOW}/runs", {}),
        ("POST", f"/api/v1/flow-runs/{FLOW_RUN}/signals", {"name": "approve"}),
        ("POST", f"/api/v1/flow-runs/{FLOW_RUN}/cancellation", None),
        ("POST", f"/api/v1/flow-runs/{FLOW_RUN}/retries", {}),
        ("POST", "/api/v1/freeze", {"reason": "nothing may land"}),
        ("DELETE", "/api/v1/freeze?reason=over", None),
        ("POST", "/api/v1/keys", key),
        ("DELETE", f"/api/v1/keys/{server.parts.keys.store.all()[0].id}", None),
        ("POST", "/id/enrolments", {"name": ADMIN, "roles": ["admin"]}),
        ("DELETE", f"/id/people/{ADMIN}", None),
        ("DELETE", "/id/passkeys/any", None),
        ("DELETE", "/id/sessions/current", None),
        ("POST", "/v1/indexes", {"name": "notes", "metric": "cosine", "dimension": 2}),
        ("DELETE", "/v1/indexes/notes", None),
        ("POST", "/v1/indexes/notes/vectors", {"vectors": [{"id": "one", "vector": [1, 0]}]}),
        ("DELETE", "/v1/indexes/notes/vectors/one", None),
    ]


def test_the_writes_of_these_tests_are_all_that_there_are(
    server: Served, writes: list[tuple[str, str, object]]
) -> None:
    described = {(method, path) for method, path in server.routes if method != "GET"} - PROVING
    assert described >= ASKING
    assert len(described - ASKING) == len(writes)


def test_an_agent_that_may_only_suggest_changes_nothing_by_any_route_or_header(
    server: Served, writes: list[tuple[str, str, object]]
) -> None:
    key = server.key("agent", BOT, ("suggest_only", "admin", "approver"))
    before = (server.parts.shop.journal.tip(), server.parts.keys.store.all(), server.parts.plans.batches())
    with server.client(key) as client:
        assert client.get("/api/v1/batches").status_code == 200
        for method, path, body in writes:
            for forged in ({}, *FORGED):
                answer = client.request(method, path, json=body, headers=forged)
                code, words = told(answer)
                assert (answer.status_code, code) == (403, "access.denied"), (method, path, forged)
                assert "guard." in words
    assert before == (server.parts.shop.journal.tip(), server.parts.keys.store.all(), server.parts.plans.batches())


def test_who_may_read_changes_nothing(server: Served, writes: list[tuple[str, str, object]]) -> None:
    with server.client(server.key("person", READER, ("reader",))) as client:
        for method, path, body in writes:
            answer = client.request(method, path, json=body)
            assert answer.status_code == 403, (method, path)
            assert "no policy permits it" in told(answer)[1], (method, path)


def test_a_credential_that_does_not_hold_lets_nobody_in_anywhere(server: Served, admin: str) -> None:
    bad = [
        "Bearer lsk_000000000000_" + "0" * 64,
        f"Bearer {admin[:-1]}{'0' if admin[-1] != '0' else '1'}",
        f"Bearer {admin.upper()}",
        f"Basic {admin}",
        "Bearer",
        f"Bearer {admin} {admin}",
    ]
    for given in bad:
        for path in ("/api/v1/me", "/healthz"):
            answer = httpx.get(server.url + path, headers={"Authorization": given})
            assert (answer.status_code, answer.json()["code"]) == (401, "access.bad-credential"), given
    twice = [("Authorization", f"Bearer {admin}"), ("Authorization", f"Bearer {admin}")]
    assert httpx.get(f"{server.url}/api/v1/me", headers=twice).status_code == 401


def test_a_key_is_told_once_works_and_is_refused_from_the_moment_it_is_revoked(server: Served, admin: str) -> None:
    asked = {"kind": "person", "name": READER, "roles": ["reader"], "scopes": ["batch.read", "self.read"], "days": 1}
    with server.client(admin) as client:
        made = client.post("/api/v1/keys", json=asked).json()
        listed = client.get("/api/v1/keys").text
        assert made["text"].rpartition("_")[2] not in listed
        assert made["key"]["id"] in listed
        with server.client(made["text"]) as reader:
            assert reader.get("/api/v1/me").json()["scopes"] == ["batch.read", "self.read"]
            assert reader.get("/api/v1/batches").status_code == 200
            assert "guard.scope" in reader.get("/api/v1/plans").json()["why"]
            assert client.delete(f"/api/v1/keys/{made['key']['id']}").json()["standing"] == "revoked"
            assert reader.get("/api/v1/batches").json()["code"] == "access.bad-credential"
        assert client.delete("/api/v1/keys/000000000000").status_code == 404


def test_every_decision_is_on_record_with_the_policies_that_made_it(server: Served, admin: str) -> None:
    with server.client(server.key("agent", BOT, ("suggest_only",))) as bot:
        plan = server.parts.plans.load("core").id
        denied = bot.post(f"/api/v1/plans/{plan}/runs", json={}).headers["x-request-id"]
        allowed = bot.get(f"/api/v1/plans/{plan}").headers["x-request-id"]
    with server.client(admin) as client:
        told = {each["request"]: each for each in client.get("/api/v1/decisions", params={"limit": 50}).json()["items"]}
    assert told[denied]["allowed"] is False
    assert told[denied]["policies"] == ["guard.suggest-only"]
    assert (told[denied]["action"], told[denied]["resource"]) == ("run.start", 'Batch::"core"')
    assert told[denied]["principal"] == f"agent:{BOT}"
    assert (told[allowed]["allowed"], told[allowed]["policies"]) == (True, ["default.suggest-only"])
    assert {each.facts["allowed"] for each in server.parts.log.last(100)} == {True, False}


def test_without_keys_whoever_is_on_this_machine_operates_and_no_more(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo")
    planned(path, "labs.stays\tlabs/stays.py\tcore/stays.py\n", "one.tsv")
    with served(path) as server, server.client() as client:
        assert client.get("/api/v1/me").json()["via"] == "local"
        assert client.post("/api/v1/plans/one/runs", json={}).status_code == 202
        assert client.get("/api/v1/keys").status_code == 403
        assert client.post("/api/v1/plans/one/approvals/offers").status_code == 403
        for forwarded in ({"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}, {"Via": "1.1 proxy"}):
            assert client.get("/api/v1/me", headers=forwarded).status_code == 401
        server.key()
        assert client.get("/api/v1/me").status_code == 401


def test_a_server_that_others_can_reach_needs_a_way_to_tell_them_apart(tmp_path: Path) -> None:
    shop = shop_at(toy(tmp_path / "repo"))
    for options in (Options("0.0.0.0", 0), Options("::", 0), Options("example.org", 0), Options(require_key=True)):
        with pytest.raises(Refused) as caught:
            parts_for(shop, options)
        assert caught.value.code == "serve.no-auth"
    shop.journal.close()


def test_policies_are_those_of_the_branch_that_batches_land_on(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo")
    file = path / "laneshift.policies.cedar"
    with served(path) as server, server.client(server.key("person", READER, ("reader",))) as client:
        assert client.get("/api/v1/batches").status_code == 200
        assert client.get("/api/v1/keys").status_code == 403
        git_cli(path, "checkout", "-q", "-b", "under-test")
        file.write_text("permit (principal, action, resource);\n")
        git_cli(path, "add", ".")
        git_cli(path, "commit", "-q", "-m", "let everybody in")
        assert client.get("/api/v1/keys").status_code == 403
        git_cli(path, "checkout", "-q", "main")
        git_cli(path, "merge", "-q", "under-test")
        assert client.get("/api/v1/keys").status_code == 200
        file.write_text("permit (principal")
        git_cli(path, "commit", "-q", "-a", "-m", "break it")
        refused = client.get("/api/v1/batches")
        assert (refused.status_code, refused.json()["code"]) == (403, "access.denied")
        assert client.get("/readyz").json()["checks"]["policies"] == "failed"
        git_cli(path, "revert", "--no-edit", "HEAD")
        assert client.get("/api/v1/batches").status_code == 200


def test_a_broken_policy_file_stops_the_start(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo", {"laneshift.policies.cedar": "permit (principal"})
    shop = shop_at(path)
    with pytest.raises(Refused) as caught:
        parts_for(shop, Options(port=0))
    assert caught.value.code == "policy.broken"
    shop.journal.close()


def test_what_cannot_be_put_on_record_is_not_allowed(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo")
    with served(path) as server, server.client(server.key()) as client:
        assert client.get("/api/v1/batches").status_code == 200
        server.parts.log.close()
        for file in (path / ".git/laneshift/access").glob("decisions-*"):
            file.write_bytes(b"x" * 4096)
        answer = client.get("/api/v1/batches")
        assert (answer.status_code, answer.json()["code"]) == (503, "policy.not-recorded")
        assert str(tmp_path) not in answer.text


def test_a_plan_is_its_askers_and_stands_on_its_target(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo")
    git_cli(path, "checkout", "-q", "-b", "elsewhere")
    (path / "laneshift.toml").write_text("workers = 1\n")
    git_cli(path, "commit", "-q", "-a", "-m", "loosen the settings")
    git_cli(path, "checkout", "-q", "main")
    batch = {"name": "one.tsv", "content": "labs.stays\tlabs/stays.py\tcore/stays.py\n"}
    with served(path) as server, server.client(server.key("agent", BOT, ("operator",))) as client:
        made = client.post("/api/v1/plans", json=batch)
        assert (made.status_code, made.json()["plan"]["author"]) == (201, BOT)
        assert client.get(made.headers["location"]).json() == made.json()["plan"]
        foreign = client.post("/api/v1/plans", json={**batch, "base": "elsewhere"})
        assert (foreign.status_code, foreign.json()["code"]) == (422, "plan.foreign-base")
        bad = client.post(
            "/api/v1/plans", json={"name": "one.tsv", "content": "labs.none\tlabs/none.py\tcore/none.py\n"}
        )
        assert (bad.status_code, bad.json()["code"]) == (422, "batch.refused")
        assert bad.json()["faults"]
