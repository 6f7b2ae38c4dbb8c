"""Which finding is which, after lines were moved, edited and deleted. Pure.

A finding is known by its words, its file and its symbol, never by a line. What was edited keeps its id by being most
like what is recorded and no longer there.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Container, Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from laneshift.reports.audit.model import Entry, Finding, State

_LENGTH = 10
_MOST_COMPARED = 250_000
_ELSEWHERE = 0.85
"""How much less alike a text is in another file."""


@dataclass(frozen=True, slots=True)
class Known:
    """A finding with its id, and whether it was recorded before."""

    id: str
    finding: Finding
    before: Entry | None


@dataclass(frozen=True, slots=True)
class Identified:
    """Every finding, in the order in which they were read, and the records that have no finding any more."""

    known: tuple[Known, ...]
    gone: tuple[Entry, ...]


def identify(
    recorded: Sequence[Entry], findings: Sequence[Finding], alike: Decimal, covered: Container[str]
) -> Identified:
    """Give every finding its id: that of its record, or a new one.

    A record is that of the finding with the same words, file and symbol; then of one with the same words elsewhere;
    then of the most similar one that is at least `alike`, from 0 to 1. No record belongs to two findings. Only what was
    stated in one of `covered` can be gone: what else is recorded was not looked for.
    """
    left = sorted(recorded, key=lambda each: each.state is not State.OPEN)
    chosen: dict[int, Entry] = {}
    _same(left, findings, chosen, lambda anchor: anchor)
    left = [each for each in left if each.source in covered]
    _same(left, findings, chosen, lambda anchor: (anchor[0], anchor[1]))
    _same(left, findings, chosen, lambda anchor: anchor[0])
    _similar(left, findings, chosen, float(alike))
    taken = {each.id for each in recorded}
    known = []
    for at, finding in enumerate(findings):
        before = chosen.get(at)
        known.append(Known(before.id if before else _fresh(finding, taken), finding, before))
    return Identified(tuple(known), tuple(each for each in left if each.state is not State.CLOSED))


def similarity(one: Counter[str], other: Counter[str]) -> float:
    """How alike two texts are, from 0 to 1: the share of letters in threes that they have in common."""
    whole = one.total() + other.total()
    return 2 * (one & other).total() / whole if whole else 1.0


def threes(words: str) -> Counter[str]:
    """The letters of a text in threes, each word by itself."""
    return Counter(word[at : at + 3] for word in (f" {each} " for each in words.split()) for at in range(len(word) - 2))


def _same(
    left: list[Entry],
    findings: Sequence[Finding],
    chosen: dict[int, Entry],
    part: Callable[[tuple[str, str, str]], Hashable],
) -> None:
    waiting: dict[Hashable, deque[Entry]] = defaultdict(deque)
    for entry in left:
        waiting[part(entry.anchor)].append(entry)
    for at, finding in enumerate(findings):
        if at not in chosen and (found := waiting.get(part(finding.anchor))):
            chosen[at] = found.popleft()
    _drop(left, chosen.values())


def _similar(left: list[Entry], findings: Sequence[Finding], chosen: dict[int, Entry], alike: float) -> None:
    entries = [entry for entry in left if entry.state is not State.CLOSED]
    open_ = [at for at in range(len(findings)) if at not in chosen]
    everywhere = len(entries) * len(open_) <= _MOST_COMPARED
    grams = {at: threes(findings[at].anchor[0]) for at in open_}
    scores = []
    for rank, entry in enumerate(entries):
        own = threes(entry.words)
        for at in open_:
            here = entry.file == findings[at].file
            if here or everywhere:
                score = similarity(own, grams[at]) * (1.0 if here else _ELSEWHERE)
                if score >= alike:
                    scores.append((-score, rank, at))
    used: set[int] = set()
    for _, rank, at in sorted(scores):
        if rank not in used and at not in chosen:
            used.add(rank)
            chosen[at] = entries[rank]
    _drop(left, chosen.values())


def _drop(left: list[Entry], chosen: Iterable[Entry]) -> None:
    taken = {each.id for each in chosen}
    left[:] = [each for each in left if each.id not in taken]


def _fresh(finding: Finding, taken: set[str]) -> str:
    """A new id from what the finding is; the second of the same words gets a number."""
    anchored = sha256("\0".join(finding.anchor).encode("utf-8", "replace")).hexdigest()[:_LENGTH]
    name, count = f"{finding.kind}-{anchored}", 1
    while name in taken:
        count += 1
        name = f"{finding.kind}-{anchored}-{count}"
    taken.add(name)
    return name
