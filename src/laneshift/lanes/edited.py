"""The answer about a commit whose tree is that of one checked before, with some files edited so that nothing follows.

What a check says of a tree follows from its rules, from the known violations, from which files there are, and from what
each of them imports. Where all that is as it was, so is the answer, word for word: then it is given without a survey.
Each edited file is read as every check reads it, and its imports are resolved among the modules of the tree before.
Wherever that leaves a doubt nothing is said, and the whole check decides. As in `again`, little is loaded.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from itertools import accumulate

from laneshift.code.dotted import is_standard
from laneshift.lanes.again import Question, Said
from laneshift.lanes.arrows import PARTS, Arrow, from_numbers, shape_of
from laneshift.lanes.ground_file import (
    Account,
    Survey,
    arrows_at,
    lanes_by_row,
    load_account,
    load_survey,
    trees_told_of,
    used,
)
from laneshift.lanes.reach import Reach, decides_nothing, load_reach, turned
from laneshift.lanes.resolving import Targets
from laneshift.lanes.source import Source, source_of
from laneshift.repo.kinds import object_id_of_little
from laneshift.repo.plain_head import plain_head
from laneshift.repo.plain_objects import PlainObjects
from laneshift.repo.plain_trees import Ids, blob, edited, entry, tree_of

_MOST_EDITED = 100
_LARGEST_READ = 1 << 20


class _Unsure(Exception):
    """Only the whole check can say."""


def worded(question: Question) -> str:
    """What of a question decides about the words of its answer."""
    return repr((question.as_json, question.verbose))


def answer(question: Question, git_dir: str, day: str) -> Said | None:
    """What a check of `question.tree` says on a day; None where that does not follow from an earlier check."""
    folder, asked = f"{git_dir}/laneshift/lanes", f"{worded(question)} {day}"
    known = trees_told_of(folder, asked)
    head = plain_head(git_dir)
    if not known or head is None or not question.tree or question.base:
        return None
    objects = PlainObjects(f"{git_dir}/objects", object_id_of_little)
    try:
        here, counts = (tree_of(objects, head if rev in ("HEAD", "@") else rev) for rev in (question.tree, "HEAD"))
        if here is None or counts is None:
            return None
        for before in known:
            files = edited(objects, before, here, _MOST_EDITED)
            account = None if files is None else load_account(folder, before, asked)
            if files is None or account is None or listed(objects, counts, account.baseline) != account.listed:
                continue
            if _follows(objects, folder, account, files):
                used(folder, before, asked)
                return Said(account.code, account.text)
            return None
    except (_Unsure, ValueError):
        return None
    return None


def listed(objects: PlainObjects, tree: str, path: str) -> str:
    """Mode and id of the list of known violations that counts, empty without one. Raises `ValueError`."""
    found = entry(objects, tree, path)
    return "" if found is None else f"{int(found.mode, 8):o} {found.oid}"


def lines_of(blind: tuple[int, ...], bent: tuple[int, ...]) -> str:
    """The lines that are told of a file whose imports cannot be known, or that changes where modules are looked for."""
    return repr((blind, bent)) if blind or bent else ""


def _follows(objects: PlainObjects, folder: str, account: Account, files: dict[str, Ids]) -> bool:
    """Whether these files, given with the ids of what they held and hold, say the same to a check as they did."""
    if account.baseline in files or not account.closed.isdisjoint(files):
        return False
    python = sorted(path for path in files if path.endswith(".py"))
    # What is not Python is read where it stands at the top.
    if any("/" not in path for path in files.keys() - python) or any("" in files[path] for path in python):
        return False
    if not python:
        return True
    survey = load_survey(folder, account.tree)
    if survey is None:
        return False
    before = _Before(survey, folder, account.tree)
    return all(_says_the_same(before, account, path, _read(objects, files[path][1])) for path in python)


def _says_the_same(before: _Before, account: Account, path: str, source: Source) -> bool:
    old, new = before.arrows(path), before.targets.arrows(path, source.imports)
    if new is None or lines_of(source.blind, source.bent) != account.unsure.get(path, ""):
        return False
    was_harmless = old == new and path in account.harmless
    if source.passes_on and not was_harmless and before.leaves_its_lane(path, new, account):
        return False  # it may have become one that does nothing but pass on
    if old == new or path in account.lined:
        return old == new
    return shape_of(old) == shape_of(new) or before.keeps_to_its_ways(path, new, account)


def _read(objects: PlainObjects, oid: str) -> Source:
    data = blob(objects, oid)
    if data is None or len(data) > _LARGEST_READ:
        raise _Unsure
    return source_of(data, _ask)


def _ask() -> bytes:
    raise _Unsure


class _Before:
    """The tree that was surveyed: its modules, as far as resolving asks for them, and what its files imported."""

    def __init__(self, survey: Survey, folder: str, tree: str) -> None:
        """`folder` is the one that it was kept in. Raises `ValueError` where a survey is none."""
        self._folder, self._tree = folder, tree
        self._survey = survey
        self._paths = survey.paths
        self._lanes: list[str] | None = None
        counts, self._flat = arrows_at(survey)
        self._starts = [0, *accumulate(counts)]
        self.by_name = dict(zip(survey.names, survey.paths, strict=True)) | survey.chosen
        self.by_name.pop("", None)
        self.packages = survey.packages
        self.targets = Targets(self)

    @cached_property
    def _reach(self) -> Reach | None:
        return load_reach(self._folder, self._tree)

    @property
    def modules(self) -> _Before:
        """What names the modules."""
        return self

    def leaves_its_lane(self, path: str, arrows: tuple[Arrow, ...], account: Account) -> bool:
        """Whether a file imports another lane. Raises `ValueError` where that is not known."""
        if not arrows:
            return False
        lanes = self._lane_of_rows(account)
        here, *others = (lanes[self._row(each)] for each in (path, *(arrow.target for arrow in arrows)))
        return any(lane not in ("", here) for lane in others)

    def keeps_to_its_ways(self, path: str, arrows: tuple[Arrow, ...], account: Account) -> bool:
        """Whether nothing hangs on that a file has these imports now. Raises `ValueError`."""
        reach, lanes, here = self._reach, self._lane_of_rows(account), self._row(path)
        others = turned(self.arrows(path), arrows)
        if reach is None or not decides_nothing(reach, lanes, here, map(self._row, others)):
            return False
        # What passes on counts, in no lane, where any file of a lane imports it.
        still = reach.counted & {arrow.target for arrow in arrows}
        asked = account.closed.intersection(others) - still if lanes[here] else ()
        return all(lanes[self._row(other)] for other in asked)

    def _lane_of_rows(self, account: Account) -> list[str]:
        if self._lanes is None:
            self._lanes = lanes_by_row(account.lanes, self._survey)
        return self._lanes

    def package_of(self, path: str) -> str:
        """The package that relative imports in a path start from. Raises `ValueError` as `arrows` does."""
        name = self._survey.names[self._row(path)]
        is_package = path.rpartition("/")[2].rpartition(".")[0] == "__init__"
        return name if is_package else name.rpartition(".")[0]

    def may_hold(self, top: str) -> bool:
        """Whether a name that starts so may be found by folders alone. The standard library goes first."""
        return top in self._survey.tops and not is_standard(top)

    def arrows(self, path: str) -> tuple[Arrow, ...]:
        """What a file imported. Raises `ValueError` for one that was not there."""
        row = self._row(path)
        return from_numbers(self._flat[self._starts[row] * PARTS : self._starts[row + 1] * PARTS], self._paths)

    def _row(self, path: str) -> int:
        """Where a path stands: they are in order, but for rare letters. Raises `ValueError` where it does not."""
        row = bisect_left(self._paths, path)
        return row if self._paths[row : row + 1] == [path] else self._paths.index(path)
