"""The title and the body of a change. Pure: the same facts give the same text.

Where it gets too long for the forge, rows of the tables of items go, and it says how many; nothing else does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from laneshift.runs.paths import visible
from laneshift.runs.reviews.facts import ChangeFacts, GateFacts
from laneshift.runs.reviews.written import named, table

LIMIT = 65_000
"""How many characters a body has at most: what GitHub takes, less room for the mark of the adapter."""
_FILES = 5
_AGENTS = ("Item", "Agent", "Did", "Files")
_ITEMS = ("Item", "What", "Lane", "Files", "Commit")


def title_of(facts: ChangeFacts) -> str:
    """One line: what is to land, and how many."""
    part = f" for {visible(facts.lane)}" if facts.lane else ""
    return f"Land {visible(facts.batch)}{part}: {_items(len(facts.items))}"


def body_of(facts: ChangeFacts, limit: int = LIMIT) -> str:
    """Markdown of at most `limit` characters: what and why, items, gates, canary, digests, evidence, and both ways."""
    items = [
        [named(item.id), named(item.what), named(item.lane), str(item.files), named(item.commit[:12])]
        for item in facts.items
    ]
    agents = [[named(each.item), named(each.agent), each.did, _files(each.paths)] for each in facts.agents]
    left = [[named(item), named(why)] for item, why in facts.left_out]
    whole = _text(facts, items, agents, left)
    if len(whole) <= limit:
        return whole
    room = limit - len(_text(facts, [], [], [])) - 700
    told, spare = _fitting(agents, room // 2)
    kept, rest = _fitting(items, room - room // 2 + spare)
    return _text(facts, kept, told, _fitting(left, rest)[0])


def _files(paths: Sequence[str]) -> str:
    """The first of the files by name, and how many more there are."""
    more = [f"and {len(paths) - _FILES} more"] if len(paths) > _FILES else []
    return ", ".join([*map(named, paths[:_FILES]), *more])


def _fitting(rows: list[list[str]], room: int) -> tuple[list[list[str]], int]:
    """The first rows that `room` characters hold, and what is left of it."""
    for at, row in enumerate(rows):
        need = sum(map(len, row)) + 3 * len(row) + 2
        if need > room:
            return rows[:at], 0
        room -= need
    return rows, room


def _text(facts: ChangeFacts, items: list[list[str]], agents: list[list[str]], left: list[list[str]]) -> str:
    more = _more(facts, len(facts.agents) - len(agents))
    parts = [
        _what(facts),
        *([["## What agents did", "", *table(_AGENTS, agents), *more]] if facts.agents else []),
        ["## Gates", "", *_gates(facts.gates)],
        ["## Tests and canary", "", *_tests(facts)],
        ["## How to roll back", "", *_back(facts)],
        ["## How to reproduce", "", *_again(facts)],
        ["## Digests", "", *table(("What", "Digest"), [[what, named(digest)] for what, digest in facts.digests])],
        ["## Evidence", "", *table(("What", "Digest"), [[what, named(digest)] for what, digest in facts.evidence])],
        ["## Items", "", *table(_ITEMS, items), *_more(facts, len(facts.items) - len(items))],
    ]
    if facts.left_out:
        parts.append(["## Left out", "", *table(("Item", "Why"), left), *_more(facts, len(facts.left_out) - len(left))])
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _what(facts: ChangeFacts) -> list[str]:
    lanes = Counter(item.lane for item in facts.items)
    told = ", ".join(f"{named(lane)} ({count})" for lane, count in sorted(lanes.items()))
    people = ", ".join(map(named, facts.approvers))
    return [
        "## What and why",
        "",
        f"{_items(len(facts.items))} of batch {named(facts.batch)}, for {told}.",
        f"Each is an intent that was applied to {named(facts.target)} at {named(facts.base[:12])}, one commit each.",
        "Each passed its gates, and all of them together the whole test suite, before this was opened.",
        "",
        f"What was tested is tree {named(dict(facts.digests).get('Tree', ''))}.",
        "Merged while the target is still there, exactly that lands, and `laneshift resume` records it.",
        "When the target moves first, `laneshift land` brings this change up to date.",
        *_by_agents(facts),
        *(["", f"Approved by {people}."] if people else []),
    ]


def _by_agents(facts: ChangeFacts) -> list[str]:
    """One line on what is not from the plan's intents alone; none where agents did nothing."""
    count = Counter(each.did for each in facts.agents)
    told = " and ".join(f"{did} {_items(count[did])}" for did in sorted(count))
    return ["", f"Agents {told}: see below. Their edits went through the same steps."] if told else []


def _gates(gates: Sequence[GateFacts]) -> list[str]:
    if not gates:
        return ["No gate said anything about these items."]
    rows = [
        [named(gate.gate), *map(str, (gate.passed, gate.waived, gate.not_applicable, gate.bad, gate.missing))]
        for gate in gates
    ]
    return table(("Gate", "Passed", "Waived", "Not applicable", "Failed", "Nothing said"), rows)


def _tests(facts: ChangeFacts) -> list[str]:
    suite, canary = facts.suite, facts.canary
    rows = []
    if suite is not None:
        found = f"{suite.passed} passed, {suite.on_base} red on the base already, {suite.flaky} flaky"
        rows.append(["Whole suite on the combined tree", found])
    else:
        rows.append(["Whole suite on the combined tree", "not on record"])
    if canary is not None:
        held = "it holds" if canary.ok else "it does not hold"
        rows.append(["Canary", f"{canary.bad} of {_items(canary.done)} failed; {held}"])
    else:
        rows.append(["Canary", "none was run"])
    return table(("What", "Found"), rows)


def _back(facts: ChangeFacts) -> list[str]:
    revert = dict(facts.digests).get("Prepared revert", "")
    return [
        "Once it is merged and recorded:",
        "",
        *_block("laneshift resume", f"laneshift rollback {_word(facts.batch)}"),
        "",
        "The way back was prepared and checked before this was opened.",
        f"Commit {named(revert)} has the tree of the base.",
    ]


def _again(facts: ChangeFacts) -> list[str]:
    where = facts.remote or "."
    return [
        "The tree follows from the base and the intents. In a clone that has the plan:",
        "",
        *_block(
            f"git fetch {_word(where)} {_word(facts.branch)}",
            "git rev-parse FETCH_HEAD^{tree}",
            f"laneshift land {_word(facts.plan)} --check",
            f"laneshift verify {_word(facts.batch)}",
        ),
    ]


def _block(*lines: str) -> list[str]:
    return [f"    {line}" for line in lines]


def _word(text: str) -> str:
    """A word of a command: as it is, or in quotes, in one line."""
    plain = "".join(c if c.isprintable() else "?" for c in text)
    if plain and all(c.isalnum() or c in "._-/@%+=," for c in plain):
        return plain
    quoted = plain.replace("'", "'\\''")
    return f"'{quoted}'"


def _more(facts: ChangeFacts, left: int) -> list[str]:
    told = named(f"laneshift inspect {_word(facts.plan)}")
    return ["", f"{left} more are not shown here: {told} has them all."] if left else []


def _items(count: int) -> str:
    return f"{count} item{'' if count == 1 else 's'}"
