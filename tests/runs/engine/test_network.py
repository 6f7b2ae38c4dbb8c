"""A line to a database can be cut without a word to anybody, and mended."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from tests.runs.engine.network import Cable, can_make_networks, line_to
from tests.runs.engine.proxy import Proxy

ASK = """
import sys, psycopg
with psycopg.connect(sys.argv[1]) as connection:
    for _ in sys.stdin:
        print(connection.execute("SELECT 'answer'").fetchone()[0], flush=True)
"""
Makes = Callable[[str], AbstractContextManager[Cable | Proxy]]


@pytest.fixture(params=[line_to, Proxy.to], ids=["best", "proxy"])
def line(request: pytest.FixtureRequest, postgres_url: str) -> Iterator[Cable | Proxy]:
    makes: Makes = request.param
    with makes(postgres_url) as made:
        yield made


def test_what_is_asked_while_it_is_cut_is_answered_when_it_is_mended(line: Cable | Proxy, postgres_url: str) -> None:
    url = line.address(postgres_url).replace("+psycopg", "")
    command = [*line.prefix, sys.executable, "-c", ASK, url]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "answer\n"
        line.cut()
        process.stdin.write("\n")
        process.stdin.flush()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1.5)
        line.mend()
        assert process.stdout.readline() == "answer\n"
    finally:
        process.kill()
        process.communicate()


def test_where_networks_can_be_made_the_best_line_is_one(postgres_url: str) -> None:
    found = line_to(postgres_url)
    assert isinstance(found, Cable) == can_make_networks()
