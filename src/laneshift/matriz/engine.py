"""The engine of one process: its nodes, their threads and health, and the traces of what they did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from typing import Any

from laneshift.matriz.orchestrator import Orchestrator
from laneshift.matriz.registry import SHIPPED, nodes_of
from laneshift.matriz.traces import Shelf, Traces


@dataclass(frozen=True)
class Engine:
    """Runs graphs and keeps their traces, until it is closed."""

    orchestrator: Orchestrator
    traces: Traces

    def told(self) -> dict[str, Any]:
        """Every node with its health, and how the threads stand, as plain data.

        `cost` and `p95` are in milliseconds, `timeout` and `wait` in seconds. `hanging` are calls that were given up
        and have not come back.
        """
        orchestrator = self.orchestrator
        threads = orchestrator.crew.standing()
        items = []
        for name, node in sorted(orchestrator.nodes.items()):
            fares = orchestrator.health.of(name).told()
            items.append(
                {
                    "name": name,
                    "kind": node.kind.value,
                    "takes": node.takes.__name__,
                    "gives": node.gives.__name__,
                    "cost": node.cost,
                    "timeout": node.timeout,
                    "state": fares.state.value,
                    "wait": fares.wait,
                    "calls": fares.calls,
                    "failures": fares.failures,
                    "success": fares.success,
                    "p95": fares.p95,
                    "trouble": fares.trouble,
                    "hanging": threads.hanging.get(name, 0),
                }
            )
        running = {"most": threads.size, "each": orchestrator.crew.each, "now": threads.threads, "busy": threads.busy}
        return {"items": items, "threads": running, "traces_lost": self.traces.lost}

    def close(self) -> None:
        """End the threads, and write what traces wait."""
        self.orchestrator.close()
        self.traces.close()


def engine_of(
    knows: object,
    shelf: Shelf,
    *,
    shipped: Iterable[EntryPoint] = SHIPPED,
    plugins: Iterable[EntryPoint] | None = None,
) -> Engine:
    """An engine whose nodes may ask `knows`, with traces on `shelf`. Raises as `registry.nodes_of` does."""
    traces = Traces(shelf)
    return Engine(Orchestrator(nodes_of(knows, shipped, plugins), keep=traces.keep), traces)
