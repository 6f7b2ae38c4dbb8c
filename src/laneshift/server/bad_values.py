"""What is wrong with the values of a request, by the places that its sender wrote. Pure.

A value that may be of several shapes is held against each, and every shape has faults of its own, at places that are
named for the shape. Told are those of the shape that was meant: the one that fits the deepest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

MOST = 20
"""So many are told at most: a list of thousands may have thousands."""

_ENDLESS = 1 << 30
_SHAPES = ("_type", "_parsing")
_NO_SUCH = ("literal_error", "union_tag_invalid", "union_tag_not_found")


class Wrong(NamedTuple):
    """One fault: the keys and numbers that lead to its value, its kind, and what is wrong, in words."""

    path: tuple[str | int, ...]
    kind: str
    what: str

    @property
    def where(self) -> str:
        """The place as a client writes it, such as `messages.0.role`; empty for the whole."""
        return ".".join(map(str, self.path))


def meant(found: Sequence[Mapping[str, Any]], body: object) -> list[Wrong]:
    """The faults of `found` (pydantic's, without what comes before the body) that fit what `body` was meant to be."""
    sifted = _sifted([Wrong(tuple(each["loc"]), str(each["type"]), str(each["msg"])) for each in found], body)
    return list({(each.path, each.what): each for each in sifted}.values())[:MOST]


def _sifted(found: Sequence[Wrong], value: object) -> list[Wrong]:
    here = [each for each in found if not each.path]
    shapes: list[list[Wrong]] = []
    for first, inner in _by_first(found):
        if _is_place(first, inner, value):
            below = _sifted(inner, _at(value, first))
            here += [each._replace(path=(first, *each.path)) for each in below]
        else:
            shapes.append(_sifted(inner, value))
    best = max(map(_fit, shapes), default=(0, 0))
    return here + [each for shape in shapes if _fit(shape) == best for each in shape]


def _by_first(found: Sequence[Wrong]) -> Iterator[tuple[str | int, list[Wrong]]]:
    groups: dict[str | int, list[Wrong]] = {}
    for each in found:
        if each.path:
            groups.setdefault(each.path[0], []).append(each._replace(path=each.path[1:]))
    yield from groups.items()


def _is_place(first: str | int, inner: Sequence[Wrong], value: object) -> bool:
    """Whether this is a key or a number of the value, and not the name of a shape."""
    if isinstance(first, int) or (isinstance(value, Mapping) and first in value):
        return True
    return any(not each.path and each.kind == "missing" for each in inner)


def _at(value: object, place: str | int) -> object:
    if isinstance(value, Mapping):
        return value.get(place)
    if isinstance(value, Sequence) and isinstance(place, int) and place < len(value):
        return value[place]
    return None


def _fit(shape: Sequence[Wrong]) -> tuple[int, int]:
    """How deep a value is of this shape before it is of another, and in how few places it is."""
    other = [len(each.path) for each in shape if each.kind.endswith(_SHAPES) or each.kind in _NO_SUCH]
    return min(other, default=_ENDLESS), -len(other)
