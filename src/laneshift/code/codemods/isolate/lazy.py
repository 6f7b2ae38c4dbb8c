"""Mode `lazy`: the module has a `__getattr__` (PEP 562) through which others and its own functions get the names."""

from __future__ import annotations

from collections.abc import Iterable

from laneshift.code.codemods.isolate.bindings import Bound

ACCESSOR = "_isolated"
TAKEN = frozenset({ACCESSOR, "__getattr__"})
"""Names that the module must not have yet."""

_FRAME = '''

def _isolated(name):
    """A name of an experimental lane, imported when it is first asked for; whatever goes wrong there is raised here."""
    if name in globals():
        return globals()[name]
{branches}    raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")


def __getattr__(name):
    return _isolated(name)
'''


def in_function(bound: Bound) -> tuple[str, ...]:
    """What stands in a function before it uses the name."""
    return (f'{bound.name} = {ACCESSOR}("{bound.name}")',)


def at_end(names: Iterable[Bound]) -> str:
    """What stands at the end of the module."""
    branches = "".join(_branch(bound) for bound in sorted(names, key=lambda bound: bound.name))
    return _FRAME.format(branches=branches)


def _branch(bound: Bound) -> str:
    lines = [line for text in bound.texts for line in text.split("\n")]
    inner = "".join(f"        {line}\n" for line in lines)
    return f'    if name == "{bound.name}":\n{inner}\n        return {bound.name}\n'
