"""Names are held for as long as requests are at work: all of them, and none that has ended."""

from __future__ import annotations

import asyncio

from laneshift.server.limits.holding import Holding
from laneshift.server.limits.quotas import StoreGone

PAUSE = 0.001


class Store:
    """Notes who held what. `gone` names are held by nobody: the store does not answer for them."""

    def __init__(self, gone: frozenset[str] = frozenset()) -> None:
        self.held: list[tuple[str, str]] = []
        self._gone = gone
        self._more = asyncio.Event()

    async def hold(self, name: str, token: str) -> None:
        self.held.append((name, token))
        self._more.set()
        if name in self._gone:
            raise StoreGone("gone")

    async def until(self, *wanted: tuple[str, str]) -> None:
        """Until each was held since this was asked."""
        self.held.clear()
        while not set(wanted) <= set(self.held):
            self._more.clear()
            await self._more.wait()


def test_all_that_are_at_work_are_held_again_and_again_also_while_the_store_is_gone() -> None:
    async def story() -> None:
        store = Store(gone=frozenset({"a"}))
        holding = Holding(store.hold, PAUSE)
        holding.add("a", "1")
        holding.add("b", "2")
        for _ in range(2):
            await store.until(("a", "1"), ("b", "2"))
        # Who lost a name and took it again holds it under another token.
        holding.add("a", "3")
        holding.drop("2")
        await store.until(("a", "1"), ("a", "3"))
        await store.until(("a", "1"), ("a", "3"))
        assert ("b", "2") not in store.held
        holding.drop("1")
        holding.drop("3")

    asyncio.run(story())


def test_nothing_is_left_to_do_once_all_have_ended() -> None:
    async def story() -> None:
        store = Store()
        holding = Holding(store.hold, PAUSE)
        holding.add("a", "1")
        await store.until(("a", "1"))
        holding.drop("1")
        while holding._due is not None:
            await asyncio.sleep(PAUSE)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        holding.add("b", "2")
        await store.until(("b", "2"))
        holding.drop("2")

    asyncio.run(story())


def test_names_are_held_in_a_loop_that_comes_after_another() -> None:
    store: list[str] = []

    async def hold(name: str, token: str) -> None:
        store.append(name + token)

    holding = Holding(hold, PAUSE)

    async def first() -> None:
        holding.add("a", "1")
        holding.drop("1")

    async def second() -> None:
        holding.add("b", "2")
        while "b2" not in store:
            await asyncio.sleep(PAUSE)
        holding.drop("2")

    asyncio.run(first())
    asyncio.run(second())
    assert "a1" not in store
