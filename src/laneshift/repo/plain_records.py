"""Named tuples for who must not wait until `typing` is loaded, which takes as long as to read twenty files.

What is written `class Row(NamedTuple)` with this one is the same to whoever uses it and to the type checker. What the
fields may hold is for that alone.
"""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
"""As that of `typing`: the type checker takes it for true."""

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414 - given on
else:
    _OF_A_BODY = frozenset({"__module__", "__qualname__", "__annotations__"})

    class _Made(type):
        def __new__(cls, name: str, _bases: tuple[type, ...], body: dict[str, object]) -> type:
            fields = body["__annotations__"]
            defaults = [body[field] for field in fields if field in body]
            made = namedtuple(name, fields, defaults=defaults, module=body["__module__"])
            for told in body.keys() - fields.keys() - _OF_A_BODY:
                setattr(made, told, body[told])
            made.__qualname__, made.__annotations__ = body["__qualname__"], dict(fields)
            return made

    NamedTuple = type.__new__(_Made, "NamedTuple", (), {})
