"""The examples in the docstrings of the public API run, and show what the engine does."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

import laneshift.code.moves
import laneshift.code.moves.intent
from tests.code.moves.repos import tree_of


@pytest.mark.parametrize("module", [laneshift.code.moves, laneshift.code.moves.intent])
def test_examples_in_docstrings_are_true(module: ModuleType) -> None:
    outcome = doctest.testmod(module, extraglobs={"example_tree": tree_of})
    assert outcome.attempted > 0
    assert outcome.failed == 0
