"""Circular imports: the same sets as networkx finds."""

from __future__ import annotations

import networkx
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.manifests.cycles import circles

NAMES = st.integers(0, 14).map(lambda number: f"m{number}")


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.dictionaries(NAMES, st.sets(NAMES, max_size=5), max_size=15))
def test_circles_are_networkx_components(edges: dict[str, set[str]]) -> None:
    graph = networkx.DiGraph([(one, other) for one, targets in edges.items() for other in targets])
    expected = {frozenset(found) for found in networkx.strongly_connected_components(graph) if len(found) > 1}
    found = circles(edges)
    assert {frozenset(members) for members in found} == expected
    assert len(found) == len(expected)
    assert list(found) == sorted(tuple(sorted(members)) for members in found)


def test_a_chain_longer_than_python_can_recurse_is_walked() -> None:
    edges = {f"m{number:05}": [f"m{(number + 1) % 20_000:05}"] for number in range(20_000)}
    [found] = circles(edges)
    assert len(found) == 20_000


def test_a_module_that_names_itself_is_in_no_circle() -> None:
    assert circles({"a": ["a", "b"], "b": []}) == ()
