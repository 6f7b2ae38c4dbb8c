"""The tree that questions are about: that of HEAD, read in the background and kept while it is HEAD's."""

from __future__ import annotations

import asyncio
from threading import Condition, Thread

from laneshift.errors import Bug, LaneshiftError
from laneshift.matriz.ground import Ground
from laneshift.repo.objects import Repository
from laneshift.runs.events import Event
from laneshift.runs.workshop import Workshop

_PATIENCE = 0.06
"""Seconds that a question waits for a new tree to be read: small repositories, and small changes, are read by then."""


class Grounds:
    """Warm trees of one repository. Safe to share among threads and event loops."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop
        self._made: Ground | None = None
        self._wanted = ""
        self._reader: Thread | None = None
        self._changed = Condition()

    def current(self) -> Ground:
        """The last tree that was read. Raises `Bug` before `ready` said that there is one."""
        if self._made is None:
            raise Bug("matriz.not-read", "no tree was read yet")
        return self._made

    async def ready(self) -> bool:
        """Whether the tree of HEAD is read, after a moment of waiting. Reading begins where it has not."""
        return self._is_new() or await asyncio.to_thread(self.wait, _PATIENCE)

    def wait(self, seconds: float | None = None) -> bool:
        """Read the tree of HEAD, and wait for that at most so many seconds; None waits to the end."""
        with self._changed:
            self._begin()
            return self._changed.wait_for(self._is_settled, seconds) and self._is_new()

    def _is_new(self) -> bool:
        return self._made is not None and self._made.tree.oid == self._shop.repository.tree("HEAD").oid

    def _is_settled(self) -> bool:
        return self._reader is None

    def _begin(self) -> None:
        """Start reading unless that goes on, or nothing is new. The lock is held."""
        if self._reader is None and not self._is_new():
            self._reader = Thread(target=self._read, name="laneshift-matriz-ground", daemon=True)
            self._reader.start()

    def _read(self) -> None:
        made: Ground | None = None
        try:
            made = _warm(self._shop, self._made)
        except LaneshiftError as error:
            self._shop.report(Event("matriz", f"the repository cannot be read: {error.what}"))
        finally:
            with self._changed:
                self._made = made or self._made
                self._reader = None
                self._changed.notify_all()


def _warm(shop: Workshop, before: Ground | None) -> Ground:
    repository: Repository = shop.repository
    commit = repository.commit_id("HEAD")
    tree = repository.tree(commit)
    shop.index.refresh(tree)
    return Ground(tree, shop.index, commit, before).warm()
