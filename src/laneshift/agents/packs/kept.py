"""Packs where everybody finds them: among the evidence, named in the journal, and as files for people to read."""

from __future__ import annotations

from pathlib import Path

from laneshift.agents.packs.brief import markdown, plain_text
from laneshift.agents.packs.division import Division
from laneshift.agents.packs.pack import Pack
from laneshift.errors import Refused
from laneshift.evidence.atomic import write_whole
from laneshift.evidence.canonical import canonical, parse
from laneshift.runs.workshop import Workshop

KIND = "packs.made"


def keep(shop: Workshop, division: Division) -> None:
    """Keep the packs as those of their plan; what was kept before can still be read by the ids of its packs.

    Raises as the journal, the store and writing files do.
    """
    data = canonical(division.as_json())
    digest = shop.store.put(data)
    before = shop.journal.records(kind=KIND, prefix=f"{division.plan}/packs/")
    if not before or before[-1].facts["division"] != digest:
        told = [{"pack": each.id, "agent": each.agent, "items": list(each.items)} for each in division.packs]
        facts = {"plan": division.plan, "division": digest, "packs": told, "spread": division.spread}
        shop.journal.append(f"{division.plan}/packs/{len(before) + 1}", KIND, facts)
    for pack in division.packs:
        lay_out(shop, pack)
    write_whole(_folder(shop, division.plan) / "division.json", data + b"\n")


def lay_out(shop: Workshop, pack: Pack) -> Path:
    """Have the brief of a pack in this clone, as JSON and as Markdown; the file with the latter.

    Raises `CheckFailed` (`evidence.not-writable`).
    """
    folder = _folder(shop, pack.plan)
    write_whole(folder / f"{pack.id}.json", plain_text(pack).encode())
    write_whole(folder / f"{pack.id}.md", markdown(pack).encode())
    return folder / f"{pack.id}.md"


def division_of(shop: Workshop, plan_id: str) -> Division | None:
    """The packs of this plan as they were made last; None where none were. Raises `CheckFailed` where they are lost."""
    made = shop.journal.records(kind=KIND, prefix=f"{plan_id}/packs/")
    return _stored(shop, str(made[-1].facts["division"])) if made else None


def all_of(shop: Workshop, plan_id: str) -> tuple[Pack, ...]:
    """The packs of this plan as they were made last; none where none were. Raises as `division_of` does."""
    found = division_of(shop, plan_id)
    return found.packs if found is not None else ()


def read(shop: Workshop, plan_id: str, pack_id: str) -> Pack:
    """One pack, also one of an earlier cut. Raises `Refused` (`packs.no-such-pack`), `CheckFailed` where it is lost."""
    for record in reversed(shop.journal.records(kind=KIND, prefix=f"{plan_id}/packs/")):
        if any(each["pack"] == pack_id for each in record.facts["packs"]):
            return next(each for each in _stored(shop, str(record.facts["division"])).packs if each.id == pack_id)
    raise no_such(pack_id)


def find(shop: Workshop, pack_id: str) -> Pack:
    """The pack with this id, of whatever plan. Raises as `read` does."""
    for record in reversed(shop.journal.records(kind=KIND)):
        if any(each["pack"] == pack_id for each in record.facts["packs"]):
            return read(shop, str(record.facts["plan"]), pack_id)
    raise no_such(pack_id)


def no_such(pack_id: str) -> Refused:
    """The refusal for a pack that nobody made."""
    what = f"there is no pack {pack_id[:120]!r}"
    return Refused("packs.no-such-pack", what, cure="laneshift agent packs PLAN makes them and lists them")


def _folder(shop: Workshop, plan_id: str) -> Path:
    folder = shop.repository.state_dir / "packs" / plan_id
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _stored(shop: Workshop, digest: str) -> Division:
    plain = parse(shop.store.get(digest))
    return Division.from_json(plain if isinstance(plain, dict) else {})
