"""What a move did: files moved, bytes edited, and what was seen but not touched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from laneshift.code.moves.intent import Move
from laneshift.code.moves.records import Edit, Notice
from laneshift.code.moves.scan import Mentions
from laneshift.code.moves.spans import parses, read_source
from laneshift.repo.objects import Changes, Entry, File, Tree
from laneshift.repo.plain_records import NamedTuple

Parsed = Callable[[Tree, str], bool]
"""Given a tree and a path: whether the file is known to parse. False where nothing is known."""


class _Fields(NamedTuple):
    """The fields of a `MoveResult`, which says what they are."""

    before: Tree
    intent: Move
    old_name: str
    new_name: str
    old_root: str
    new_root: str
    hidden: bool
    twins: tuple[str, ...]
    relocations: Mapping[str, str]
    markers: tuple[str, ...]
    unmarked: tuple[str, ...]
    edits: tuple[Edit, ...]
    by_tokens: tuple[str, ...]
    unparsed: tuple[str, ...]
    python: Mapping[str, bytes]
    other: Mapping[str, bytes]
    placed: Mapping[str, File | Entry | None]
    mentions: Mentions | None = None
    known: Parsed | None = None
    detour: bool = False


class MoveResult(_Fields):
    """The outcome of one move. The trees are written into the object database when they are first asked for.

    `old_name` and `new_name` are dotted, below the source roots `old_root` and `new_root` (empty: the repository).
    `hidden` is true where the old package binds the module's name to something else, so that `from package import
    name` does not mean the module and stays. Under the source roots `twins` the name means another file.
    `relocations` maps every moved path to its new one; `markers` are the `__init__.py` files that the destination
    needed, `unmarked` those that an earlier move created and that mark nothing any more. `by_tokens` and
    `unparsed` are paths before the move of files that this Python cannot parse, and of those whose edits needed no
    syntax tree. `detour` is true where attributes do not lead to the new place. `python` and `other` hold the rewritten
    bytes by path.
    """

    @cached_property
    def notices(self) -> tuple[Notice, ...]:
        """What a person should look at. Computed when first asked for, by reading the files that could matter."""
        # A copy of this process looks for them while files are written, and loads what this one does without.
        from laneshift.code.moves.inner import inner_root  # noqa: PLC0415 - as said above
        from laneshift.code.moves.notices import Watched, find_notices  # noqa: PLC0415 - as said above
        from laneshift.code.moves.standard import hidden_standard  # noqa: PLC0415 - as said above

        last = self.old_name.rpartition(".")[2]
        edited = frozenset((edit.path, edit.line) for edit in self.edits if edit.before == last)
        staying = tuple(sorted(self.python.keys() - set(self.relocations.values())))
        watched = Watched(
            self.old_name,
            self.new_name,
            self.relocations,
            self._packages(),
            edited,
            self.detour,
            staying,
            (self.old_root, self.new_root),
        )
        found = find_notices(self.before, watched, self.mentions)
        arriving = {*self.relocations.values(), *self.markers}
        hidden = hidden_standard(self.before, self.new_name, self.new_root, arriving)
        inner = inner_root(self.before, self.intent.dst, self.new_name, (self.old_root, self.new_root))
        return tuple(sorted([*found, *hidden, *inner]))

    def _packages(self) -> Mapping[str, str]:
        """The folders above the moved module, with the dotted names of their packages."""
        folders = self.intent.src.split("/")[:-1]
        parts = self.old_name.split(".")[:-1]
        start = len(folders) - len(parts)
        return {"/".join(folders[: start + size]): ".".join(parts[:size]) for size in range(1, len(parts) + 1)}

    @cached_property
    def conservative(self) -> tuple[str, ...]:
        """Rewritten files that this Python cannot parse, by their paths after the move: edited by tokens alone."""
        return self.told_conservative(self.broken(self.doubtful))

    @cached_property
    def doubtful(self) -> tuple[str, ...]:
        """Rewritten files that nobody has parsed yet, by their paths before the move."""
        return tuple(old for old in self.unparsed if self.relocations.get(old, old) in self.python)

    def broken(self, paths: Iterable[str]) -> list[str]:
        """Those of `paths`, which are some of `doubtful`, that this Python cannot parse."""
        return [path for path in paths if not self._parses(path)]

    def told_conservative(self, broken: Iterable[str]) -> tuple[str, ...]:
        """What `conservative` is when `broken` are all that `doubtful` has of these."""
        return tuple(sorted(self.relocations.get(path, path) for path in (*broken, *self.by_tokens)))

    def _parses(self, path: str) -> bool:
        if self.known is not None and self.known(self.before, path):
            return True
        return parses(read_source(self.before.read(path)))

    def relocated(self) -> Tree:
        """The files moved and marked, nothing rewritten."""
        return self.before.edit(self.placed)

    def referenced(self) -> Tree:
        """As `relocated`, with the references in Python files (also stubs, Cython and notebooks) rewritten."""
        return self.before.edit(self._changes(self.python))

    @cached_property
    def tree(self) -> Tree:
        """Everything: moved, and every reference rewritten."""
        return self.before.edit(self.changes)

    @property
    def changes(self) -> Changes:
        """What is to be changed in `before` so that it becomes `tree`."""
        return self._changes({**self.python, **self.other})

    def _changes(self, contents: Mapping[str, bytes]) -> Changes:
        changes: dict[str, File | Entry | None] = dict(self.placed)
        arrived = {new: old for old, new in self.relocations.items()}
        for path, data in contents.items():
            entry = self.before.entry(arrived.get(path, path))
            changes[path] = File(data, entry.mode) if entry is not None else File(data)
        return changes
