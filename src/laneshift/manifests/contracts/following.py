"""Contracts follow what a move moves: each is called like its module and names it. Ids, which people gave, stay.

Like manifests, they are only looked at where there are some, since a move is applied many times.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from laneshift.code.moves import Edit, MoveResult
from laneshift.code.moves.scan import mentioned
from laneshift.manifests.contracts.paths import SUFFIX, path_of
from laneshift.manifests.document import NotReadableError, joined, members_of, read, split
from laneshift.repo.objects import Entry, File

_MANIFEST = ".manifest.json"
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
Changed = Callable[[str], str]
"""Turns the text of one value of JSON into another."""


def follow_contracts(result: MoveResult, folder: str) -> MoveResult:
    """The move, with the contracts of what it moved in `folder` under their new names, unless something stands there.

    Pure. A contract that cannot be read moves, and stays as it is.
    """
    there = _there(result, folder)
    own = dict(_own(result, folder, there))
    by_word = "." not in result.old_name
    if not own and not by_word:
        return result
    written, relocations = dict(result.other), dict(result.relocations)
    placed: dict[str, File | Entry | None] = dict(result.placed)
    edits: list[Edit] = []
    for now, old in there.items():
        new = own.get(now, now)
        if new != now:
            placed |= {now: None, old: None, new: result.before.entries[old]}
            relocations[old] = new
            edits.append(Edit(new, 1, "contract", old, new))
        elif not by_word:
            continue
        was = result.before.read(old)
        data = _named(result, written.pop(now, was), is_own=now in own)
        written |= {new: data} if data != was else {}
    done = result._replace(edits=(*result.edits, *edits), relocations=relocations, other=written, placed=placed)
    renamed = {path: new for now, new in own.items() for path in (now, there[now])}
    return done._replace(other={**written, **dict(_manifests(done, renamed))}) if renamed else done


def _there(result: MoveResult, folder: str) -> Mapping[str, str]:
    """Where each contract stands after the move so far, and where it was: the folder may have moved itself."""
    names = (f"{folder}/{name}" for name in result.before.folder(folder) if name.endswith(SUFFIX))
    found = {path: path for path in names if path not in result.relocations}
    came = ((old, new) for old, new in result.relocations.items() if new.endswith(SUFFIX))
    found |= {new: old for old, new in came if new.rpartition("/")[0] == folder}
    entries = result.before.entry
    return {now: old for now, old in found.items() if (entry := entries(old)) is not None and entry.is_regular}


def _own(result: MoveResult, folder: str, there: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The contracts of what moves, and what they are to be called."""
    for now in there:
        module = now[len(folder) + 1 : -len(SUFFIX)]
        new = path_of(folder, _after(module, result))
        if _moves(module, result) and not (new in there or new in result.before or result.before.is_folder(new)):
            yield now, new


def _named(result: MoveResult, data: bytes, *, is_own: bool) -> bytes:
    """The contract under the new name. Texts are rewritten by now, but for names of one part, which say too little."""
    try:
        read(data)
    except NotReadableError:
        return data
    before, text, after = split(data)
    if is_own:
        text = _inside(text, ("module",), lambda value: _renamed(value, result))
    if "." not in result.old_name:
        # Each text of the list by itself, so that the blanks between them stay as somebody wrote them.
        each = partial(_TEXT.sub, lambda found: _renamed(found[0], result))
        text = _inside(text, ("dependencies", "internal"), each)
    return f"{before}{text}{after}".encode()


def _renamed(value: str, result: MoveResult) -> str:
    """The JSON text of a dotted name, after the move; escaped beyond ASCII where it was."""
    name = json.loads(value)
    if not isinstance(name, str) or not _moves(name, result):
        return value
    return json.dumps(_after(name, result), ensure_ascii="\\" in value)


def _moves(name: str, result: MoveResult) -> bool:
    """Whether a dotted name is the module that moves or, for a package, one inside: `a.py` may go to `a/b.py`."""
    inside = name.startswith(f"{result.old_name}.") and result.before.is_folder(result.intent.src)
    return inside or name == result.old_name


def _after(name: str, result: MoveResult) -> str:
    return f"{result.new_name}{name[len(result.old_name) :]}"


def _inside(text: str, key: Sequence[str], change: Changed) -> str:
    """The text of an object with one value changed; all other bytes stay."""
    if not key:
        return change(text)
    members = members_of(text) if text.startswith("{") else []
    if all(member.key != key[0] for member in members):
        return text
    return joined([replace(m, value=_inside(m.value, key[1:], change)) if m.key == key[0] else m for m in members])


def _manifests(result: MoveResult, renamed: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """The manifests that name contracts by their files, with the new names."""
    quoted = [(f'"{old}"'.encode(), f'"{new}"'.encode()) for old, new in renamed.items()]
    last = result.old_name.rpartition(".")[2]
    found = mentioned(result.before, (last,), result.mentions, lambda path: path.endswith(_MANIFEST))
    for path, entry, was in found:
        now = result.relocations.get(path, path)
        if not entry.is_regular or result.placed.get(now, entry) is None:
            continue
        first = data = result.other.get(now, was)
        for old, new in quoted:
            data = data.replace(old, new)
        if data != first:
            yield now, data
