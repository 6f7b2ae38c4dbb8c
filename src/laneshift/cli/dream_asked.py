"""The best path of a dream as a batch file, so that what was dreamt of can be planned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from laneshift.errors import Refused
from laneshift.runs.dreaming.model import Dream


def written_out(file: Path, dream: Dream) -> None:
    """Write the items that land on the best path, in their order.

    Raises `Refused`: `dream.nothing` where none lands, `dream.no-batch` where one is no move, `dream.unwritable`.
    """
    best = dream.best
    items: dict[str, Any] = {item["id"]: item for item in dream.wish["items"]}
    landing = [items[name] for name in best.outcome["lands"]] if best is not None else []
    if not landing:
        raise Refused("dream.nothing", "nothing lands on any path, so there is no batch of it")
    others = [item["id"] for item in landing if item["kind"] != "move"]
    if others:
        raise Refused("dream.no-batch", f"{others[0]} is no move, and TSV has moves alone", cure="leave --out out")
    lines = (f"{item['module']}\t{item['src']}\t{item['dst']}\n" for item in landing)
    try:
        file.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise Refused("dream.unwritable", "the batch cannot be written", where=str(file), why=str(error)) from error
