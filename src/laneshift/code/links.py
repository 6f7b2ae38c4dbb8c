"""What ties one Python file to others, as plain records: its imports, and the names that others can take from it."""

from __future__ import annotations

from laneshift.repo.plain_records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # takes longer to load than twenty files take to read
    from typing import Literal, TypeAlias

ImportKind: TypeAlias = 'Literal["runtime", "type-checking", "dynamic"]'


class Import(NamedTuple):
    """One import, of one module. Line numbers start at 1.

    `module` is as written, without its leading dots, which `level` counts. `names` holds the (name, alias) pairs of a
    `from` import and is None for a plain `import module`; `alias` belongs to the plain form. `guarded` means that the
    file goes on when the import fails.
    """

    module: str
    level: int
    names: tuple[tuple[str, str], ...] | None
    alias: str
    line: int
    kind: ImportKind
    in_function: bool
    guarded: bool


class Links(NamedTuple):
    """What ties a file to others: its imports and the names that others can take from it.

    `bound` holds every name that the module's own code binds at module level. `is_open` says that it may have more:
    star imports, a module `__getattr__`, writes to `globals()`, or a file that could not be parsed.
    """

    imports: tuple[Import, ...] = ()
    bound: frozenset[str] = frozenset()
    is_open: bool = False

    def offers(self, name: str) -> bool:
        """Whether `from this import name` may succeed without a submodule of that name."""
        return self.is_open or name in self.bound
