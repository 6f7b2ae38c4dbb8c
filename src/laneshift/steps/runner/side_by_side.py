"""Several pieces of work at once, each in a thread of its own, until all of them have ended."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from threading import Thread
from typing import TypeVar

Result = TypeVar("Result")


def side_by_side(count: int, work: Callable[[int], Result]) -> list[Result]:
    """`work(0)` to `work(count - 1)` at once; their results in that order.

    Raises what the first of them raised, after all have ended: none goes on in a place that its caller takes for free.
    The threads do not keep an interrupted process alive.
    """
    results: dict[int, Result] = {}
    errors: dict[int, BaseException] = {}

    def one(number: int) -> None:
        try:
            results[number] = work(number)
        except BaseException as error:  # noqa: BLE001 - raised again below, in the thread that waits
            errors[number] = error

    threads = [
        Thread(target=copy_context().run, args=(one, number), name=f"side-{number}", daemon=True)
        for number in range(count)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[min(errors)]
    return [results[number] for number in range(count)]
