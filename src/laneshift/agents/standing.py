"""Where packs stand: free, held, submitted or waiting for others, and which branches are ready to be merged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from laneshift.agents.claims.port import Claim
from laneshift.agents.packs.ended import JUDGED, accepted, has_ended, was_accepted
from laneshift.agents.packs.kept import division_of
from laneshift.agents.packs.pack import Pack
from laneshift.forge.port import Changes
from laneshift.repo.objects import Repository
from laneshift.repo.ref_names import is_valid
from laneshift.repo.refs import read
from laneshift.runs.reviews.ready import ready_branches
from laneshift.runs.state import DONE
from laneshift.runs.workshop import Workshop

_TEXTS = ("pack", "agent", "commit", "branch", "record")


@dataclass(frozen=True, slots=True)
class PackStanding:
    """One pack. `state`: free, held, done, or after (others come first). `until` is in unix seconds, 0 for no claim.

    `after` are all packs that it comes after, and `waits_for` those of them that have not ended.
    """

    pack: str
    agent: str
    items: int
    files: int
    weight: int
    state: str
    holder: str
    until: int
    waits_for: tuple[str, ...]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Submitted:
    """One submission as the journal tells it. `at` is in unix milliseconds; `record` is the id of one that is kept."""

    pack: str
    agent: str
    commit: str
    branch: str
    accepted: bool
    at: int
    record: str = ""


@dataclass(frozen=True)
class Standing:
    """One plan. `claims` are those that hold now, `ready` the branches that exist and have an open change."""

    plan: str
    packs: tuple[PackStanding, ...]
    claims: tuple[Claim, ...]
    submissions: tuple[Submitted, ...]
    ready: tuple[str, ...]
    loads: Mapping[str, int]
    spread: int

    def as_json(self) -> dict[str, Any]:
        """Plain data. The tokens of claims are for their holders alone."""
        plain = asdict(self)
        for each in plain["claims"]:
            del each["token"]
        return plain


def standing(shop: Workshop, claims: Sequence[Claim], changes: Changes | None, plan_id: str) -> Standing:
    """Where the packs of a plan stand; `claims` are all that hold now. Without `changes` nothing is told as ready."""
    division = division_of(shop, plan_id)
    packs = division.packs if division is not None else ()
    taken = accepted(shop, plan_id)
    ended = {pack.id for pack in packs if has_ended(shop, pack, taken)}
    held = {claim.pack: claim for claim in claims if claim.plan == plan_id}
    submissions = tuple(_submitted(shop, plan_id))
    return Standing(
        plan_id,
        tuple(_pack(pack, held.get(pack.id), ended) for pack in packs),
        tuple(sorted(held.values(), key=lambda claim: claim.token)),
        submissions,
        () if changes is None else _ready(shop, changes, plan_id, submissions),
        dict(division.loads) if division is not None else {},
        division.spread if division is not None else 0,
    )


def taken_up(shop: Workshop) -> dict[str, bool]:
    """The items that plans have of codemods, those of submissions among them, and whether each is done."""
    found: dict[str, bool] = {}
    for plan in shop.plans.newest():
        if names := [item.id for item in plan.items if item.codemod]:
            items = shop.state(plan).items
            found.update((name, items[name].state in DONE) for name in names)
    return found


def _ready(shop: Workshop, changes: Changes, plan_id: str, submissions: Iterable[Submitted]) -> tuple[str, ...]:
    """Branches of accepted work, and those of what the plan's landings proposed."""
    own = ready(shop.repository, changes, accepted_branches(submissions))
    return (*own, *ready_branches(shop, shop.plans.load(plan_id), changes))


def accepted_branches(submissions: Iterable[Submitted]) -> list[str]:
    """Where accepted work is, as it was told; the branch may be gone by now."""
    return [each.branch for each in submissions if each.accepted]


def ready(repository: Repository, changes: Changes, branches: Iterable[str]) -> Iterable[str]:
    """Those of `branches`, full or short names, that exist here and have an open change, by their short names."""
    asked = {change.head for change in changes.all() if change.state == "open"}
    for branch in dict.fromkeys(name.removeprefix("refs/heads/") for name in branches):
        ref = f"refs/heads/{branch}"
        if branch in asked and is_valid(ref) and read(repository, ref) is not None:
            yield branch


def _pack(pack: Pack, claim: Claim | None, ended: set[str]) -> PackStanding:
    waits = tuple(name for name in pack.after if name not in ended)
    state = "done" if pack.id in ended else "held" if claim is not None else "after" if waits else "free"
    holder, until = (claim.agent, claim.until) if claim is not None else ("", 0)
    return PackStanding(
        pack.id, pack.agent, len(pack.items), len(pack.writes), pack.weight, state, holder, until, waits, pack.after
    )


def _submitted(shop: Workshop, plan_id: str) -> Iterable[Submitted]:
    for record in shop.journal.records(kind=JUDGED):
        facts = record.facts
        if facts.get("plan") == plan_id:
            pack, agent, commit, branch, kept = (str(facts.get(name, "")) for name in _TEXTS)
            yield Submitted(pack, agent, commit, branch, was_accepted(facts), record.at, kept)
