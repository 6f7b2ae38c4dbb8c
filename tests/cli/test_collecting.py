"""How often commands look for cycles in memory."""

from __future__ import annotations

import gc

import pytest

from laneshift.cli.collecting import collection_for
from laneshift.errors import Refused


def _refused(usual: int) -> None:
    assert gc.get_threshold()[0] > 10 * usual
    raise Refused("test.over", "it is over")


@pytest.mark.parametrize("words", [["land", "batch"], ["status"], []])
def test_a_command_that_ends_looks_seldom_and_leaves_it_as_it_was(words: list[str]) -> None:
    usual = gc.get_threshold()
    with pytest.raises(Refused, match="over"), collection_for(words):
        _refused(usual[0])
    assert gc.get_threshold() == usual


@pytest.mark.parametrize("words", [["serve"], ["worker", "--requests"], ["mcp", "--help"]])
def test_what_goes_on_for_days_looks_as_usual(words: list[str]) -> None:
    usual = gc.get_threshold()
    with collection_for(words):
        assert gc.get_threshold() == usual
