"""As `contextlib.suppress`, for a process that would load nothing else of `contextlib`."""

from __future__ import annotations


class Ignoring:
    """Errors of this kind end the block and go no further."""

    def __init__(self, kind: type[BaseException]) -> None:
        self._kind = kind

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> bool:
        return kind is not None and issubclass(kind, self._kind)
