"""Indexes: vectors with metadata under names, and what is near to one. The door for everybody else.

An index belongs to whoever made it. Others read it where it is shared, and nobody else writes to it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from laneshift.errors import Fault, Refused
from laneshift.matriz.embedding.port import Embedder, Vectors, cut_short
from laneshift.matriz.memory import checking
from laneshift.matriz.memory.blocks import Aim
from laneshift.matriz.memory.filtering import parse
from laneshift.matriz.memory.holding import Holding
from laneshift.matriz.memory.model import (
    OWN,
    About,
    Found,
    Given,
    Metadata,
    Metric,
    Stored,
    Upserted,
    denied,
    unknown,
)
from laneshift.matriz.memory.near import refuse_without
from laneshift.matriz.memory.store import VectorStore, Written

MEMORY = 512 * 2**20
"""Bytes that vectors take in one process, at most; the ones of larger indexes are read from the disk."""
_LISTED = 1_000


class Indexes:
    """The indexes of one repository. Safe for threads and processes; all errors are `Refused` with codes `index.*`.

    `by` is who asks: the id of a principal, or `OWN` for MATRIZ itself, which may read everything.
    """

    def __init__(
        self, store: VectorStore, embedder: Embedder, *, memory: int = MEMORY, now: Callable[[], float] = time.time
    ) -> None:
        self.embedder = embedder
        self._store = store
        self._holding = Holding(store, memory)
        self._now = now

    def create(self, name: str, metric: str, dimension: int, *, by: str = OWN, shared: bool = False) -> About:
        """A new index, for texts too where the embedder's vectors have that dimension.

        Raises `Refused`: `index.bad-name`, `index.bad-metric`, `index.bad-dimension` (all faults at once, by the code
        of the first), `index.reserved`, `index.exists`, `index.too-many-indexes`.
        """
        faults = checking.index_faults(name, metric, dimension)
        checking.refuse(faults[0].code if faults else "", faults)
        if checking.reserved(name) and by != OWN:
            raise Refused("index.reserved", f"names that begin with {OWN} are MATRIZ's own", where="name")
        about = About(
            name=name,
            metric=Metric(metric),
            dimension=dimension,
            owner=by,
            shared=shared,
            model=self.embedder.model if dimension == self.embedder.dimension else "",
            made=int(self._now()),
            serial=secrets.token_hex(16),
        )
        self._store.create(about)
        return about

    def list(self, *, by: str = OWN, after: str = "", most: int = _LISTED) -> Sequence[About]:
        """Those that one may read, by name, behind the name `after`."""
        # What no name has is no place in their order either, and not all databases take it.
        behind = after if after.isprintable() else ""
        return self._store.every(None if by == OWN else by, behind, most)

    def get(self, name: str, *, by: str = OWN) -> About:
        """One index. Raises `Refused`: `index.unknown`, `index.denied`."""
        if not checking.is_name(name):
            raise unknown(name[:200])
        about = self._store.about(name)
        if by not in (about.owner, OWN) and not about.shared:
            raise denied(name, "read")
        return about

    def delete(self, name: str, *, by: str = OWN) -> None:
        """Forget an index and all that is in it. Raises as `get` does."""
        about = self._own(name, by)
        self._store.delete(about)
        self._holding.forget(about)

    def upsert(self, name: str, vectors: Sequence[Given], *, by: str = OWN) -> Upserted:
        """Put 1 to 1,000 vectors in, each in the place of the one with its id: all of them or none.

        Raises `Refused`: `index.bad-vectors` with all that is wrong with them, `index.no-text` and `index.other-model`
        for texts that cannot be embedded for this index, `index.full`, and as `get` does.
        """
        about = self._own(name, by)
        checking.refuse("index.bad-vectors", checking.given_faults(vectors, about.metric, about.dimension))
        rows, short = self._rows(about, vectors)
        written = [
            Written(each.id, row.astype("<f4").tobytes(), each.metadata)
            for each, row in zip(vectors, rows, strict=True)
        ]
        inserted, updated = self._store.upsert(about, written)
        return Upserted(inserted, updated, short)

    def vector(self, name: str, id_: str, *, by: str = OWN) -> Stored:
        """One vector. Raises `Refused` (`index.no-vector`), and as `get` does."""
        about = self.get(name, by=by)
        found = self._store.one(about, id_) if checking.is_id(id_) else None
        if found is None:
            raise _no_vector(name, id_)
        values = np.frombuffer(found.vector, dtype="<f4").tolist()
        return Stored(id_, tuple(values), found.told)

    def contents(self, name: str, *, by: str = OWN) -> Iterator[tuple[str, Metadata]]:
        """Every id with its metadata. Raises as `get` does."""
        with self._store.since(self.get(name, by=by), 0) as (_, batches):
            for batch in batches:
                yield from ((each.id, each.told) for each in batch if each.id is not None)

    def delete_vector(self, name: str, id_: str, *, by: str = OWN) -> None:
        """Forget one vector. Raises as `vector` does."""
        about = self._own(name, by)
        if not checking.is_id(id_) or not self._store.remove(about, id_):
            raise _no_vector(name, id_)

    def search(
        self,
        name: str,
        *,
        vector: Sequence[float] | None = None,
        text: str | None = None,
        k: int = 10,
        filter: Mapping[str, Any] | None = None,  # noqa: A002 - what callers and the HTTP route call it
        approximate: bool = False,
        by: str = OWN,
    ) -> Found:
        """The `k` nearest to a vector or a text, of those that `filter` lets through (see `filtering`).

        Exactly, unless `approximate` is asked for, and what was found says which. Raises `Refused`: `index.bad-query`,
        `index.bad-filter`, `index.bad-vectors`, `index.no-approximate`, those for texts of `upsert`, and as `get` does.
        """
        about = self.get(name, by=by)
        checking.refuse_bad_count(k)
        wanted = parse(filter)
        if (vector is None) == (text is None):
            raise Refused("index.bad-query", "either a vector or a text is looked for", where="vector")
        asked = [Given("query", vector, text)]
        faults = checking.given_faults(asked, about.metric, about.dimension)
        checking.refuse("index.bad-vectors", [_of_query(fault) for fault in faults])
        rows, short = self._rows(about, asked)
        aim = Aim.at(rows[0], about.metric)
        hits = None
        if approximate:
            refuse_without()
            hits = self._holding.about(about, aim, k, wanted)
        exact = hits is None
        found = hits if hits is not None else self._holding.exactly(about, aim, k, wanted)
        return Found(tuple(found), exact, about.version, bool(short))

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()

    def _own(self, name: str, by: str) -> About:
        about = self.get(name, by=by)
        if by != about.owner:
            raise denied(name, "change")
        return about

    def _rows(self, about: About, vectors: Sequence[Given]) -> tuple[Vectors, tuple[str, ...]]:
        """As 32 bit numbers, and the ids of those of whose text only the beginning was read."""
        rows = np.zeros((len(vectors), about.dimension), dtype=np.float32)
        at = [place for place, each in enumerate(vectors) if each.text is not None]
        texts = [each.text for each in vectors if each.text is not None]
        if texts:
            self._refuse_texts(about)
            rows[at] = self.embedder.embed(texts)
        plain = [place for place, each in enumerate(vectors) if each.values is not None]
        if plain:
            rows[plain] = checking.rows_of(each.values for each in vectors if each.values is not None)
        short = cut_short(self.embedder, texts) if texts else ()
        return rows, tuple(vectors[at[place]].id for place in short)

    def _refuse_texts(self, about: About) -> None:
        if not about.model:
            what = f"the index {about.name!r} has vectors of {about.dimension}, not of a model of this server"
            cure = f"give vectors, or make an index of dimension {self.embedder.dimension}"
            raise Refused("index.no-text", what, where="text", cure=cure)
        if about.model != self.embedder.model:
            what = f"the texts of {about.name!r} were embedded by {about.model}, here is {self.embedder.model}"
            raise Refused(
                "index.other-model", what, where="text", cure="make another index, and put the texts in again"
            )


def _of_query(fault: Fault) -> Fault:
    return Fault(fault.code, fault.where.removeprefix("vectors.0.").replace("values", "vector"), fault.what)


def _no_vector(name: str, id_: str) -> Refused:
    return Refused("index.no-vector", f"there is no {id_[:200]!r} in the index {name!r}", where="id")
