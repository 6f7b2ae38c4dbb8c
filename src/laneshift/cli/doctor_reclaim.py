"""`laneshift doctor --reclaim`: disk given back, and how much."""

from __future__ import annotations

from dataclasses import asdict

from rich.console import Console

from laneshift.cli.session import Session
from laneshift.repo.objects import Repository
from laneshift.runs.doctor.reclaiming import reclaim
from laneshift.wiring.sandboxes import pools

_MIB = 1 << 20


def show_freed(talk: Session) -> None:
    """Empty checkouts that nobody uses, and say what that gave. Raises `CheckFailed` where something cannot go."""
    freed = reclaim(pools(Repository.open(talk.directory)))

    def show(console: Console) -> None:
        told = [f"{freed.freed_bytes / _MIB:.1f} MiB freed", f"checkouts emptied: {freed.checkouts}"]
        told += [f"in use, and kept: {freed.in_use}"] if freed.in_use else []
        told += [f"folders of killed runs removed: {freed.left_behind}"] if freed.left_behind else []
        console.print(", ".join(told), highlight=False, soft_wrap=True)

    talk.result(asdict(freed), show, "laneshift doctor --quiet --no-tests")
