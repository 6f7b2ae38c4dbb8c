"""One move made by two processes: this one and, where that is safe, a copy of it that goes on with the result."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Generic, TypeVar

from laneshift.code.beside import Beside
from laneshift.code.moves.engine import Engine, Outcome, engine
from laneshift.code.moves.formats import is_never_edited
from laneshift.code.moves.intent import Move
from laneshift.code.moves.result import MoveResult
from laneshift.code.moves.scan import Mentions, Sweep
from laneshift.code.turns import Turns
from laneshift.repo.objects import Entry, Tree

Then = TypeVar("Then")


@contextmanager
def shared_move(
    tree: Tree,
    intent: Move,
    then: Callable[[MoveResult], Then],
    *,
    roots: Sequence[str] = (),
    mentions: Mentions | None = None,
) -> Iterator[tuple[MoveResult, Callable[[], Then]]]:
    """`move`, with half of the files looked at by a copy of this process, which then does `then` with the whole result.

    Gives the result, and what waits for what `then` gives: this process can go on meanwhile, and change the work tree.
    The copy has read half of the files by then, so what it looks up in them costs little; of the other half `then` is
    given the rewritten Python files by their names alone, empty. Raises as `move` does.
    """
    with ExitStack() as work:
        with engine(tree, intent, roots, mentions) as of_move:
            turns = work.enter_context(Turns(list(of_move.files())))
            half = _Half(of_move, turns, then)
            beside = work.enter_context(Beside(half.look, half.go_on))
            mine = of_move.look_at(turns)
            theirs, taken = beside.first()
            mine.add(of_move.look_at(turns.forgotten(taken)))
            beside.tell(mine.by_name())
            mine.add(theirs)
            result = of_move.result(mine)
        yield result, lambda: beside.second(lambda: then(result))


class _Half(Generic[Then]):
    """What the copy does: it takes its turns at the files, and goes on with these and the rest."""

    def __init__(self, of_move: Engine, turns: Turns[tuple[str, Entry]], then: Callable[[MoveResult], Then]) -> None:
        self._engine = of_move
        self._turns = turns
        self._then = then
        self._seen = Outcome()

    def look(self) -> tuple[Outcome, list[int]]:
        """What became of the files whose turns it took.

        Before that it gets ready to look for notices: that takes longer than to write the files, and the other process
        takes more turns meanwhile.
        """
        mentions, site = self._engine.mentions, self._engine.site
        if mentions is not None and not isinstance(mentions, Sweep):
            from laneshift.code.moves.notices import look_ahead  # noqa: PLC0415 - the other process does without

            look_ahead(self._engine.tree, site.old_name, site.new_name, mentions)
        self._seen = self._engine.look_at(self._turns)
        return self._seen, self._turns.taken

    def go_on(self, rest: Outcome) -> Then:
        """What is to be done with the whole move."""
        self._seen.add(rest)
        self._read_rest()
        return self._then(self._engine.result(self._seen))

    def _read_rest(self) -> None:
        """Read the files of the other half, too, while they lie in the work tree as they were."""
        tree = self._engine.tree
        for path, entry in self._turns.others():
            if entry.is_regular and not is_never_edited(path):
                tree.repository.blob(entry.oid, path)
