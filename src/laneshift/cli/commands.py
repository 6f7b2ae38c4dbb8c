"""The verbs, each loaded when it is asked for: one command should not wait for the imports of all others."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

NAMES = (
    "init",
    "plan",
    "dream",
    "canary",
    "approve",
    "run",
    "land",
    "ship",
    "rollback",
    "freeze",
    "thaw",
    "absorb",
    "verify",
    "resume",
    "status",
    "inspect",
    "doctor",
    "explain",
    "move",
    "codemod",
    "sift",
    "lanes",
    "manifest",
    "gates",
    "contract",
    "report",
    "monitoring",
    "flow",
    "agent",
    "mcp",
    "keys",
    "access",
    "serve",
    "worker",
)
"""In the order of the help; each is a module beside this one, which adds the command of its name."""

_PLACES = {"report": "report.verbs"}
"""Those that are a folder of modules, and the one of these which adds the command."""


class Commands(TyperGroup):
    """The group of all verbs."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - as the base class has it
        """Every name, without loading any."""
        return list(NAMES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """The command of this name, or None."""
        if cmd_name not in NAMES:
            return None
        own = typer.Typer(add_completion=False, rich_markup_mode=None)
        import_module(f"laneshift.cli.{_PLACES.get(cmd_name, cmd_name)}").add(own)
        return typer.main.get_command(own)
