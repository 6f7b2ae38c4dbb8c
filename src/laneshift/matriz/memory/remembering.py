"""What MATRIZ remembers of a repository: what its modules say of themselves, and what went wrong before.

It is kept in an index of its own, by what each file holds: a new tree costs only the files that changed, and a learning
that was cut off goes on where it ended.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock, Thread

from laneshift.code.facts import Facts
from laneshift.errors import LaneshiftError, Refused
from laneshift.matriz.ground import Ground
from laneshift.matriz.knowledge import Batches, Remembered
from laneshift.matriz.memory.indexes import Indexes
from laneshift.matriz.memory.model import OWN, Given, Metadata
from laneshift.matriz.telling.batches import explained

MODULE, FAILURE = "module", "failure"
_CALL = 32
"""Things that are learnt at once: a third of a second, so that whoever asks in the midst of it does not wait long."""
_MOST_FAILURES = 200
_MOST_NAMES = 40
_SHOWN, _LONGEST = 300, 4_000
_LONGEST_ID = 200
_log = logging.getLogger("laneshift.matriz")


@dataclass(frozen=True, slots=True)
class Thing:
    """Something to remember. `version` changes with it; `path` is that of a file of the repository."""

    kind: str
    key: str
    version: str
    path: str
    text: str
    told: str

    @property
    def id(self) -> str:
        """As the index has it: readable where it fits."""
        name = f"{self.kind}:{self.key}"
        fits = len(name) <= _LONGEST_ID and name.isprintable()
        return name if fits else f"{self.kind}:sha256:{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()}"

    @property
    def metadata(self) -> Metadata:
        """What is kept beside the vector."""
        return {"kind": self.kind, "version": self.version, "path": self.path, "told": self.told}


@dataclass(frozen=True, slots=True)
class Learnt:
    """How many things were put in, since they are new or other than before, and how many taken out."""

    put: int
    gone: int


class Remembering:
    """The memory of one repository, as the port `Memory` says.

    Asked about a tree that it has not learnt, it learns that one in a thread of its own, and answers meanwhile from
    what it has. `give_way` waits, before each part of that, while others need the processor.
    """

    def __init__(
        self,
        indexes: Indexes,
        ground: Callable[[], Ground],
        batches: Batches | None = None,
        give_way: Callable[[], object] = bool,
    ) -> None:
        self._indexes = indexes
        self._ground = ground
        self._batches = batches
        self._give_way = give_way
        self.name = f"{OWN}.repository.{indexes.embedder.model}"
        self._turn = Lock()
        self._learning: Thread | None = None
        self._learnt = ""

    def near(self, text: str, k: int) -> Sequence[Remembered]:
        """As the port says."""
        self.refresh()
        try:
            found = self._indexes.search(self.name, text=text, k=4 * k)
        except Refused as error:
            if error.code in ("index.unknown", "index.bad-vectors"):
                return ()
            raise
        best: dict[str, Remembered] = {}
        for hit in found.hits:
            path, told = str(hit.metadata["path"]), str(hit.metadata["told"])
            best.setdefault(path, Remembered(path, told, max(0.0, min(1.0, hit.score))))
        return tuple(best.values())[:k]

    def is_learning(self) -> bool:
        """As the port says."""
        with self._turn:
            return self._learning is not None

    def refresh(self) -> Thread | None:
        """Begin to learn the tree that there is now, unless it is known or being learnt; the thread that does."""
        with self._turn:
            if self._learning is None and self._ground().tree.oid != self._learnt:
                self._learning = Thread(target=self._learn_beside, name="matriz-memory", daemon=True)
                self._learning.start()
            return self._learning

    def learn(self) -> Learnt:
        """Make the index that of the tree that there is now. Raises what reading the tree and the index do."""
        ground = self._ground()
        things = [*modules(ground), *failures(self._batches)]
        known = self._known()
        fresh = [thing for thing in things if known.pop(thing.id, "") != thing.version]
        for start in range(0, len(fresh), _CALL):
            self._give_way()
            given = [Given(each.id, text=each.text, metadata=each.metadata) for each in fresh[start : start + _CALL]]
            self._indexes.upsert(self.name, given)
        for id_ in known:
            self._forget(id_)
        self._learnt = ground.tree.oid
        return Learnt(len(fresh), len(known))

    def _learn_beside(self) -> None:
        try:
            self._give_way()
            self.learn()
        except LaneshiftError as error:
            # Memory is a help: whoever asked is answered without it, and the next question tries again.
            _log.warning("the repository could not be remembered: %s [%s]", error.what, error.code)
        finally:
            with self._turn:
                self._learning = None

    def _known(self) -> dict[str, str]:
        """The version of everything that is remembered, by id."""
        try:
            self._indexes.create(self.name, "cosine", self._indexes.embedder.dimension, shared=True)
        except Refused as error:
            if error.code != "index.exists":
                raise
        return {id_: str(metadata["version"]) for id_, metadata in self._indexes.contents(self.name)}

    def _forget(self, id_: str) -> None:
        try:
            self._indexes.delete_vector(self.name, id_)
        except Refused as error:
            # Another process that learnt the same tree was first.
            if error.code != "index.no-vector":
                raise


def modules(ground: Ground) -> Iterable[Thing]:
    """Each module of a tree by its name, its docstring and what it defines."""
    for path, entry in ground.tree.entries.items():
        if path.endswith(".py"):
            facts = ground.facts(path)
            text, told = said(path, facts)
            yield Thing(MODULE, path, entry.oid, path, text, told)


def said(path: str, facts: Facts) -> tuple[str, str]:
    """What a module says of itself, for a model to read, and in one line for people."""
    docstring = " ".join((facts.docstring or "").split())
    names = [symbol.name for symbol in facts.symbols if symbol.is_public][:_MOST_NAMES]
    words = path.removesuffix(".py").removesuffix("/__init__").replace("/", " ").replace("_", " ")
    text = f"{words}. {docstring} {', '.join(names)}"[:_LONGEST]
    told = docstring or (f"defines {', '.join(names)}" if names else "says nothing of itself")
    return text, told[:_SHOWN]


def failures(batches: Batches | None) -> Iterable[Thing]:
    """The items that want attention, newest batches first, with the reason as it is told."""
    wanting = [] if batches is None else [item for item in batches.items() if item.needs_attention][:_MOST_FAILURES]
    for item in wanting:
        failure = batches.failure(item) if batches is not None else None
        if failure is not None:
            told = explained(failure)
            version = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()
            text = f"{item.module} failed. {told}"[:_LONGEST]
            yield Thing(FAILURE, f"{item.plan}/{item.id}", version, failure.path or item.src, text, told[:_SHOWN])
