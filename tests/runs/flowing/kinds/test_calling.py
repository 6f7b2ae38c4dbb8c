"""HTTP steps against real servers: bounded in time and size, deaf to redirects, known by a key, ended on demand."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from laneshift.runs.flowing.effects import Cancelled, Done, Failed, TimedOut
from laneshift.runs.flowing.kinds.http_call import idempotency_key
from laneshift.runs.flowing.kinds.table import Table
from tests.monorepo import monorepo
from tests.runs.flowing.kinds.scene import Asked, done, failed, repository, serving, site_at, soon, work

SECRET = "s3cret-of-the-team"


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    path = repository(tmp_path_factory.mktemp("calling") / "repo")
    return Table(site_at(path, {"TEAM_TOKEN": SECRET}))


@contextmanager
def wire(talk: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """A server that does what `talk` does with its one connection, until the block has ended."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                talk(connection, over)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        over.set()
        thread.join()


def test_a_request_goes_out_with_a_key_and_its_answer_is_the_value(table: Table) -> None:
    with serving() as server:
        settings = {"url": f"{server.url}/x?y=1", "method": "POST", "json": {"a": [1]}, "headers": {"X-Team": "core"}}
        value = done(table.perform(work("http", settings, attempt=1)))
        again = done(table.perform(work("http", settings, attempt=2, again=True)))
        done(table.perform(work("http", settings, key="run-2/step")))
    assert (value["status"], value["json"], value["text"]) == (200, {"said": "yes"}, "")
    assert again == {**value, "headers": again["headers"]}
    keys = [asked.headers["Idempotency-Key"] for asked in server.asked]
    assert keys[0] == keys[1] == idempotency_key(work("http", {})) != keys[2]
    first = server.asked[0]
    assert (first.method, first.path, first.body) == ("POST", "/x?y=1", b'{"a":[1]}')
    assert (first.headers["Content-Type"], first.headers["X-Team"]) == ("application/json", "core")


def test_a_get_has_no_key(table: Table) -> None:
    with serving() as server:
        done(table.perform(work("http", {"url": server.url})))
    assert "Idempotency-Key" not in server.asked[0].headers


@pytest.mark.parametrize(
    ("status", "code"),
    [
        *((status, "flow.http-status") for status in (302, 404, 501)),
        *((status, "flow.http-busy") for status in (409, 429, 500, 503)),
    ],
)
def test_other_answers_fail_as_worth_another_try_or_not(table: Table, status: int, code: str) -> None:
    with serving(lambda _: (status, {"Location": "http://127.0.0.1:1/"}, b"why not")) as server:
        failure = failed(table.perform(work("http", {"url": server.url})))
    assert (failure.code, failure.why) == (code, "why not")
    assert str(status) in failure.what
    assert len(server.asked) == 1  # a redirect is an answer as any other


def test_a_status_that_is_expected_is_good(table: Table) -> None:
    with serving(lambda _: (302, {"Location": "/elsewhere"}, b"")) as server:
        value = done(table.perform(work("http", {"url": server.url, "expect": [302]})))
    assert (value["headers"]["location"], len(server.asked)) == ("/elsewhere", 1)


def test_an_answer_that_is_too_large_is_not_read_to_its_end(table: Table) -> None:
    with serving(lambda _: (200, {}, b"x" * 5000)) as server:
        failure = failed(table.perform(work("http", {"url": server.url, "most_bytes": 4999})))
        value = done(table.perform(work("http", {"url": server.url, "most_bytes": 5000})))
    assert failure.code == "flow.http-too-large"
    assert len(value["text"]) == 5000


def test_an_endless_answer_is_bounded_by_size(table: Table) -> None:
    def talk(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while not over.is_set():
            try:
                connection.sendall(b"x" * 65536)
            except OSError:
                return

    with wire(talk) as url:
        failure = failed(table.perform(work("http", {"url": url, "most_bytes": 100_000}, deadline=soon(60))))
    assert failure.code == "flow.http-too-large"


def _silent(_: socket.socket, over: threading.Event) -> None:
    over.wait(60)


def _dripping(connection: socket.socket, over: threading.Event) -> None:
    """A byte at a time, for ever: each read on its own is in time."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not over.wait(0.02):
        try:
            connection.sendall(b"x")
        except OSError:
            return


@pytest.mark.parametrize("talk", [_silent, _dripping])
def test_the_deadline_holds_whatever_the_server_does(table: Table, talk: Callable[..., None]) -> None:
    began = time.monotonic()
    with wire(talk) as url:
        outcome = table.perform(work("http", {"url": url}, deadline=soon(0.3)))
    assert isinstance(outcome, TimedOut)
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("talk", [_silent, _dripping])
def test_a_cancelled_step_ends_its_request(table: Table, talk: Callable[..., None]) -> None:
    asked = threading.Event()

    def listening(connection: socket.socket, over: threading.Event) -> None:
        asked.set()
        talk(connection, over)

    with wire(listening) as url:
        outcome = table.perform(work("http", {"url": url}, deadline=soon(60), stopped=asked.is_set))
    assert isinstance(outcome, Cancelled)


@pytest.mark.parametrize(
    "said",
    [
        *(b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"),
        *(b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nX-Half: a", b"HTTP/1.1 200 OK\r\nX-Whole: a\r\n"),
    ],
)
def test_a_server_that_talks_no_http_is_a_failure_of_the_step(table: Table, said: bytes) -> None:
    with wire(lambda connection, _: connection.sendall(said)) as url:
        failure = failed(table.perform(work("http", {"url": url}, deadline=soon(60))))
    assert failure.code == "flow.http-unreachable"


def test_nobody_there_is_a_failure_of_the_step(table: Table) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    failure = failed(table.perform(work("http", {"url": f"http://127.0.0.1:{port}/"}, deadline=soon(60))))
    assert failure.code == "flow.http-unreachable"


def test_private_addresses_are_refused_unless_the_settings_allow_the_host(tmp_path: Path) -> None:
    monorepo(tmp_path / "repo")
    with serving() as server:
        failure = failed(Table(site_at(tmp_path / "repo")).perform(work("http", {"url": server.url})))
    assert failure.code == "flow.http-address"
    assert not server.asked


def test_an_allowed_host_allows_no_other_name_for_it(table: Table) -> None:
    with serving() as server:
        url = server.url.replace("127.0.0.1", "localhost")
        assert failed(table.perform(work("http", {"url": url}))).code == "flow.http-address"
    assert not server.asked


def test_secrets_are_sent_and_never_told(table: Table) -> None:
    def echo(asked: Asked) -> tuple[int, dict[str, str], bytes]:
        return 200, {"X-Echo": asked.headers["X-Key"]}, asked.headers["Authorization"].encode()

    settings = {"bearer": {"env": "TEAM_TOKEN"}, "headers": {"X-Key": {"env": "TEAM_TOKEN"}}}
    with serving(echo) as server:
        value = done(table.perform(work("http", {"url": server.url, **settings})))
        failure = failed(table.perform(work("http", {"url": server.url, "expect": [201], **settings})))
    assert server.asked[0].headers["Authorization"] == f"Bearer {SECRET}"
    assert (value["text"], value["headers"]["x-echo"]) == ("Bearer [redacted]", "[redacted]")
    assert SECRET not in repr(failure)


def test_a_secret_that_is_not_there_is_told_by_its_name(table: Table) -> None:
    with serving() as server:
        failure = failed(table.perform(work("http", {"url": server.url, "bearer": {"env": "NO_SUCH_TOKEN"}})))
    assert failure.code == "flow.secret-missing"
    assert not server.asked


def test_a_secret_does_not_go_to_others_in_the_clear(table: Table) -> None:
    failure = failed(table.perform(work("http", {"url": "http://example.org/", "bearer": {"env": "TEAM_TOKEN"}})))
    assert failure.code == "flow.http-plain-secret"


@pytest.mark.parametrize("value", ["a\r\nX-Other: b", "a\nb", "ö", "\0"])
def test_a_header_carries_no_other_header(table: Table, value: str) -> None:
    with serving() as server:
        assert failed(table.perform(work("http", {"url": server.url, "headers": {"X": value}}))).code == "flow.settings"
    assert not server.asked


def test_a_look_tells_what_was_done_and_what_was_not(table: Table) -> None:
    statuses = {"/made": 200, "/busy": 503}
    with serving(lambda asked: (statuses.get(asked.path, 404), {}, b"")) as server:
        settings = {"url": server.url, "method": "POST"}
        looks = [
            table.perform(
                work("http", {**settings, "look": {"url": f"{server.url}{path}"}}, purpose="look", again=True)
            )
            for path in ("/made", "/missing", "/busy")
        ]
        unsaid = failed(table.perform(work("http", settings, purpose="look", again=True)))
    assert isinstance(looks[0], Done)
    assert [each.code for each in looks[1:] if isinstance(each, Failed)] == ["flow.not-done", "flow.http-busy"]
    assert unsaid.code == "flow.not-done"
    assert {asked.method for asked in server.asked} == {"GET"}
