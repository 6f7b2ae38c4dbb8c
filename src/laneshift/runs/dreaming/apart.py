"""The workshop of a dream: everything is read as it is, and what is made is gone when the dream ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import NoReturn

from laneshift.code.index import Index
from laneshift.config import Settings
from laneshift.errors import Refused
from laneshift.gates.sandbox import Limits
from laneshift.repo.scratch import scratch
from laneshift.runs.codemod_foreign import Rewriter
from laneshift.runs.events import silent
from laneshift.runs.workshop import Workshop


class NoCode:
    """A sandbox that runs nothing: a dream tells what follows from the source alone."""

    def run(self, tree: str, argv: Sequence[str], limits: Limits) -> NoReturn:  # noqa: ARG002 - as the port has it
        """Raises `Refused` (`dream.runs-code`), as every method does."""
        raise _refusal()

    def serve(self, tree: str, server: Sequence[str], client: Sequence[str], limits: Limits) -> NoReturn:  # noqa: ARG002
        """As `run`."""
        raise _refusal()

    def suite(self, tree: str, selection: Sequence[str], limits: Limits) -> NoReturn:  # noqa: ARG002
        """As `run`."""
        raise _refusal()

    def whole(self, tree: str, limits: Limits, took: Mapping[str, int]) -> NoReturn:  # noqa: ARG002
        """As `run`."""
        raise _refusal()

    def trace(self, tree: str, selection: Sequence[str], limits: Limits) -> NoReturn:  # noqa: ARG002
        """As `run`."""
        raise _refusal()


@contextmanager
def apart(shop: Workshop) -> Iterator[Workshop]:
    """`shop` on a scratch repository, with a sandbox that runs nothing. Raises as `scratch` does."""
    with scratch(shop.repository) as repository, Index.open(repository) as index:
        yield replace(
            shop, repository=repository, index=index, sandbox=_no_sandbox, rewriter=_no_rewriter, report=silent
        )


def _no_sandbox(_settings: Settings) -> NoCode:
    return NoCode()


def _no_rewriter(_settings: Settings) -> Rewriter:
    raise _refusal()


def _refusal() -> Refused:
    return Refused("dream.runs-code", "this needs code of the project to run, which a dream does not do")
