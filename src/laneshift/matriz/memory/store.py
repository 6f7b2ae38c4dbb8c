"""Indexes and their vectors, as rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from laneshift.errors import Refused
from laneshift.matriz.memory.blocks import ROWS, Change
from laneshift.matriz.memory.database import VectorRows
from laneshift.matriz.memory.model import MOST_INDEXES, MOST_VECTORS, OWN, About, Metadata, Metric, unknown
from laneshift.matriz.memory.tables import INDEXES, VECTORS

_SLOT = [VECTORS.c.slot, VECTORS.c.id, VECTORS.c.vector, VECTORS.c.about]


@dataclass(frozen=True, slots=True)
class Written:
    """One vector on its way in: 32 bit numbers, the lowest byte first."""

    id: str
    vector: bytes
    metadata: Metadata


class VectorStore:
    """The rows of one repository. Safe for threads and processes; each change is one transaction and one version."""

    def __init__(self, rows: VectorRows) -> None:
        self._rows = rows
        self._mine = INDEXES.c.repository == rows.repository

    def create(self, about: About) -> None:
        """Keep a new index. Raises `Refused`: `index.exists`, `index.too-many-indexes`."""
        with self._rows.writing() as connection:
            self._rows.alone(connection)
            if self._found(connection, about.name) is not None:
                raise Refused("index.exists", f"there is an index {about.name!r} already", where="name")
            owned = sa.select(sa.func.count()).where(self._mine, INDEXES.c.owner == about.owner)
            if about.owner != OWN and connection.execute(owned).scalar_one() >= MOST_INDEXES:
                raise Refused("index.too-many-indexes", f"one may own {MOST_INDEXES} indexes", cure="delete one")
            values = {**asdict(about), "metric": about.metric.value, "repository": self._rows.repository}
            connection.execute(sa.insert(INDEXES).values(values))

    def about(self, name: str) -> About:
        """One index. Raises `Refused` (`index.unknown`)."""
        with self._rows.reading() as connection:
            found = self._found(connection, name)
        if found is None:
            raise unknown(name)
        return found

    def every(self, reader: str | None, after: str, most: int) -> list[About]:
        """By name, those behind `after` that `reader` may read; all for None."""
        wanted = sa.select(INDEXES).where(self._mine, INDEXES.c.name > after).order_by(INDEXES.c.name).limit(most)
        if reader is not None:
            wanted = wanted.where(sa.or_(INDEXES.c.owner == reader, INDEXES.c.shared))
        with self._rows.reading() as connection:
            return [_about(row) for row in connection.execute(wanted)]

    def delete(self, about: About) -> None:
        """Forget an index and its vectors. Raises `Refused` (`index.unknown`) where somebody else did."""
        with self._rows.writing() as connection:
            self._locked(connection, about)
            connection.execute(sa.delete(VECTORS).where(VECTORS.c.serial == about.serial))
            connection.execute(sa.delete(INDEXES).where(INDEXES.c.serial == about.serial))

    def upsert(self, about: About, given: Sequence[Written]) -> tuple[int, int]:
        """Put vectors in, all or none; how many are new, and how many took the place of one with their id.

        Raises `Refused`: `index.unknown` where the index is gone, `index.full`.
        """
        with self._rows.writing() as connection:
            now = self._locked(connection, about)
            here = VECTORS.c.serial == about.serial
            known = sa.select(VECTORS.c.id, VECTORS.c.slot).where(here, VECTORS.c.id.in_([each.id for each in given]))
            places = {str(row[0]): int(row[1]) for row in connection.execute(known)}
            new = [each for each in given if each.id not in places]
            if now.count + len(new) > MOST_VECTORS:
                what = f"an index has at most {MOST_VECTORS:,} vectors, this one has {now.count:,}"
                raise Refused("index.full", what, cure="delete some, or use another index")
            free = sa.select(VECTORS.c.slot).where(here, VECTORS.c.id.is_(None)).order_by(VECTORS.c.slot)
            freed = [int(row[0]) for row in connection.execute(free.limit(len(new)))] if new else []
            places |= {each.id: slot for each, slot in zip(new, freed, strict=False)}
            version, fresh = now.version + 1, new[len(freed) :]
            kept = [(places[each.id], each) for each in given if each.id in places]
            _overwrite(connection, about.serial, version, kept)
            _append(connection, about.serial, version, now.slots, fresh)
            counted = {"count": now.count + len(new), "slots": now.slots + len(fresh)}
            connection.execute(_to(about.serial, version=version, **counted))
        return len(new), len(given) - len(new)

    def remove(self, about: About, id_: str) -> bool:
        """Forget one vector; whether it was there. Raises `Refused` (`index.unknown`) where the index is gone."""
        with self._rows.writing() as connection:
            now = self._locked(connection, about)
            version = now.version + 1
            gone = {"id": None, "vector": None, "about": None, "changed": version}
            there = sa.update(VECTORS).where(VECTORS.c.serial == about.serial, VECTORS.c.id == id_).values(gone)
            if not connection.execute(there).rowcount:
                return False
            connection.execute(_to(about.serial, version=version, count=now.count - 1))
        return True

    def one(self, about: About, id_: str) -> Change | None:
        """One vector, None where there is none of this id."""
        wanted = sa.select(*_SLOT).where(VECTORS.c.serial == about.serial, VECTORS.c.id == id_)
        with self._rows.reading() as connection:
            row = connection.execute(wanted).first()
        return None if row is None else _change(row)

    @contextmanager
    def since(self, about: About, version: int) -> Iterator[tuple[int, Iterator[list[Change]]]]:
        """The version that there is now, and what changed after `version`, as many at a time as a block has.

        After version 0 these are all slots, in their order. Raises `Refused` (`index.unknown`).
        """
        here = VECTORS.c.serial == about.serial
        wanted = sa.select(*_SLOT).where(here, VECTORS.c.changed > version)
        if version == 0:
            wanted = sa.select(*_SLOT).where(here).order_by(VECTORS.c.slot)
        with self._rows.reading() as connection:
            now = connection.execute(sa.select(INDEXES.c.version).where(INDEXES.c.serial == about.serial)).scalar()
            if now is None:
                raise unknown(about.name)
            found = connection.execution_options(yield_per=ROWS).execute(wanted)
            yield int(now), ([_change(row) for row in rows] for rows in found.partitions())

    def close(self) -> None:
        """Let go of the database."""
        self._rows.close()

    def _found(self, connection: sa.Connection, name: str) -> About | None:
        row = connection.execute(sa.select(INDEXES).where(self._mine, INDEXES.c.name == name)).first()
        return None if row is None else _about(row)

    def _locked(self, connection: sa.Connection, about: About) -> About:
        """The index as it is now, and as nobody else changes it before this transaction ends."""
        wanted = sa.select(INDEXES).where(INDEXES.c.serial == about.serial).with_for_update()
        row = connection.execute(wanted).first()
        if row is None:
            raise unknown(about.name)
        return _about(row)


def _overwrite(connection: sa.Connection, serial: str, version: int, given: Sequence[tuple[int, Written]]) -> None:
    if given:
        here = sa.and_(VECTORS.c.serial == serial, VECTORS.c.slot == sa.bindparam("at"))
        written: dict[str, Any] = {name: sa.bindparam(f"to_{name}") for name in ("id", "vector", "about")}
        told = [{"at": slot, **{f"to_{name}": value for name, value in _values(each).items()}} for slot, each in given]
        connection.execute(sa.update(VECTORS).where(here).values(**written, changed=version), told)


def _append(connection: sa.Connection, serial: str, version: int, slot: int, given: Sequence[Written]) -> None:
    if given:
        rows = [{"serial": serial, "slot": slot + at, **_values(each)} for at, each in enumerate(given)]
        connection.execute(sa.insert(VECTORS).values(changed=version), rows)


def _values(written: Written) -> dict[str, Any]:
    return {"id": written.id, "vector": written.vector, "about": json.dumps(dict(written.metadata))}


def _to(serial: str, **values: int) -> sa.Update:
    return sa.update(INDEXES).where(INDEXES.c.serial == serial).values(values)


def _about(row: sa.Row[Any]) -> About:
    told = row._asdict()
    told.pop("repository")
    return About(**{**told, "metric": Metric(told["metric"]), "shared": bool(told["shared"])})


def _change(row: sa.Row[Any]) -> Change:
    slot, id_, vector, metadata = tuple(row)
    return Change(int(slot), id_, bytes(vector or b""), metadata or "{}")
