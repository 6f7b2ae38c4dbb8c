"""The options that reports share, described once and handed to a report as one argument."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import Signature, signature
from pathlib import Path
from typing import Any

from laneshift.cli.report.files import Out
from laneshift.cli.session import AsJson, Directory, Rev, Verbose
from laneshift.cli.summary import GithubSummary


@dataclass(frozen=True, slots=True)
class Common:
    """Where a report looks, where it writes, and how it speaks."""

    out: Out = ""
    github_summary: GithubSummary = False
    tree: Rev = ""
    directory: Directory = Path()
    as_json: AsJson = False
    verbose: Verbose = False


def with_common(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose parameter `common` is made of options of their own, which follow those of the command."""
    shared = signature(Common, eval_str=True).parameters
    own = [each for name, each in signature(command, eval_str=True).parameters.items() if name != "common"]
    described = [*own, *shared.values()]

    @wraps(command)
    def called(**given: Any) -> None:
        common = Common(**{name: given.pop(name) for name in shared})
        command(**given, common=common)

    vars(called)["__signature__"] = Signature(described)
    called.__annotations__ = {each.name: each.annotation for each in described}
    return called
