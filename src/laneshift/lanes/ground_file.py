"""What the next check of an edited tree goes on from, in files beside the kept answers. A cache: it may go.

The survey of a tree says which modules there are and what each file imports; it is the same for every question. The
account of an answer is what a check said of that tree, and what of it hangs on more than which file imports which.
Both are read by who has loaded next to nothing, so they are bytes cut by lengths.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

import laneshift
from laneshift.lanes.again import ACCOUNT, digest, put_parts, taken
from laneshift.repo.plain_records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # who reads a survey needs no atlas, and that takes longer to load than all the rest
    from typing import Literal

    from laneshift.lanes.atlas import Atlas

_FORMAT = 2
_SURVEY = "survey-"
REACH = "reach-"
"""How files begin that tell which files lead into which lanes."""
_KEPT = 6
_NUMBERS: Literal["I"] = "I"


class Survey(NamedTuple):
    """One tree. `names` has the module of each path, empty where it has none; `chosen` the path of a name that several
    files claim. `counts` and `flat` are the columns of their arrows."""

    paths: list[str]
    names: list[str]
    chosen: dict[str, str]
    packages: frozenset[str]
    tops: frozenset[str]
    counts: bytes
    flat: bytes


class Account(NamedTuple):
    """What a check said, the tree that it was about, and what that hangs on.

    `baseline` is the path of the list of known violations, and `listed` its mode and id in the commit whose list
    counted, empty without one. `lined` are files whose lines were told, `closed` those about which more was asked than
    what they import, and `harmless` those that may do nothing but pass on, to no other lane. `unsure` has, for each
    file with imports that cannot be known or changes of where modules are looked for, the lines of both. `lanes`
    is what `lanes_by_row` takes.
    """

    tree: str
    code: int
    text: str
    baseline: str
    listed: str
    lined: frozenset[str]
    closed: frozenset[str]
    harmless: frozenset[str]
    unsure: dict[str, str]
    lanes: bytes


def keep_survey(folder: str, atlas: Atlas, columns: tuple[bytes, bytes]) -> None:
    """Write the survey of a tree down, where no link gives a file more names than one. Raises `OSError`."""
    if atlas.linked.files:
        return
    modules = atlas.modules
    names = [modules.by_path.get(path, "") for path in atlas.out]
    plain = {name: path for name, path in zip(names, atlas.out, strict=True) if name}
    chosen = [part for name, path in modules.by_name.items() if plain[name] != path for part in (name, path)]
    texts = map(joined, (atlas.out, names, chosen, sorted(modules.packages), sorted(atlas.named().tops)))
    put_parts(survey_place(folder, atlas.tree.oid), [*texts, *columns])
    drop_old(folder, _SURVEY)


def load_survey(folder: str, tree: str) -> Survey | None:
    """The survey of a tree; None where there is none, or it is damaged."""
    parts = taken(survey_place(folder, tree))
    if parts is None:
        return None
    paths, names, chosen, packages, tops = map(parted, parts[:5])
    pairs = iter(chosen)
    return Survey(paths, names, dict(zip(pairs, pairs, strict=True)), frozenset(packages), frozenset(tops), *parts[5:])


def keep_account(folder: str, question: str, account: Account) -> None:
    """Write an account down. Raises `OSError`."""
    unsure = [part for pair in sorted(account.unsure.items()) for part in pair]
    parts = [
        b"%d" % account.code,
        account.text.encode("utf-8", "surrogatepass"),
        *map(os.fsencode, (account.baseline, account.listed)),
        *map(joined, (sorted(account.lined), sorted(account.closed), sorted(account.harmless), unsure)),
        account.lanes,
    ]
    put_parts(account_place(folder, account.tree, question), parts)
    drop_old(folder, ACCOUNT)


def load_account(folder: str, tree: str, question: str) -> Account | None:
    """What was said of a tree; None where nothing was, or it is damaged."""
    parts = taken(account_place(folder, tree, question))
    if parts is None:
        return None
    code, text, baseline, listed, lined, closed, harmless, unsure, lanes = parts
    pairs = iter(parted(unsure))
    return Account(
        tree,
        int(code),
        text.decode("utf-8", "surrogatepass"),
        os.fsdecode(baseline),
        os.fsdecode(listed),
        frozenset(parted(lined)),
        frozenset(parted(closed)),
        frozenset(parted(harmless)),
        dict(zip(pairs, pairs, strict=True)),
        lanes,
    )


def lanes_of(lanes: Iterable[tuple[str, str]]) -> bytes:
    """The lane of each path, empty outside all, in the order of a survey: to be read by `lanes_by_row`."""
    pairs = list(lanes)
    return digest(joined(path for path, _ in pairs)) + joined(lane for _, lane in pairs)


def lanes_by_row(lanes: bytes, survey: Survey) -> list[str]:
    """The lane of each path of a survey. Raises `ValueError` where these were not written for its paths."""
    told = digest(joined(survey.paths))
    found = parted(lanes.removeprefix(told))
    if not lanes.startswith(told) or len(found) != len(survey.paths):
        raise ValueError("lanes of other paths")
    return found


def trees_told_of(folder: str, question: str) -> list[str]:
    """The trees of which this question was answered, the latest first."""
    ending = f"-{_key(question)}"
    try:
        found = [each for each in os.scandir(folder) if each.name.startswith(ACCOUNT) and each.name.endswith(ending)]
        found.sort(key=lambda each: -each.stat().st_mtime_ns)
    except OSError:
        return []
    return [each.name.removeprefix(ACCOUNT).removesuffix(ending) for each in found]


def used(folder: str, tree: str, question: str) -> None:
    """Count all files as new: what later trees go on from is kept once for all of them, and would be dropped first."""
    try:
        os.utime(survey_place(folder, tree))
        os.utime(account_place(folder, tree, question))
        os.utime(reach_place(folder, tree))  # the last one, which may not be there
    except OSError:
        return  # they were read all the same


def survey_place(folder: str, tree: str) -> str:
    """The file that the survey of a tree is kept in."""
    return f"{folder}/{_SURVEY}{tree}-{_key('')}"


def account_place(folder: str, tree: str, question: str) -> str:
    """The file that what was said of a tree is kept in."""
    return f"{folder}/{ACCOUNT}{tree}-{_key(question)}"


def reach_place(folder: str, tree: str) -> str:
    """The file that tells which files of a tree lead into which lanes."""
    return f"{folder}/{REACH}{tree}-{_key('')}"


def arrows_at(survey: Survey) -> tuple[memoryview[int], memoryview[int]]:
    """The columns of a survey. Raises `ValueError` where these do not fit together."""
    try:
        counts, flat = (memoryview(column).cast(_NUMBERS) for column in (survey.counts, survey.flat))
    except TypeError as error:
        raise ValueError("columns that are cut short") from error
    if not len(counts) == len(survey.paths) == len(survey.names):
        raise ValueError("columns of different lengths")
    return counts, flat


def _key(question: str) -> str:
    made_by = laneshift.__version__, sys.implementation.cache_tag, _FORMAT, question
    return digest(repr(made_by).encode("utf-8", "surrogateescape"))[:16].decode()


def joined(texts: Iterable[str]) -> bytes:
    """Texts in one, to be taken apart by `parted`."""
    return os.fsencode("\0".join(texts))


def parted(data: bytes) -> list[str]:
    """The texts that `joined` put together."""
    return os.fsdecode(data).split("\0") if data else []


def drop_old(folder: str, kind: str) -> None:
    """Drop the oldest files of a kind. Raises `OSError`."""
    kept = [each for each in os.scandir(folder) if each.name.startswith(kind)]
    for old in sorted(kept, key=lambda each: each.stat().st_mtime_ns)[:-_KEPT]:
        os.unlink(old)  # noqa: PTH108 - as in `again`
