"""What keeps a client from harming others: bodies are counted, slow ones cut off, foreign pages and names refused."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from laneshift.errors import Refused
from laneshift.server.limits import heads
from laneshift.server.limits.hosts import host_in, own_origin
from laneshift.server.options import Options
from tests.server.serving import Served, served
from tests.toy import planned, toy

MOST = 4096


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that takes small requests, and is patient: a busy machine is no client that means harm."""
    path = toy(tmp_path_factory.mktemp("small") / "repo")
    planned(path, "labs.stays\tlabs/stays.py\tcore/stays.py\n", "one.tsv")
    with served(path, Options(port=0, body=MOST, head_seconds=600, body_seconds=600)) as found:
        yield found


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server whose patience is short, for those alone who try it. A test may stall before it says its first head."""
    with served(
        toy(tmp_path_factory.mktemp("hasty") / "repo"), Options(port=0, head_seconds=8, body_seconds=2)
    ) as found:
        yield found


def spoken(server: Served, data: bytes) -> bytes:
    """Everything that the server says to these bytes until it closes the connection."""
    parts = urlsplit(server.url)
    assert parts.hostname is not None
    with socket.create_connection((parts.hostname, parts.port or 0), timeout=240) as line:
        line.sendall(data)
        heard = b""
        while chunk := line.recv(65536):
            heard += chunk
        return heard


def head(path: str, *more: str) -> bytes:
    """A request's head, as anybody could write it."""
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: localhost", *more, "", ""]).encode()


def test_a_body_that_says_it_is_too_large_is_not_even_read(small: Served) -> None:
    heard = spoken(small, head("/api/v1/plans", "Content-Type: application/json", f"Content-Length: {100 * 2**20}"))
    assert heard.startswith(b"HTTP/1.1 413")
    assert b'"code":"http.too-large"' in heard
    assert b"connection: close" in heard.lower()


def test_a_body_that_does_not_say_how_large_it_is_is_counted(small: Served) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 1024

    with small.client() as client:
        answer = client.post("/api/v1/plans", content=endless(), headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (413, "http.too-large")
        exact = '{"name":"' + "x" * (MOST - 11) + '"}'
        assert len(exact) == MOST
        headers = {"Content-Type": "application/json"}
        assert client.post("/api/v1/plans", content=exact, headers=headers).status_code == 422
        assert client.post("/api/v1/plans", content=exact + " ", headers=headers).status_code == 413


def test_lengths_that_are_none_are_refused(small: Served) -> None:
    for said in ("-1", "1e9", "0x10", "1, 2", "\N{FULLWIDTH DIGIT NINE}"):
        heard = spoken(small, head("/api/v1/plans", f"Content-Length: {said}", "Connection: close"))
        assert heard.split(b" ")[1] in (b"400", b"413"), said


def test_a_body_of_which_two_headers_say_how_long_it_is_is_refused(small: Served) -> None:
    # Whoever passes requests on may believe the other one: the rest would be a request of somebody else.
    told = ("Content-Type: application/json", "Content-Length: 3", "Transfer-Encoding: chunked")
    heard = spoken(small, head("/api/v1/plans", *told) + b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert heard.startswith(b"HTTP/1.1 400")
    assert b'"code":"http.bad-request"' in heard
    assert heard.count(b"HTTP/1.1") == 1


def test_a_body_that_comes_too_slowly_is_cut_off(hasty: Served) -> None:
    heard = spoken(hasty, head("/api/v1/plans", "Content-Type: application/json", "Content-Length: 100") + b'{"na')
    assert heard.startswith(b"HTTP/1.1 408")
    assert b'"code":"http.too-slow"' in heard


def test_a_head_that_never_ends_is_cut_off(hasty: Served) -> None:
    try:
        assert spoken(hasty, b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: b") == b""
    except ConnectionResetError as error:
        assert error.errno  # noqa: PT017 - cut off is what is asked for, in either way


def test_a_second_head_that_never_ends_is_cut_off_too(hasty: Served) -> None:
    try:
        heard = spoken(hasty, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTT")
    except ConnectionResetError:
        heard = b"HTTP/1.1 200"
    assert heard.startswith(b"HTTP/1.1 200")


def test_a_head_that_is_too_large_is_refused(small: Served) -> None:
    heard = spoken(small, b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"b" * (heads.LARGEST_HEAD + 1000))
    assert heard.startswith(b"HTTP/1.1 4")


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil@localhost", "", "a b", "[::1"]
)
def test_a_request_for_another_host_is_refused(small: Served, host: str) -> None:
    answer = httpx.get(f"{small.url}/api/v1/batches", headers={"Host": host}, timeout=240)
    assert answer.status_code in (400, 421)


def test_own_names_are_let_in_with_any_port(small: Served) -> None:
    for host in ("localhost", "LOCALHOST:1", "127.0.0.1:80", "[::1]:8321"):
        assert httpx.get(f"{small.url}/healthz", headers={"Host": host}, timeout=240).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "file://localhost"},
        {"Origin": ""},
    ],
)
def test_a_page_of_another_site_changes_nothing_in_its_visitors_name(small: Served, headers: dict[str, str]) -> None:
    with small.client() as client:
        for path in ("/api/v1/plans/one/runs", "/api/v1/plans"):
            answer = client.post(path, json={}, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "access.foreign-origin")
        assert client.get("/api/v1/requests").json()["items"] == []
        # A key is sent by whoever holds it, and by no browser by itself.
        assert client.get("/api/v1/batches", headers=headers).status_code == 200


def test_a_page_of_this_server_may_ask(small: Served) -> None:
    with small.client() as client:
        own = {"Origin": small.url, "Sec-Fetch-Site": "same-origin"}
        assert client.post("/api/v1/plans", json={}, headers=own).json()["code"] == "http.bad-value"


def test_a_form_of_another_site_cannot_be_what_is_read_here(small: Served) -> None:
    with small.client() as client:
        answer = client.post("/api/v1/plans/one/runs", content="{}", headers={"Content-Type": "text/plain"})
        assert answer.status_code in (415, 422)
        assert client.get("/api/v1/requests").json()["items"] == []


def test_only_hosts_are_hosts() -> None:
    assert host_in("Example.ORG:80") == "example.org"
    assert [host_in(text) for text in ("a/b", "a?b", "a#b", "u@a", "a:99999", "")] == [""] * 6
    own = own_origin(Options("0.0.0.0", 80, ("example.org",)))
    assert own("https://example.org")
    assert own("http://example.org:8080")
    assert not own("http://localhost")


@pytest.mark.parametrize("options", [{"port": 70_000}, {"host": "a b"}, {"names": ("-x",)}, {"certificate": Path("x")}])
def test_a_server_that_could_not_be_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(Refused) as caught:
        Options(**options)  # type: ignore[arg-type]
    assert caught.value.code == "serve.bad-option"
