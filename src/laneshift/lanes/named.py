"""What resolving imports asks of a tree, whoever has surveyed it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol


class Named(Protocol):
    """The modules of a tree by dotted name, its packages, and the package that a path lies in."""

    @property
    def by_name(self) -> Mapping[str, str]: ...

    @property
    def packages(self) -> Collection[str]: ...

    def package_of(self, path: str, /) -> str: ...


class Holding(Protocol):
    """Modules, and whether folders alone may hold a name."""

    @property
    def modules(self) -> Named: ...

    def may_hold(self, top: str, /) -> bool: ...
