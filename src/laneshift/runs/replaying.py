"""Landings computed again from base, intents and rules: the strongest thing that can be said about them.

It is said only by the version of laneshift that landed them. Another one may compute another tree from the same intent,
or the same tree for another reason, so it says that it cannot claim anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from laneshift import __version__
from laneshift.code.intents import Intent, Rules
from laneshift.errors import LaneshiftError, NeedsPerson
from laneshift.landing.closing import ITEM
from laneshift.landing.train import replay
from laneshift.repo.objects import Repository
from laneshift.runs.events import Event, silent


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of landings: findings, trees computed, and those that another version landed, unclaimed."""

    findings: tuple[str, ...] = ()
    trees: int = 0
    unclaimed: tuple[str, ...] = ()

    def __add__(self, other: Replayed) -> Replayed:
        """Both together."""
        return Replayed(self.findings + other.findings, self.trees + other.trees, self.unclaimed + other.unclaimed)


@dataclass(frozen=True)
class Replay:
    """Where landings are computed again. `evidence` gives the content with a digest.

    `elsewhere` is true in a clone that has only what landed: neither the way back nor the branches of items.
    """

    repository: Repository
    evidence: Callable[[str], bytes]
    report: Callable[[Event], None] = field(default=silent)
    elsewhere: bool = False

    def of(self, landed: Mapping[str, Any], tool: str) -> Replayed:
        """One landing, by the facts of its record and the version that recorded it.

        Raises `NeedsPerson` when a tool that the intents pin is another one here.
        """
        name = f"landing {landed['tip'][:12]}"
        if tool != __version__:
            return Replayed(unclaimed=(f"{name} was made by laneshift {tool}",))
        try:
            details = json.loads(self.evidence(landed["details"]))
            base = self.repository.tree(landed["base"])
            rules = Rules(tuple(details["rules"]["roots"]), details["rules"]["characterization_dir"])
            told = _told(details)
            computed = replay(base, [Intent.from_json(intent) for _, intent in told], rules)
        except NeedsPerson:
            raise  # with another tool than the pinned one nothing can be said about the landing
        except LaneshiftError as error:
            return Replayed((f"{name} cannot be replayed: {error.what}",))
        findings = list(self._against(landed, base.oid, computed))
        for (said, _), tree in zip(told, computed, strict=True):
            self.report(Event("verify", said["item"], said["item"]))
            findings += self._compared(said, tree)
        return Replayed(tuple(findings), len(computed))

    def _against(self, landed: Mapping[str, Any], base: str, computed: list[str]) -> Iterator[str]:
        name = f"landing {landed['tip'][:12]}"
        if base != landed["base_tree"]:
            yield f"base {landed['base'][:12]} has tree {base}, the journal says {landed['base_tree']}"
        if not computed or computed[-1] != landed["tree"]:
            yield f"{name} has tree {landed['tree']}, its intents give {(computed or ['none'])[-1]}"
        for part, wanted in (("revert", landed["base_tree"]), ("tip", landed["tree"])):
            if part == "revert" and self.elsewhere:
                continue
            try:
                held = self.repository.tree(landed[part]).oid
            except LaneshiftError as error:
                yield f"the {part} {landed[part][:12]} of the landing: {error.what}"
                continue
            if held != wanted:
                yield f"the {part} {landed[part][:12]} of the landing has tree {held}, not {wanted}"

    def _compared(self, said: Mapping[str, Any], tree: str) -> Iterator[str]:
        if said["tree"] != tree:
            yield f"item {said['item']}: the journal says tree {said['tree']}, its intent gives {tree}"
        try:
            held = self.repository.tree(said["commit"]).oid
        except LaneshiftError as error:
            yield f"item {said['item']}: {error.what}"
            return
        if held != tree:
            yield f"item {said['item']}: commit {said['commit'][:12]} has tree {held}, its intent gives {tree}"


def _told(details: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """What was recorded of each item and its intent; last, of the manifests that were regenerated after them."""
    told = list(zip(details["trees"], details["intents"], strict=True))
    closing = details.get("closing")
    return told if closing is None else [*told, ({**closing, "item": ITEM}, closing["intent"])]
