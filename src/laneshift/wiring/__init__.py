"""The one room that chooses real parts for the ports: only here, concrete adapters are named."""

from __future__ import annotations

from laneshift.wiring.agents import agent_desk, offices, open_claims
from laneshift.wiring.engines import shared_engine
from laneshift.wiring.flows import answering, flow_site, live_flows
from laneshift.wiring.forges import changes, comments, forge, issues
from laneshift.wiring.keys import vault
from laneshift.wiring.metrics import metrics_text, serve_metrics
from laneshift.wiring.records import memory, shared_database, trace_shelf
from laneshift.wiring.sandboxes import rewriter, timer
from laneshift.wiring.shop import workshop

__all__ = [
    "agent_desk",
    "answering",
    "changes",
    "comments",
    "flow_site",
    "forge",
    "issues",
    "live_flows",
    "memory",
    "metrics_text",
    "offices",
    "open_claims",
    "rewriter",
    "serve_metrics",
    "shared_database",
    "shared_engine",
    "timer",
    "trace_shelf",
    "vault",
    "workshop",
]
