"""A port that a test was given is its own, before its server listens there and between two servers."""

from __future__ import annotations

import errno
import socket

import pytest

from tests.ports import free_port


def test_nobody_else_is_given_it_and_nobody_listens_there() -> None:
    port = free_port()
    with socket.socket() as other, pytest.raises(OSError) as caught:  # noqa: PT011 - its number is looked at
        other.bind(("127.0.0.1", port))
    assert caught.value.errno == errno.EADDRINUSE
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 60)


def test_one_server_after_the_other_listens_there() -> None:
    port = free_port()
    for _ in range(2):
        with socket.create_server(("127.0.0.1", port)), socket.create_connection(("127.0.0.1", port), 60):
            pass


def test_the_port_for_the_bus_is_kept_as_well() -> None:
    port = free_port(bus=10_000)
    with socket.socket() as other, pytest.raises(OSError) as caught:  # noqa: PT011
        other.bind(("127.0.0.1", port + 10_000))
    assert caught.value.errno == errno.EADDRINUSE
