"""`laneshift agent`: coding agents, and the work that they are handed."""

from __future__ import annotations

import typer

from laneshift.cli import agent_fix


def add(app: typer.Typer) -> None:
    """Give the program these verbs."""
    app.callback()(_group)
    agent_fix.add(app)


def _group() -> None:
    """Coding agents: what they are handed, what they hold, what they mend, and what becomes of what they bring."""
