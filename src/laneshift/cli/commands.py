"""The verbs, each loaded when it is asked for: one command should not wait for the imports of all others."""

from __future__ import annotations

import os
import textwrap
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from laneshift.cli.summaries import summary

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

PLACES = {"report": "report.verbs"}
"""Those that are a folder of modules, and the one of these which adds the command."""


COMPLETE = "_LANESHIFT_COMPLETE"
"""What a shell sets while it asks for completions."""


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
        import_module(f"laneshift.cli.{PLACES.get(cmd_name, cmd_name)}").add(own)
        command = typer.main.get_command(own)
        if COMPLETE not in os.environ:
            return command
        from laneshift.cli.completing import completes

        return completes(command)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """One line for each verb, without loading any."""
        room = formatter.width - 6 - max(map(len, NAMES))
        with formatter.section("Commands"):
            told = (textwrap.shorten(self._summary(ctx, name), room, placeholder="...") for name in NAMES)
            formatter.write_dl(list(zip(NAMES, told, strict=True)))

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """The verbs that begin so, without loading any; else what is offered for options."""
        from laneshift.cli.completing import item_of

        names = [item_of(name, self._summary(ctx, name)) for name in NAMES if name.startswith(incomplete)]
        return names or super().shell_complete(ctx, incomplete)

    def _summary(self, ctx: Any, name: str) -> str:
        return summary(PLACES.get(name, name), name, lambda: str(self.get_command(ctx, name).help or ""))
