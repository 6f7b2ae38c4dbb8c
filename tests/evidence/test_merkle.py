"""Roots against RFC 6962's own cases and against a second implementation."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from laneshift.evidence.merkle import leaf_of, root_of, roots_at

# The inputs and roots of certificate-transparency's own tests of the hashes in RFC 6962.
_INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_the_published_roots() -> None:
    leaves = [leaf_of(bytes.fromhex(each)) for each in _INPUTS]
    assert [root_of(leaves[: size + 1]).hex() for size in range(len(leaves))] == _ROOTS
    assert root_of([]) == sha256(b"").digest()


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=8), max_size=70))
def test_roots_equal_those_of_pymerkle_at_every_size(lines: list[bytes]) -> None:
    other = InmemoryTree(algorithm="sha256")
    roots = roots_at(map(leaf_of, lines), range(len(lines) + 5))
    assert sorted(roots) == list(range(len(lines) + 1))
    for size, line in enumerate(lines, start=1):
        other.append_entry(line)
        assert roots[size] == other.get_root(size)


@pytest.mark.parametrize(
    "change", [lambda x: x[1:], lambda x: x[::-1], lambda x: [*x, x[-1]], lambda x: [*x[:-1], b""]]
)
def test_any_change_is_another_root(change: object) -> None:
    assert callable(change)
    lines = [b"a", b"b", b"c", b"d", b"e"]
    assert root_of([leaf_of(line) for line in change(lines)]) != root_of([leaf_of(line) for line in lines])
