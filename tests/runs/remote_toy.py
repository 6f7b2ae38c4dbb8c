"""Two moves that are ready to land, with their suite known, in a repository that has a remote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from laneshift.runs import resuming, working
from laneshift.runs.working import Landing
from laneshift.runs.workshop import Workshop
from tests.monorepo import BATCH
from tests.remote import remote_of
from tests.toy import QUICK, copy_of, planned, shop_at, toy

ATTEMPTS = 2
"""Bases that a landing tries."""
ITEMS = ["labs.shapes", "labs.report"]


def ready(path: Path) -> Path:
    """The toy, set to land on `origin`, with its two moves ready; the suite of both together has been run."""
    toy(path, {"laneshift.toml": f'{QUICK}\n[landing]\nremote = "origin"\nattempts = {ATTEMPTS}\n'})
    working.run(shop_at(path), planned(path, BATCH), workers=1)
    assert land(path, check=True, remote="")["result"] == "green"
    return path


def with_remote(template: Path, path: Path) -> tuple[Path, Path]:
    """A copy of `template`, and the bare repository that is its remote `origin`."""
    mine = copy_of(template, path / "mine")
    return mine, remote_of(mine, path / "bare.git")


def land(path: Path, shop: Workshop | None = None, **how: Any) -> dict[str, Any]:
    """Land where the settings say, or as `how` says."""
    shop = shop or shop_at(path)
    return working.land(shop, shop.plans.load("batch"), Landing(**how))


def resume(path: Path) -> list[resuming.Resumed]:
    """Resume once, after which nothing must be left; what was taken up."""
    taken = resuming.resume(shop_at(path), 1)
    assert unfinished(path) == []
    return taken


def states(path: Path) -> list[str]:
    """The states of the two items."""
    shop = shop_at(path)
    return [item.state for item in working.state_of(shop, shop.plans.load("batch")).items.values()]


def unfinished(path: Path) -> list[str]:
    """What `resume` would take up."""
    shop = shop_at(path)
    return working.state_of(shop, shop.plans.load("batch")).unfinished
