"""An answerer for one repository."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from laneshift.matriz.answering import Matriz
from laneshift.matriz.budget import Budget
from laneshift.matriz.knowledge import Knowledge
from laneshift.matriz.memory.indexes import Indexes
from laneshift.matriz.memory.remembering import Remembering
from laneshift.matriz.orchestrator import Orchestrator
from laneshift.matriz.quiet import Quiet
from laneshift.matriz.registry import nodes_of
from laneshift.matriz.trace import Trace
from laneshift.runs.answering.batches import ShopBatches, States
from laneshift.runs.answering.grounds import Grounds
from laneshift.runs.workshop import Workshop


@dataclass(frozen=True)
class Answering:
    """An answerer, what it knows, the trees that it reads, and what it remembers of them, where there is an index.

    `warm` reads HEAD's tree before the first question.
    """

    matriz: Matriz
    knows: Knowledge
    grounds: Grounds
    memory: Remembering | None

    def warm(self) -> bool:
        """Read the tree of HEAD to the end, and say whether that went well."""
        return self.grounds.wait()

    def close(self) -> None:
        """End its threads."""
        self.matriz.close()


def answering(
    shop: Workshop,
    *,
    states: States | None = None,
    indexes: Indexes | None = None,
    budget: Budget | None = None,
    keep: Callable[[Trace], None] | None = None,
) -> Answering:
    """The answerer of `shop`. `keep` is given every trace; `states` is that of `ShopBatches`.

    `indexes` is where the repository is remembered, for the model that embeds there.

    Raises `Refused` (`matriz.bad-node`) for a plugin that cannot be loaded.
    """
    grounds, quiet = Grounds(shop), Quiet()
    batches = ShopBatches(shop, states)
    memory = None if indexes is None else Remembering(indexes, grounds.current, batches, quiet.wait)
    knows = Knowledge(grounds.current, batches, memory)
    orchestrator = Orchestrator(nodes_of(knows), keep=keep)
    return Answering(Matriz(orchestrator, grounds.ready, budget, quiet), knows, grounds, memory)
