"""The log of decisions of a repository: beside its access keys."""

from __future__ import annotations

from laneshift.runs.workshop import Workshop
from laneshift.server.auth.decision_log import DecisionLog


def log_of(shop: Workshop) -> DecisionLog:
    """The log. Nothing is made before something is recorded."""
    return DecisionLog(shop.repository.state_dir / "access", shop.clock)
