"""Names of requests, and headers by name: made for many at a time, and never those of somebody else."""

from __future__ import annotations

import string

from starlette.types import Scope

from laneshift.server.limits.names import Names
from laneshift.server.limits.raw_headers import raw


def test_no_name_comes_twice() -> None:
    names = [Names(8), Names(8)]
    found = [names[number % 2].new() for number in range(20_000)]
    assert len(set(found)) == 20_000
    assert {len(each) for each in found} == {16}
    assert set("".join(found)) == set(string.hexdigits.lower())


def test_headers_are_found_by_name_in_their_order() -> None:
    scope: Scope = {"headers": [(b"a", b"1"), (b"b", b"2"), (b"a", b"3")]}
    assert list(raw(scope, b"a")) == [b"1", b"3"]
    assert list(raw(scope, b"b")) == [b"2"]
    assert not raw(scope, b"c")


def test_headers_that_a_layer_has_changed_are_those_that_count() -> None:
    scope: Scope = {"headers": [(b"a", b"1")]}
    assert list(raw(scope, b"a")) == [b"1"]
    inner = {**scope, "headers": [(b"a", b"2")]}
    assert list(raw(inner, b"a")) == [b"2"]
    assert list(raw(scope, b"a")) == [b"1"]
