"""What agents were handed, held and brought, as the journal tells it: a pure fold over its records."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from laneshift.evidence.records import Record

_PACKS, _JUDGED = "packs.made", "submission.judged"
_ENDS = {"claim.released": "released", "claim.lapsed": "lapsed"}


@dataclass(frozen=True, slots=True)
class Handed:
    """Counts of one agent: packs and items as the last cut of each plan has them, claims and how they ended, `held`
    for those that have not, and what became of its submissions."""

    packs: int = 0
    items: int = 0
    claims: int = 0
    released: int = 0
    lapsed: int = 0
    held: int = 0
    accepted: int = 0
    suggested: int = 0
    refused: int = 0

    def __bool__(self) -> bool:
        """Whether there was anything at all."""
        return any(asdict(self).values())


@dataclass(frozen=True, slots=True)
class Brought:
    """A submission that was accepted: the commit, the one that its work began from, and the files of its pack."""

    key: str
    agent: str
    base: str
    commit: str
    files: frozenset[str]


@dataclass
class Handing:
    """The fold, while records are read and afterwards. `faults` are where the journal does not agree with itself."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    cuts: dict[str, tuple[str, list[Mapping[str, Any]]]] = field(default_factory=dict)
    open: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    brought: list[Brought] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    divisions: dict[str, str] = field(default_factory=dict)

    def read(self, record: Record, notes: Callable[[str], Any]) -> None:
        """Take one record in; those of other kinds change nothing."""
        facts = record.facts
        if record.kind == _PACKS:
            packs: list[Mapping[str, Any]] = list(facts["packs"])
            self.cuts[str(facts["plan"])] = (record.key, packs)
            self.divisions.update({str(each["pack"]): str(facts["division"]) for each in packs})
        elif record.kind == "claim.taken":
            self.counts[str(facts["agent"])]["claims"] += 1
            self.faults += list(self._held_twice(record))
            self.open[str(facts["claim"])] = facts
        elif record.kind in _ENDS:
            self._ended(record)
        elif record.kind == _JUDGED:
            self._judged(record, notes)

    def of(self, agent: str) -> Handed:
        """The counts of one agent."""
        counts = self.counts.get(agent, Counter[str]())
        mine = [each for _, packs in self.cuts.values() for each in packs if each["agent"] == agent]
        held = sum(facts["agent"] == agent for facts in self.open.values())
        named = {name: counts[name] for name in ("claims", "released", "lapsed", "accepted", "suggested", "refused")}
        return Handed(packs=len(mine), items=sum(len(each["items"]) for each in mine), held=held, **named)

    def __bool__(self) -> bool:
        """Whether anything was handed out, held or brought."""
        return bool(self.cuts or self.counts)

    def _held_twice(self, record: Record) -> Iterator[str]:
        """Items that somebody else holds at this moment, by the journal."""
        plan, items = record.facts["plan"], set(record.facts["items"])
        for claim, facts in self.open.items():
            if both := items & set(facts["items"]) if facts["plan"] == plan else set():
                yield f"{record.key}: {min(both)} is held by {facts['agent']} with {claim} at the same time"

    def _ended(self, record: Record) -> None:
        claim = str(record.facts["claim"])
        if self.open.pop(claim, None) is None:
            self.faults.append(f"{record.key}: {claim} ended, and nobody held it")
            return
        self.counts[str(record.facts["agent"])][_ENDS[record.kind]] += 1

    def _judged(self, record: Record, notes: Callable[[str], Any]) -> None:
        facts = record.facts
        agent = str(facts["agent"])
        if not facts["accepted"] or facts.get("suggested"):
            self.counts[agent]["suggested" if facts.get("suggested") else "refused"] += 1
            return
        self.counts[agent]["accepted"] += 1
        claim = self.open.get(str(facts.get("claim", "")))
        if claim is None or (claim["agent"], claim["pack"]) != (agent, facts["pack"]):
            self.faults.append(f"{record.key}: accepted of {agent}, which did not hold {facts['pack']}")
            return
        files = self._files(record.key, str(facts["pack"]), notes)
        if files is not None:
            self.brought.append(Brought(record.key, agent, str(claim["base"]), str(facts["commit"]), files))

    def _files(self, key: str, pack: str, notes: Callable[[str], Any]) -> frozenset[str] | None:
        """The write set of a pack as it was kept; a fault where it is gone."""
        try:
            found = notes(self.divisions[pack])
            mine = next(each for each in found["packs"] if each["id"] == pack)
            return frozenset([*mine["owned"], *mine["editable"]])
        except (LookupError, ValueError, TypeError, StopIteration) as error:
            self.faults.append(f"{key}: the files of {pack} cannot be read: {type(error).__name__}: {error}")
            return None
