"""A journal of some days: items that land, are held and taken back, a landing that fails, a day on which nothing is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from laneshift.evidence.port import JournalPort

DAY = 24 * 60 * 60 * 1000
MINUTE = 60 * 1000
NOW = 20_000 * DAY + 12 * 60 * MINUTE
"""Noon of the last day, in unix milliseconds."""
STEPS = {"review": 400, "check_deps": 900, "move": 150, "update_imports": 2500, "test": 9000, "gates": 4000}


class History:
    """Appends what a batch of a day leaves behind."""

    def __init__(self, journal: JournalPort, notes: str = "") -> None:
        self._journal = journal
        self._notes = notes

    def add(self, key: str, kind: str, at: int, **facts: Any) -> None:
        """One record."""
        self._journal.append(key, kind, facts, at=at)

    def batch(self, plan: str, at: int, items: int, crashed: int = 0) -> None:
        """A run of so many items, one after another, a minute each; the last of them crash in their tests."""
        names = [f"i{number}" for number in range(items)]
        self.add(f"{plan}/run-1/started", "run.started", at, plan=plan, items=names)
        for number, name in enumerate(names):
            self._item(f"{plan}/run-1", plan, name, at + number * MINUTE, crashed=number >= items - crashed)
        self.add(f"{plan}/run-1/ended", "run.ended", at + items * MINUTE, plan=plan)

    def _item(self, run: str, plan: str, item: str, at: int, *, crashed: bool) -> None:
        told: Mapping[str, Any] = {"plan": plan, "item": item}
        self.add(f"{run}/claim/{item}", "item.claimed", at, **told, worker="w")
        for step, least in STEPS.items():
            status = "errored" if crashed and step == "test" else "passed"
            key, took = f"{run}/{item}/{step}", least + len(item) * 10
            self.add(f"{key}/began", "step.began", at, **told, step=step)
            ended = {"status": status, "cached": step == "review", "notes": self._notes}
            self.add(f"{key}/ended", "step.ended", at + took, **told, step=step, **ended)
            at += took
        state = "quarantined" if crashed else "ready-to-land"
        self.add(f"{run}/{item}/settled", "item.settled", at, **told, state=state, cause="x", evidence="")

    def landing(self, plan: str, at: int, items: int, result: str = "landed") -> None:
        """A landing of so many items."""
        names = [f"i{number}" for number in range(items)]
        self.add(f"{plan}/land-1/started", "land.started", at, plan=plan, items=names, check=False)
        self.add(f"{plan}/land-1/suite", "suite.ran", at, passed=40, blamed=[], flaky=[], on_base=[])
        if result == "landed":
            self.add(f"{plan}/land-1/recorded", "land.recorded", at + MINUTE, plan=plan, items=names)
        self.add(f"{plan}/land-1/ended", "land.ended", at + MINUTE, plan=plan, result=result)

    def taken_back(self, plan: str, at: int, items: int) -> None:
        """A rollback."""
        names = [f"i{number}" for number in range(items)]
        self.add(f"{plan}/back", "rollback.recorded", at, plan=plan, items=names)


def days_of_work(journal: JournalPort, notes: str = "", now: int = NOW) -> None:
    """Work on four of the last seven days, the last of them half an hour ago, and something that nobody ends."""
    history = History(journal, notes)
    for back, items, crashed in ((6, 4, 0), (4, 9, 1), (3, 30, 0), (0, 12, 3)):
        at = now - back * DAY - (40 * MINUTE if back else 14 * MINUTE)
        history.batch(f"p{back}", at - items * MINUTE, items, crashed)
        history.landing(f"p{back}", at, items - crashed)
    history.taken_back("p0", now - 9 * MINUTE, 3)
    history.add("p9/run-1/started", "run.started", now - 5 * 60 * MINUTE, plan="p9", items=["a", "b"])
