"""README_LANES.md: the lanes of a repository, their rules, and what a module needs to be promoted. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from laneshift.lanes.model import Lane, Lanes

FILE = "README_LANES.md"
_LEVELS = ("experimental", "integration", "production")
_WORDS = {"experimental": "may break at any time", "integration": "is being made ready", "production": "is relied upon"}


def readme(lanes: Lanes) -> bytes:
    """The whole file. The same lanes give the same bytes."""
    return ("\n".join(_lines(lanes)) + "\n").encode()


def _lines(lanes: Lanes) -> Iterator[str]:
    yield "# Lanes"
    yield ""
    yield "Written by `laneshift lanes docs` from the settings; change those and run it again."
    yield ""
    yield "| lane | level | paths | may import | owners |"
    yield "|---|---|---|---|---|"
    for lane in lanes.lanes:
        yield f"| {_row(lane)} |"
    yield ""
    yield "## Levels"
    yield ""
    yield from (f"- {level}: code that {_WORDS[level]}" for level in _LEVELS)
    yield ""
    yield "## Rules"
    yield ""
    yield "- A lane may import itself and the lanes named above, directly and by way of others."
    yield "- Imports for type checkers, imports by call and imports through symlinks count."
    yield "- Known violations stand in the baseline, which only shrinks; new ones fail `laneshift lanes check`."
    yield "- A module that only passes on what another lane offers is a shim; one whose date has passed fails."
    yield ""
    yield "## Promotion"
    yield ""
    yield "`laneshift lanes promote --check MODULE --to LANE` tries each of these:"
    yield ""
    for lane in lanes.lanes:
        yield f"- into {_code(lane.name)}: {'; '.join(_criteria(lane))}"


def _row(lane: Lane) -> str:
    names = _code(lane.name) + "".join(f", {_code(alias)}" for alias in lane.aliases)
    allowed = (
        "every lane" if lane.may_import is None else ", ".join(map(_code, sorted(lane.may_import))) or "itself only"
    )
    owners = ", ".join(map(_plain, lane.owners)) or "nobody"
    return " | ".join([names, lane.level, ", ".join(map(_code, lane.paths)), allowed, owners])


def _criteria(lane: Lane) -> Iterator[str]:
    yield "its imports are allowed there"
    yield "tests reach it"
    if lane.coverage is not None:
        yield f"tests run {lane.coverage:.0%} of its statements"
    if lane.lint:
        yield f"{_code(' '.join(lane.lint))} passes"
    yield "it has an owner and a docstring"
    if lane.p95_ms is not None:
        yield f"it promises a p95 of at most {lane.p95_ms:g} ms"


def _code(text: str) -> str:
    return f"`{_plain(text).replace('`', '')}`"


def _plain(text: str) -> str:
    """Without what would end a cell of a table or a line."""
    return "".join(letter if letter.isprintable() else "?" for letter in text).replace("|", "\\|")
