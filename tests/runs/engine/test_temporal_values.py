"""Names, failures and addresses of Temporal."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.exceptions import ApplicationError, TerminatedError

from laneshift.errors import CheckFailed, NeedsPerson
from laneshift.runs.engine.port import StepFailed
from laneshift.runs.engine.temporal_server import Server, connect
from laneshift.runs.engine.temporal_values import Queues, failed, failure
from tests.ports import free_port


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_only_queues_of_the_own_scope_have_a_version(scope: str, version: str, other: str) -> None:
    queues = Queues(scope.replace(":", ""), version)
    assert queues.version_of(queues.light) == version
    stranger = Queues(other.replace(":", ""), version)
    assert (queues.version_of(stranger.light) is None) is (stranger.scope != queues.scope)


def test_facts_survive_and_are_never_retried() -> None:
    facts = CheckFailed("gate.red", "caf\udce9", where="a.py:1").as_dict()
    kept = failure(StepFailed(facts))
    assert kept.non_retryable
    assert kept.message.isascii()
    assert failed("k", kept).facts == facts


def test_what_ends_a_workflow_has_a_code() -> None:
    diverged = ApplicationError("[TMPRL1100] Nondeterminism error: activity id", type="NondeterminismError")
    assert failed("k", diverged).facts["code"] == "engine.replay-diverged"
    assert failed("k", TerminatedError("x")).facts["code"] == "engine.cancelled"
    assert failed("k", ApplicationError("odd")).facts["code"] == "engine.temporal-failed"
    assert failed("k", None).facts["where"] == "k"


def test_a_server_that_is_not_there_is_told_without_the_key() -> None:
    server = Server(f"127.0.0.1:{free_port()}", "lanes", key="s3cr3t", tls=True)
    with pytest.raises(NeedsPerson) as caught:
        asyncio.run(connect(server))
    assert (caught.value.code, caught.value.where) == ("engine.server-failed", f"{server.address}/lanes")
    assert "s3cr3t" not in str(caught.value.as_dict()) + repr(server)


def test_a_namespace_that_does_not_exist_is_told(temporal_server: str) -> None:
    with pytest.raises(NeedsPerson) as caught:
        asyncio.run(connect(Server(temporal_server, "nobody-made-this")))
    assert caught.value.where.endswith("/nobody-made-this")
