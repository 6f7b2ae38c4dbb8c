"""A pack as the brief that an agent is handed: JSON for programs, Markdown for who reads. Pure.

What a repository or a batch may have named is shown as indented code, one line each, in which nothing is markup: no
path, however it is called, can end the block, add a heading or reorder what is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from laneshift.agents.packs.division import writes_digest
from laneshift.agents.packs.pack import Pack
from laneshift.runs.paths import visible


def plain_text(pack: Pack) -> str:
    """The pack as JSON in ASCII, with the digest of its write set."""
    plain = {**asdict(pack), "writes_digest": writes_digest(pack.writes)}
    return json.dumps(plain, indent=2, sort_keys=True) + "\n"


def markdown(pack: Pack) -> str:
    """The pack as a page. Equal packs give equal bytes."""
    return "\n".join(_lines(pack)) + "\n"


def _lines(pack: Pack) -> Iterator[str]:
    yield from _block("# Pack", [pack.id])
    yield from _block("## Mission", [pack.mission])
    yield from _block("## Base commit", [pack.base])
    if pack.after:
        why = "Begin when these packs have ended: start from the base with their results, which `claim` tells."
        yield from _block("## Comes after", pack.after, why)
    yield from _block("## Items", pack.items)
    yield from _block("## Files owned", pack.owned, "The work is about these. Nobody else writes them meanwhile.")
    yield from _block("## Files that may be edited", pack.editable, "They have to follow. Nobody else writes them.")
    yield from _block("## Worth reading", pack.context)
    yield from _block("## Steps", [f"{number}. {step}" for number, step in enumerate(pack.steps, 1)])
    yield from _block("## Commands that must pass", pack.commands)
    yield from _block("## It is accepted when", [f"- {each}" for each in pack.acceptance])
    yield from _block("## Commit text", pack.commit_text.splitlines())
    yield from _block("## The way back", [f"- {each}" for each in pack.rollback])
    yield from _block("## Never", [f"- {each}" for each in pack.never])
    yield f"Write set: `{writes_digest(pack.writes)}`, {len(pack.writes)} path(s), {pack.weight} unit(s) of work."


def _block(heading: str, lines: Iterable[str], words: str = "") -> Iterator[str]:
    """A heading and what belongs below it; nothing where there is nothing to show."""
    shown = [f"    {visible(line)}".rstrip() for line in lines]
    if not shown:
        return
    yield from (heading, "")
    if words:
        yield from (words, "")
    yield from (*shown, "")
