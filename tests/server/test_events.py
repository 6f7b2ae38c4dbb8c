"""The journal as it grows: nothing missed, nothing twice, whoever was away, and an end when the server ends."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from typing import Any

import httpx
import pytest

from laneshift.evidence.port import JournalPort
from laneshift.server import feed
from laneshift.server.api import events
from laneshift.server.auth.policies import FILE
from tests.repo.builders import git_cli
from tests.server.serving import ADMIN, READER, Served, served
from tests.toy import shop_at, toy


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server for a repository of its own, that remembers little."""
    path = toy(tmp_path_factory.mktemp("live") / "repo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feed, "_REMEMBERED", 8)
        patch.setattr(feed, "_PAGE", 5)
        with served(path) as found:
            yield found


@contextmanager
def following(server: Served, path: str = "", headers: dict[str, str] | None = None) -> Iterator[Queue[dict[str, Any]]]:
    """What a client hears, one event after another; `{}` at the end of the stream."""
    heard: Queue[dict[str, Any]] = Queue()
    with (
        httpx.Client(base_url=server.url, timeout=240) as client,
        client.stream("GET", f"/api/v1/events{path}", headers=headers or {}) as stream,
    ):
        assert stream.status_code == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.iter_lines()
        while not next(lines).startswith(": following"):
            continue

        def listen() -> None:
            event: dict[str, Any] = {}
            try:
                for line in lines:
                    name, _, value = line.partition(": ")
                    if line:
                        event[name] = value
                    elif "data" in event:
                        heard.put(event)
                        event = {}
            except (httpx.HTTPError, httpx.StreamError):
                heard.put({"cut": True})
            heard.put({})

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield heard


def append(journal: JournalPort, *names: str) -> list[int]:
    """Records of these names; their numbers."""
    return [journal.append(f"test/{name}", "test.told", {"name": name}).seq for name in names]


def numbers(heard: Queue[dict[str, Any]], count: int) -> list[int]:
    """The ids of the next events."""
    return [int(heard.get(timeout=240)["id"]) for _ in range(count)]


def test_what_is_recorded_is_told_as_it_is_recorded(live: Served) -> None:
    with following(live) as heard:
        (number,) = append(live.parts.shop.journal, "one")
        told = heard.get(timeout=240)
        assert (told["id"], told["event"]) == (str(number), "test.told")
        record = json.loads(told["data"])
        assert (record["key"], record["facts"]) == ("test/one", {"name": "one"})


def test_a_client_that_was_away_hears_all_it_missed_and_nothing_twice(live: Served) -> None:
    journal = live.parts.shop.journal
    with following(live) as heard:
        (known,) = append(journal, "known")
        assert numbers(heard, 1) == [known]
    missed = append(journal, *(f"missed-{number}" for number in range(40)))
    with following(live, headers={"Last-Event-ID": str(known)}) as heard:
        assert numbers(heard, len(missed)) == missed
        later = append(journal, "later-1", "later-2")
        assert numbers(heard, 2) == later


def test_many_clients_who_come_and_go_hear_the_same(live: Served) -> None:
    journal = live.parts.shop.journal
    (begin,) = append(journal, "begin")
    with following(live, f"?after={begin}") as first, following(live, f"?after={begin}") as second:
        some = append(journal, *(f"both-{number}" for number in range(12)))
        with following(live, f"?after={begin}") as third:
            more = append(journal, *(f"all-{number}" for number in range(12)))
            for heard in (first, second, third):
                assert numbers(heard, 24) == [*some, *more]


def test_a_client_may_hear_of_one_plan_alone(live: Served) -> None:
    journal = live.parts.shop.journal
    with following(live, "?prefix=mine/") as heard:
        journal.append("other/1", "test.told", {})
        mine = journal.append("mine/1", "test.told", {}).seq
        assert numbers(heard, 1) == [mine]


def test_a_number_of_another_journal_is_no_place_to_begin(live: Served) -> None:
    with following(live, headers={"Last-Event-ID": "999999999"}) as heard:
        (number,) = append(live.parts.shop.journal, "after-all")
        assert numbers(heard, 1) == [number]


@pytest.mark.parametrize("text", ["x", "-1", "1.5", "\N{FULLWIDTH DIGIT NINE}", "9007199254740992"])
def test_what_is_no_number_is_refused(live: Served, text: str) -> None:
    encoded = text.encode()
    answer = httpx.get(f"{live.url}/api/v1/events", headers={b"Last-Event-ID": encoded}, timeout=240)
    assert (answer.status_code, answer.json()["code"]) == (422, "http.bad-value")


def test_records_of_other_processes_are_told_too_and_streams_end_with_the_server(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo")
    with served(path) as server, following(server) as heard:
        elsewhere = shop_at(path).journal
        expected = append(elsewhere, "elsewhere")
        assert numbers(heard, 1) == expected
        server.server.should_exit = True
        assert heard.get(timeout=240) == {}
        elsewhere.close()


def test_a_stream_ends_when_its_key_is_revoked_whether_anything_is_recorded_or_not(tmp_path: Path) -> None:
    with served(toy(tmp_path / "repo")) as server, following(server, headers=reader(server)) as heard:
        (number,) = append(server.parts.shop.journal, "before")
        assert numbers(heard, 1) == [number]
        server.parts.keys.revoke(server.parts.keys.store.all()[-1].id, "somebody")
        assert heard.get(timeout=240) == {}


def test_nothing_is_told_that_was_recorded_after_the_key_was_revoked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "_PROVED_SECONDS", 3600.0)
    with served(toy(tmp_path / "repo")) as server, following(server, headers=reader(server)) as heard:
        server.parts.keys.revoke(server.parts.keys.store.all()[-1].id, "somebody")
        append(server.parts.shop.journal, "after")
        assert heard.get(timeout=240) == {}


def test_a_stream_ends_when_the_policies_change_and_do_not_let_it_go_on(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo")
    with served(path) as server:
        admin = {"Authorization": f"Bearer {server.key()}"}
        with following(server, headers=reader(server)) as refused, following(server, headers=admin) as goes_on:
            committed(path, 'permit (principal in Laneshift::Role::"admin", action, resource);')
            assert refused.get(timeout=240) == {}
            (number,) = append(server.parts.shop.journal, "after")
            assert numbers(goes_on, 1) == [number]
            decided = [each.facts for each in server.parts.log.last(50) if each.facts["action"] == "event.read"]
            told = {(each["principal"], each["allowed"], each["policy"]) for each in decided}
            now = server.parts.policy.digest()
            assert {(f"person:{ADMIN}", True, now), (f"person:{READER}", False, now)} <= told
            assert len(decided) == 4, "who may go on by the same policies is not decided anew each time"
            committed(path, "permit (")
            assert goes_on.get(timeout=240) == {}, "policies that cannot be used let nobody go on"


def reader(server: Served) -> dict[str, str]:
    """The header of a new key that may read."""
    return {"Authorization": f"Bearer {server.key('person', READER, ('reader',))}"}


def committed(path: Path, policies: str) -> None:
    """The policies on the branch that batches land on."""
    (path / FILE).write_text(policies)
    git_cli(path, "add", FILE)
    git_cli(path, "commit", "-q", "-m", "policies")
