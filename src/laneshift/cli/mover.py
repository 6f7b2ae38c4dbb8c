"""A move in the work tree: what it holds, what becomes of it, and what is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import cache, partial
from typing import TYPE_CHECKING

from laneshift.cli.asked import Asked
from laneshift.cli.begun import Begun
from laneshift.cli.move_view import Told, data, show
from laneshift.cli.talking import Talk
from laneshift.code.moves.findings import Proof
from laneshift.code.moves.intent import Move
from laneshift.code.moves.records import Notice
from laneshift.code.moves.result import MoveResult
from laneshift.code.moves.scan import Mentions, Search, Sweep
from laneshift.code.moves.shared import shared_move
from laneshift.code.sought import sought
from laneshift.code.turns import Turns
from laneshift.errors import Refused
from laneshift.repo.conversions import Asking
from laneshift.repo.differences import changed, differences
from laneshift.repo.git import Place
from laneshift.repo.grep import found_by
from laneshift.repo.ignored import ignored
from laneshift.repo.objects import Repository, Tree
from laneshift.repo.plain_records import NamedTuple
from laneshift.repo.snapshot import snapshot
from laneshift.repo.writing import bring_about, whole_again

if TYPE_CHECKING:  # a move without an index does not load it
    from laneshift.code.index import Index


def move(asked: Asked, talk: Talk, begun: Begun) -> int:
    """Do what was asked; 0, or 1 where a proof that was asked for fails: then nothing is written."""
    leave_shim = _shimmer(asked)
    repository = Repository.open(talk.directory)
    if whole_again(repository):
        begun = Begun(None, None)
    with _asking(asked, repository) as asking, Turns[str]() as doubtful:
        opened = opened_index(repository, begun.head)
        before = snapshot(repository, begun.looking)
        if begun.looking is not None and begun.looking.told is not None and begun.looking.told.is_clean:
            repository.lean_on_files()
        roots = source_roots(before)
        index = known_index(opened, before)
        intent = Move(asked.src.rstrip("/"), asked.dst.rstrip("/"))
        mentions = index.mentions if index else _sweep(repository, before, intent, begun)
        plain = not (asked.prove or asked.shim or asked.as_json)
        if plain:
            repository.hold_back()  # nobody is told the id of a tree, and the files go into the work tree alone
        look = partial(_look, index, doubtful, asking)
        with shared_move(before, intent, look, roots=roots, mentions=mentions) as (alone, seen_beside):
            result = _whole(alone, index)
            doubtful.begin(result.doubtful)
            proof = _proof(before, alone, result, roots, mentions) if asked.prove else None
            after, shims = leave_shim(result) if leave_shim else (None, {})
            found = changed(before, result.changes) if plain else differences(before, after or result.tree)
            holds = proof is None or proof.holds
            if holds and not asked.dry_run:
                bring_about(repository, found, before, (intent.src, intent.dst), asking)
            broken = result.broken(doubtful)
            seen = seen_beside()
        broken += [*seen.broken, *result.broken(doubtful.forgotten(seen.taken))]
    notices, conservative = [*seen.notices, *_ignored(repository, result)], result.told_conservative(set(broken))
    told = Told(result, after, notices, conservative, proof, shims, written=holds and not asked.dry_run)
    again = asked.again()
    _tell(asked, talk, told, again if asked.dry_run else "git diff" if holds else f"{again} --explain")
    return 0 if holds else 1


def _asking(asked: Asked, repository: Repository) -> AbstractContextManager[Asking | None]:
    """What git is asked before files are written, begun while there is most often a processor free to start it on."""
    if asked.dry_run or repository.work_dir is None:
        return nullcontext()
    return Asking(Place(repository.git_dir, repository.work_dir))


class _Seen(NamedTuple):
    """What was seen beside the writing of files: notices, files that do not parse, and which turns that took."""

    notices: Sequence[Notice]
    broken: list[str]
    taken: list[int]


def _ignored(repository: Repository, result: MoveResult) -> list[Notice]:
    """Notices for files that come where git ignores them: the next commit would lose them."""
    arriving = sorted({*result.relocations.values(), *result.markers})
    text = "git ignores this path: `git add -f` it, or the next commit has only its absence"
    return [Notice(path, 0, "ignored", text) for path in ignored(repository, arriving)]


def _look(index: Known | None, doubtful: Turns[str], asking: Asking | None, alone: MoveResult) -> _Seen:
    if asking is not None:
        asking.let_go()  # of what the other process will say, too
    result = _whole(alone, index)
    doubtful.begin(result.doubtful)
    return _Seen(result.notices, result.broken(doubtful), doubtful.taken)


def _whole(alone: MoveResult, index: Known | None) -> MoveResult:
    """The move with all that follows it, and what the index knows of its files."""
    followed = _with_manifests(alone)
    return followed._replace(known=index.parses) if index else followed


def _with_manifests(found: MoveResult) -> MoveResult:
    """The move, with manifests and contracts of what it moved. Without any, what keeps them up is not even loaded."""
    before, src = found.before, found.intent.src
    beside = (f"{src.removesuffix('.py')}.manifest.json", f"{src.rpartition('/')[0]}/module.manifest.json".lstrip("/"))
    endings = (".manifest.json", ".contract.json")
    promised = any(name.endswith(endings) for name in before.folder("contracts"))
    named = promised or any(path.endswith(endings) for path in (*found.relocations, *found.other))
    files = [before.read(path) for path in ("laneshift.toml", "pyproject.toml") if path in before]
    elsewhere = any(word in data for data in files for word in (b"manifests", b"contracts"))
    if not (named or elsewhere or any(path in before for path in beside)):
        return found
    from laneshift.manifests.following import follow

    return follow(found)


def _sweep(repository: Repository, tree: Tree, intent: Move, begun: Begun) -> Sweep:
    searching, told = begun.searching, begun.looking.told if begun.looking else None
    about_it = searching is not None and repository.tree(searching.oid) == tree
    search = Search(tree, partial(found_by, searching, tree, told)) if searching is not None and about_it else None
    return Sweep(sought(intent.src, intent.dst), search)


def _proof(
    before: Tree, alone: MoveResult, followed: MoveResult, roots: Sequence[str], mentions: Mentions | None
) -> Proof:
    """What is proved of the move, and which files follow it without a proof."""
    from laneshift.code.moves.proof import prove

    derived = (path for path, file in followed.changes.items() if file and file != alone.changes.get(path))
    return prove(before, alone, roots=roots, mentions=mentions)._replace(derived=tuple(sorted(derived)))


def _shimmer(asked: Asked) -> Callable[[MoveResult], tuple[Tree, Mapping[str, str]]] | None:
    """What gives the tree with shims, and when they go, by path; None where none is asked for.

    Raises `Refused` for a bad date and for one without a shim, before all work.
    """
    if not asked.shim:
        if asked.expires:
            raise Refused("usage.no-such-option", "--expires is for a shim", cure="give --shim as well")
        return None
    from laneshift.cli.expiry import expiry_of
    from laneshift.code.moves.shim import shim

    expiry = expiry_of(asked.expires)

    def left(result: MoveResult) -> tuple[Tree, Mapping[str, str]]:
        made = shim(result, expiry)
        return made.tree, dict.fromkeys(made.paths, expiry.isoformat())

    return left


def _tell(asked: Asked, talk: Talk, told: Told, then: str) -> None:
    if talk.as_json:
        talk.document({**data(told), "next": then})
        return
    if asked.explain:
        from laneshift.cli.explain_view import explain

        explain(told.result.edits)
    show(talk.say, told)
    talk.say(f"next: {then}")


class Known(NamedTuple):
    """What an index can tell about a tree that it knows."""

    mentions: Callable[[Tree, str], Iterable[str]]
    parses: Callable[[Tree, str], bool]


def opened_index(repository: Repository, head: str | None) -> Index | None:
    """The index, where there is one, with what it says of the commit `head` at hand: while git looks at the work tree,
    which most often holds just that."""
    if not (repository.state_dir / "index").is_dir():
        return None
    from laneshift.code.index import Index

    index = Index.open(repository)
    if head is not None:
        with suppress(Refused):  # git will say better what is wrong with it
            index.knows(repository.tree(head))
    return index


def known_index(index: Index | None, tree: Tree) -> Known | None:
    """What the index can tell, where it knows the tree: one that does not is slower than reading every file once.

    What an older version left of one goes: it would be told of at every move for ever.
    """
    if index is None:
        return None
    if not index.knows(tree):
        index.clear()
        return None
    parses = index.parses(tree)
    # The engine and the notices ask for the same words, and each answer takes a look at every word there is.
    return Known(cache(index.mentions), lambda asked, path: asked == tree and parses.get(path, False))


def source_roots(tree: Tree) -> tuple[str, ...]:
    """The configured source roots; reads the settings only where there are some, since that takes time."""
    own = "laneshift.toml" in tree
    if not own and not ("pyproject.toml" in tree and b"laneshift" in tree.read("pyproject.toml")):
        return ()
    from laneshift.config import load

    return tuple(load(lambda path: tree.read(path) if path in tree else None).source_roots)
