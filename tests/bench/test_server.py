"""The benchmark of the server measures what it says: real servers, real clients, and a refusal is no figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.server import hostile, measured, memory, overhead, streams, wrk
from bench.server.load import Load, put
from bench.server.processes import server
from bench.server.repository import made
from laneshift.errors import CheckFailed


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough of everything to see that it works."""
    for module, name, few in (
        (streams, "CLIENTS", 10),
        (streams, "RECORDS", 3),
        (hostile, "LORISES", 4),
        (memory, "MARKS", (10, 20)),
        (wrk, "SECONDS", 2),
        (wrk, "found", lambda: None),
        (overhead, "ONE", 10),
        (overhead, "CROWD", 40),
        (measured, "MARKS", (10, 20)),
        (measured, "CLIENTS", 10),
        (measured, "RECORDS", 3),
        (measured, "LORISES", 4),
        (measured, "_FEW_ROUNDS", 1),
    ):
        monkeypatch.setattr(module, name, few)


def test_one_run_has_every_figure(tmp_path: Path) -> None:
    section = measured.measured(tmp_path, 1)
    assert [row[0] for row in section.table] == [
        "",
        "bare route",
        "all layers, in process",
        "all layers, with Valkey",
        "bare route, that records",
        "all layers, in process, that records",
    ]
    claims = {claim.text: claim for claim in section.claims}
    assert len(claims) == 8
    assert claims["bodies of 100 MiB that end with 413"].met
    assert claims["clients of events that hear every record, once and in order"].met
    assert claims["slow clients that are cut off"].met
    assert any("judged by a route that validates its body" in each for each in section.notes)
    assert any(each.startswith("10 clients of `events` heard 3 records") for each in section.notes)


def test_what_a_single_request_costs_is_seen(tmp_path: Path) -> None:
    """The kernel's ticks of 10 ms let a few requests of a fast machine look free, and a share of them infinite."""
    with server(made(tmp_path / "repo"), "bare", {}) as running:
        for number in range(20):
            before = running.cpu
            put(Load(running.port, running.key, 1, mark=f"one{number}"))
            assert before < running.cpu


def test_a_server_that_refuses_gives_no_figure(tmp_path: Path) -> None:
    with server(made(tmp_path / "repo"), "full", {}) as running:
        assert put(Load(running.port, running.key, 30, 3, mark="fine")).statuses == {"200": 30}
        with pytest.raises(CheckFailed, match="refused"):
            put(Load(running.port, "lsk_wrong", 3))
        with pytest.raises(CheckFailed, match="refused"):
            put(Load(running.port, running.key, 3, mark="no good"))
    with pytest.raises(CheckFailed, match="did not start"), server(tmp_path / "nothing", "full", {}):
        raise AssertionError("there is no repository")
    assert not Path(f"/proc/{running.process}").exists()


@pytest.mark.skipif(wrk.found() is None, reason="wrk is not installed")
def test_wrk_counts_answers_and_takes_no_refusal_for_one(tmp_path: Path) -> None:
    with server(made(tmp_path / "repo"), "full", {}) as running:
        # A server's first answer takes longer than all of this: it loads what it answers with.
        put(Load(running.port, running.key, 10, mark="first"))
        heard = wrk.pressed(Load(running.port, running.key, 0, 3, mark="fine"))
        assert heard.answers > 1
        assert 0 < heard.median <= heard.p95 < 1000 * heard.seconds
        with pytest.raises(CheckFailed, match="refused"):
            wrk.pressed(Load(running.port, "lsk_wrong", 0))
        with pytest.raises(CheckFailed, match="refused"):
            wrk.pressed(Load(running.port, running.key, 0, mark="no good"))
