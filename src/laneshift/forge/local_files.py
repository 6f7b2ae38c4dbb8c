"""Records of one kind as files of a folder: one JSON file each, named by its key, written whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from laneshift.errors import CheckFailed, Refused
from laneshift.evidence.atomic import write_whole
from laneshift.evidence.canonical import Json, canonical, parse

_KEY = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,118}[a-z0-9])?")


class Numbered(Protocol):
    """What can be kept: a frozen record with a key and a number."""

    @property
    def key(self) -> str:
        """Its name."""
        ...

    @property
    def number(self) -> int:
        """Its number, from 1."""
        ...


T = TypeVar("T", bound=Numbered)


class Files(Generic[T]):
    """The records of `folder`. `fields` are the names of their fields with the type of each, `what` one of them."""

    def __init__(self, folder: Path, record: type[T], fields: Mapping[str, type], what: str) -> None:
        self._folder = folder
        self._record: Any = record
        self._fields = dict(fields)
        self._what = what

    def get(self, key: str) -> T | None:
        """The record with this key. Raises `Refused` (`forge.bad-key`), `CheckFailed` for a file that is none."""
        path = self._path(key)
        return self._read(path) if path.exists() else None

    def next_number(self) -> int:
        """A number that no record has. Raises `CheckFailed` as `all` does."""
        return max((each.number for each in self.all()), default=0) + 1

    def write(self, record: T) -> None:
        """Have this record in place of the one with its key. Raises as `get` does."""
        path = self._path(record.key)
        self._folder.mkdir(parents=True, exist_ok=True)
        plain: Any = record
        write_whole(path, canonical(asdict(plain)) + b"\n", durable=True)

    def all(self) -> list[T]:
        """Every record, by number. Raises `CheckFailed` (`forge.damaged`) for a file that is none."""
        return sorted(self._found(), key=lambda record: record.number)

    def _found(self) -> Iterator[T]:
        if self._folder.is_dir():
            yield from (self._read(path) for path in sorted(self._folder.glob("*.json")))

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise Refused("forge.bad-key", f"{key!r} cannot name {self._what}", where="key")
        return self._folder / f"{key}.json"

    def _read(self, path: Path) -> T:
        try:
            held: Json = parse(path.read_bytes())
            if not isinstance(held, dict) or held.keys() != self._fields.keys():
                raise self._damaged(path, f"its fields are not those of {self._what}")
        except (OSError, ValueError) as error:
            raise self._damaged(path, str(error)) from error
        if not all(type(held[name]) is kind for name, kind in self._fields.items()):
            raise self._damaged(path, "a field is of another kind")
        record: T = self._record(**held)
        return record

    def _damaged(self, path: Path, why: str) -> CheckFailed:
        what = f"{self._what} of this repository cannot be read"
        return CheckFailed("forge.damaged", what, where=str(path), why=why, cure="move the file away, or put it back")
