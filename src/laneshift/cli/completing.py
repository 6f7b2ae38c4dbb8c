"""What a shell is offered where a plan, an item or a lane is asked for, as files tell it.

Whoever completes waits for the key, so no repository is opened here and no error is shown.
"""

from __future__ import annotations

import json
import os
import textwrap
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from typer.core import TyperCommand, TyperGroup

from laneshift.repo.status import place_above

_LARGEST = 1 << 25
_WIDTH = 60
_SETTINGS = (("laneshift.toml", ()), ("pyproject.toml", ("tool", "laneshift")))

Offers = Callable[[Path, Sequence[str]], Iterable[str]]


def completes(command: Any) -> Any:
    """The command, which from now on offers what there is for its parameters."""
    if isinstance(command, TyperGroup):
        for each in command.commands.values():
            completes(each)
        return command
    for parameter in command.params:
        offers = _OFFERS.get(parameter.name)
        if offers is not None:
            parameter.shell_complete = _offering(parameter.shell_complete, offers)
    return command


def item_of(value: str, about: str = "") -> Any:
    """One thing to offer, as the click knows it that typer has; some versions of typer carry their own."""
    click = TyperCommand.__mro__[1].__module__.rpartition(".")[0]
    return import_module(f"{click}.shell_completion").CompletionItem(value, help=_on_one_line(about))


def _on_one_line(about: str) -> str | None:
    """A shell takes each line for something to offer, and typer breaks lines at the width of a terminal."""
    return textwrap.shorten(about, _WIDTH, placeholder="...") or None


def plans(directory: Path, _: Sequence[str]) -> Iterator[str]:
    """The batches that have a plan."""
    folder = _plans(directory)
    for name in sorted(each.name for each in folder.iterdir()) if folder is not None else ():
        if name.endswith(".newest"):
            yield name.removesuffix(".newest")


def items(directory: Path, before: Sequence[str]) -> Iterator[str]:
    """The items of the plan that is the first word before."""
    folder, name = _plans(directory), before[0] if before else ""
    if folder is None or not name or "/" in name:
        return
    newest = folder / f"{name}.newest"
    plan = newest.read_text("utf-8").strip() if newest.exists() else name
    path = folder / f"{plan}.json"
    if path.stat().st_size <= _LARGEST:
        yield from (str(item["id"]) for item in json.loads(path.read_bytes())["plan"]["items"])


def lanes(directory: Path, _: Sequence[str]) -> Iterator[str]:
    """The lanes of the settings in the work tree."""
    for name, keys in _SETTINGS:
        path = directory / name
        found: Any = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
        for key in (*keys, "lanes"):
            found = found.get(key, {})
        yield from map(str, found)


_OFFERS: dict[str, Offers] = {"plan": plans, "batch": plans, "item": items, "only": items, "lane": lanes}


def _offering(otherwise: Callable[[Any, str], list[Any]], offers: Offers) -> Callable[[Any, str], list[Any]]:
    def complete(context: Any, incomplete: str) -> list[Any]:
        given = context.params
        directory = Path(given.get("directory") or ".")
        before = [str(name) for name in (given.get("plan"), given.get("batch"), *context.args) if name]
        try:
            found = [name for name in offers(directory, before) if name.startswith(incomplete)]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            found = []  # a file that says something else has nothing to offer
        return [item_of(name) for name in found if name.isprintable()] or otherwise(context, incomplete)

    return complete


def _plans(directory: Path) -> Path | None:
    place = place_above(directory, os.geteuid())
    folder = None if place is None else place.git_dir / "laneshift" / "plans"
    return folder if folder is not None and folder.is_dir() else None
