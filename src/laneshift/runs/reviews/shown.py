"""Changes as pages and the API show them, from what is kept here: nothing is asked of a forge elsewhere.

What a landing proposed is in the journal, with its body and its checks as evidence. The forge of this repository also
has what flows asked to have reviewed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from laneshift.errors import LaneshiftError, Refused
from laneshift.evidence.records import Record
from laneshift.forge.port import Change, Check
from laneshift.runs.landing_branch import landing_settings
from laneshift.runs.reviews.names import HEADS
from laneshift.runs.workshop import Workshop

_ENDS = {"change.closed": "closed", "change.merged": "merged", "land.recorded": "merged"}


@dataclass(frozen=True)
class Shown:
    """One change. `state` is open, closed or merged, as it was last seen; `at` is when it was proposed, in unix
    milliseconds, 0 where no landing did. `body` is Markdown, `why` says more of how it ended.
    """

    number: int
    title: str
    body: str
    head: str
    base: str
    commit: str
    state: str
    forge: str
    at: int = 0
    plan: str = ""
    batch: str = ""
    tree: str = ""
    link: str = ""
    why: str = ""
    items: tuple[str, ...] = ()
    checks: tuple[Check, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """As plain data."""
        plain = asdict(self)
        return {**plain, "items": list(self.items), "checks": [asdict(each) for each in self.checks]}


def shown(shop: Workshop) -> list[Shown]:
    """Every change that is known here, the last first. Raises as the forge of this repository does."""
    kind = landing_settings(shop.repository).forge.kind
    proposed = {each.number: each for each in _proposed(shop, kind)}
    if kind == "local":
        forge = shop.forge()
        for change in forge.changes.all():
            proposed[change.number] = _with(proposed.get(change.number), change, tuple(forge.checks.of(change.commit)))
    return [proposed[number] for number in sorted(proposed, reverse=True)]


def one(shop: Workshop, number: int) -> Shown:
    """The change with this number. Raises `Refused` (`change.unknown`) where there is none."""
    found = next((each for each in shown(shop) if each.number == number), None)
    if found is None:
        raise Refused("change.unknown", f"there is no change {number} here", cure="look at the list of changes")
    return found


def _with(known: Shown | None, change: Change, checks: tuple[Check, ...]) -> Shown:
    base = known or Shown(change.number, "", "", "", "", "", "open", "local")
    told = {name: getattr(change, name) for name in ("title", "body", "head", "base", "commit")}
    state = change.state if base.state == "open" else base.state
    return replace(base, **told, state=state, checks=checks)


def _proposed(shop: Workshop, kind: str) -> Iterator[Shown]:
    """What landings proposed, in order: a number that was proposed again is told again."""
    ends: dict[str, tuple[str, str]] = {}
    for name, state in _ENDS.items():
        ends |= {str(r.facts.get("key")): (state, _why(r)) for r in shop.journal.records(kind=name)}
    for record in shop.journal.records(kind="change.proposed"):
        facts = record.facts
        state, why = ends.get(str(facts["key"]), ("open", ""))
        yield Shown(
            number=int(facts["number"]),
            title=str(facts.get("title", "")),
            body=_text(shop, str(facts["body"])),
            head=str(facts["branch"]),
            base=str(facts["target"]).removeprefix(HEADS),
            commit=str(facts["tip"]),
            state=state,
            forge=kind,
            at=record.at,
            plan=str(facts["plan"]),
            batch=str(facts["batch"]),
            tree=str(facts["tree"]),
            link=str(facts["link"]),
            why=why,
            items=tuple(map(str, facts["items"])),
            checks=_checks(shop, facts),
        )


def _why(record: Record) -> str:
    if record.kind == "change.merged":
        return "it was merged with another tree than the tested one, and no landing was recorded"
    return str(record.facts.get("why", ""))


def _text(shop: Workshop, digest: str) -> str:
    try:
        return shop.store.get(digest).decode("utf-8", "replace")
    except LaneshiftError as error:
        return f"Its body cannot be shown: {error.what}"


def _checks(shop: Workshop, facts: Mapping[str, Any]) -> tuple[Check, ...]:
    try:
        told: Any = json.loads(shop.store.get(str(facts["checks"])))
    except (LaneshiftError, KeyError):
        return ()
    return tuple(Check(**each) for each in told)
