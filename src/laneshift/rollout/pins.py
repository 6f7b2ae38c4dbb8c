"""Pins: the digest of everything that a plan rests on, and what of it has moved since. Pure.

A pin over bytes is their plain SHA-256, so that `sha256sum` shows the same; a pin over several files is that of a table
of paths and digests, in canonical JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from laneshift.errors import Refused
from laneshift.evidence.canonical import digest, digest_of, is_digest

FIELDS = ("batch", "config", "star_rules", "canon", "schemas", "gates", "tool", "base")
"""What is pinned, in the order in which it is told."""

ABSENT = "sha256:" + 64 * "0"
"""The pin of what is not there. No bytes have it, not even none."""


@dataclass(frozen=True, slots=True)
class Drift:
    """A pin that is not what it was. Both sides are digests; an empty side had no pin of that name."""

    field: str
    was: str
    now: str


def of_bytes(data: bytes | None) -> str:
    """The pin of one file; None for a file that is not there."""
    return ABSENT if data is None else digest_of(data)


def of_text(text: str) -> str:
    """The pin of a text, such as a commit id."""
    return digest_of(text.encode())


def of_value(value: Any) -> str:
    """The pin of plain data, by its canonical JSON. Raises `Refused` for what canonical JSON does not have."""
    return digest(value)


def of_files(files: Mapping[str, bytes]) -> str:
    """The pin of several files, whatever their order; of none, that of what is not there."""
    return digest({path: digest_of(data) for path, data in files.items()}) if files else ABSENT


def drift(pinned: Mapping[str, str], now: Mapping[str, str]) -> tuple[Drift, ...]:
    """Every pin that differs, in the order of `FIELDS`; one that only one side has differs too."""
    known = dict.fromkeys(FIELDS)
    others = sorted({*pinned, *now} - known.keys())
    return tuple(
        Drift(field, pinned.get(field, ""), now.get(field, ""))
        for field in (*known, *others)
        if pinned.get(field) != now.get(field) or not pinned.get(field)
    )


def pins_digest(pins: Mapping[str, str]) -> str:
    """The digest of all pins together, which an approval covers.

    Raises `Refused` (`pins.incomplete`) unless there is a digest for each of `FIELDS` and for nothing else.
    """
    if problem := pins_problem(pins):
        raise Refused("pins.incomplete", problem, cure="make the plan again with `laneshift plan`")
    return digest(dict(pins))


def pins_problem(pins: Mapping[str, str]) -> str:
    """What keeps `pins` from being the pins of a plan; empty for good ones."""
    wrong = sorted({*FIELDS} ^ {*pins})
    if wrong:
        return f"the pins are not those of a plan: {', '.join(map(repr, wrong[:8]))}"
    bad = [field for field in FIELDS if not is_digest(pins[field])]
    return f"the pins of {', '.join(bad)} are no digests" if bad else ""
