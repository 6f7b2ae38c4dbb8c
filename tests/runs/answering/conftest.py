"""One answerer for the tests of a module, over the whole toy as it was run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from laneshift.matriz.answering import Answer
from laneshift.matriz.budget import Budget
from laneshift.runs.answering.making import Answering, answering
from tests.toy import copy_of, shop_at

PATIENT = Budget().times(400)
"""A slow machine gives the same answers, later."""

Ask = Callable[..., Answer]


@pytest.fixture(scope="session")
def asked(ran: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy that is asked about. Never change it."""
    return copy_of(ran, tmp_path_factory.mktemp("asked") / "repo")


@pytest.fixture(scope="session")
def made(asked: Path) -> Iterator[Answering]:
    """The answerer, warm."""
    found = answering(shop_at(asked), budget=PATIENT)
    assert found.warm()
    yield found
    found.close()


@pytest.fixture(scope="session")
def ask(made: Answering) -> Ask:
    """Ask it: the messages of one user, oldest first."""

    def answer(*said: str) -> Answer:
        messages = [{"role": "user", "content": each} for each in said]
        return asyncio.run(made.matriz.answer(messages))

    return answer
