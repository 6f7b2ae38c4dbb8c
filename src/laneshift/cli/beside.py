"""Something that waits for other processes most of the time, done in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Generic, Self, TypeVar

T = TypeVar("T")


class Beside(Generic[T]):
    """A call that goes on while its `with` block does; the block ends no sooner than the call."""

    def __init__(self, call: Callable[[], T]) -> None:
        self._call = call
        self._came: list[T] = []
        self._failed: BaseException | None = None
        self._thread = Thread(target=self._run, name="beside")

    def __enter__(self) -> Self:
        """The call, begun."""
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        """Wait for its end."""
        self._thread.join()

    def result(self) -> T:
        """Wait for what it gives. Raises what it raised."""
        self._thread.join()
        if self._failed is not None:
            raise self._failed
        return self._came[0]

    def _run(self) -> None:
        try:
            self._came.append(self._call())
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised where the result is asked for
            self._failed = error
