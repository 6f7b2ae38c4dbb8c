"""What a person names as the scenario of a dream: a file, a plan, or a question in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from laneshift.errors import Refused
from laneshift.runs.batch import MAX_BYTES
from laneshift.runs.dreaming.asking import Asked, Constraints, asked_in, asked_of
from laneshift.runs.dreaming.scene import Wish, wish_of, wish_of_batch, wish_of_plan
from laneshift.runs.workshop import Workshop

_BATCHES = frozenset({".tsv", ".toml"})


@dataclass(frozen=True)
class Told:
    """A wish and how it is to be dreamt. `file` is a batch that could be planned as it is, empty for none."""

    wish: Wish
    paths: int
    depth: int
    seed: int
    constraints: Constraints
    file: str = ""


def ask(
    shop: Workshop, what: str, rev: str, numbers: Mapping[str, int | None], read: tuple[str, bytes] | None = None
) -> Told:
    """What `what` names: a question where it has spaces and is no file, a file by what is in it, else a plan.

    `rev` is the commit to dream on, "" for the one that is checked out. `numbers` that are not None stand before those
    of a scenario. `read` is the name and the bytes of a file that was read already, as standard input.

    Raises `Refused`: `dream.bad-request` with every fault, `dream.unreadable`, `dream.has-a-base`.
    """
    file = Path(what)
    if read is not None:
        return _of_data(shop, *read, rev or "HEAD", numbers)
    if _is_file(file):
        return _of_file(shop, file, rev or "HEAD", numbers)
    if len(what.split()) > 1:
        given = {name: value for name, value in numbers.items() if value is not None}
        asked = asked_of({"scenario": what, **given}, "dream")
        return _told(wish_of(shop.repository, asked, rev or "HEAD"), asked, {})
    if rev:
        raise Refused("dream.has-a-base", "a plan has a base of its own", cure="leave --base out, or name a batch file")
    return _told(wish_of_plan(shop.repository, shop.plans.load(what)), Asked(), numbers)


def _of_file(shop: Workshop, file: Path, rev: str, numbers: Mapping[str, int | None]) -> Told:
    data = _read(file)
    if file.suffix not in _BATCHES and "schema" in _keys(data):
        return _told(wish_of_plan(shop.repository, shop.plans.load(str(file))), Asked(), numbers)
    return _of_data(shop, str(file), data, rev, numbers)


def _of_data(shop: Workshop, file: str, data: bytes, rev: str, numbers: Mapping[str, int | None]) -> Told:
    """A batch by the ending of `file`, or where it lists items or has no ending and is no JSON; else a scenario."""
    suffix = Path(file).suffix
    plain = not suffix and not data.lstrip().startswith(b"{")
    if suffix in _BATCHES or plain or "items" in _keys(data):
        return _told(wish_of_batch(shop.repository, file, data, rev), Asked(), numbers, file)
    asked = asked_in(data, file)
    return _told(wish_of(shop.repository, asked, rev), asked, numbers)


def _told(wish: Wish, asked: Asked, numbers: Mapping[str, int | None], file: str = "") -> Told:
    own = {"num_paths": asked.num_paths, "depth": asked.depth, "seed": asked.seed}
    own |= {name: value for name, value in numbers.items() if value is not None}
    return Told(wish, own["num_paths"], own["depth"], own["seed"], asked.constraints, file)


def _keys(data: bytes) -> frozenset[str]:
    """The keys of a JSON object; none for anything else, which is then told by whoever reads it."""
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError):
        return frozenset()
    return frozenset(plain) if isinstance(plain, dict) else frozenset()


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise Refused("dream.unreadable", "this file cannot be read", where=str(file), why=str(error)) from error
