"""One item of a batch as written, and what its text alone can say is wrong."""

from __future__ import annotations

import keyword
from collections.abc import Iterator
from dataclasses import dataclass, replace

from laneshift.errors import Fault
from laneshift.runs import paths

SUPPORTED_KINDS = ("move", "codemod", "manifest")
KINDS = ("move", "codemod", "manifest", "command")
RISKS = ("low", "medium", "high")
_MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One item as written. `src` and `dst` are normalised; a line with `faults` may have empty fields.

    `number` counts lines of the file from 1 (or items, when a rich file does not show where an item starts); `where`
    is the place for a person. `placed` says that `src` and `dst` are safe paths inside a repository. The
    stratum of a `critical` item is always in the canary; `stars` are the domains that the item is promoted for.
    `codemod` is the canonical JSON of what an item does that moves nothing; its `dst` is its `src`.
    """

    number: int
    where: str
    module: str = ""
    src: str = ""
    dst: str = ""
    kind: str = "move"
    owner: str = ""
    risk: str = ""
    task: str = ""
    exceptions: tuple[str, ...] = ()
    critical: bool = False
    stars: tuple[str, ...] = ()
    codemod: str = ""
    placed: bool = False
    faults: tuple[Fault, ...] = ()


def checked(line: Line) -> Line:
    """`line` with normalised paths and every fault of its text added to those it has.

    Fields of a line with faults are made visible, so that a report of them shows what was written.
    """
    misplaced = tuple(_path_faults(line))
    faults = (*line.faults, *_module_faults(line), *misplaced, *_note_faults(line))
    src, dst = paths.normalise(line.src), paths.normalise(line.dst)
    if not faults:
        return replace(line, src=src, dst=dst, placed=True)
    return replace(
        line,
        module=paths.visible(line.module),
        src=paths.visible(src),
        dst=paths.visible(dst),
        owner=paths.visible(line.owner),
        risk=line.risk if line.risk in RISKS else "",
        task=paths.visible(line.task),
        exceptions=tuple(paths.visible(text) for text in line.exceptions),
        stars=tuple(paths.visible(text) for text in line.stars),
        placed=not misplaced,
        faults=faults,
    )


def is_module_name(text: str) -> bool:
    """Whether `text` is a dotted name that an import statement could spell."""
    return all(part.isidentifier() and not keyword.iskeyword(part) for part in text.split("."))


def _module_faults(line: Line) -> Iterator[Fault]:
    if not is_module_name(line.module):
        shown = paths.visible(line.module[:_MAX_TEXT])
        cure = "write the dotted name that an import would use"
        yield Fault("batch.bad-module", line.where, f"'{shown}' is not a module name", cure)
    elif len(line.module.encode()) > paths.MAX_PATH:
        yield Fault("batch.bad-module", line.where, f"the module name has more than {paths.MAX_PATH} bytes")


def _path_faults(line: Line) -> Iterator[Fault]:
    for field, path in (("src", line.src), ("dst", line.dst)):
        for complaint in paths.complaints(path):
            yield Fault(f"batch.{complaint.cause}", line.where, f"{field}: {complaint.what}", complaint.cure)


def _note_faults(line: Line) -> Iterator[Fault]:
    """Owner, task, exceptions and stars end up in commit trailers and reports: one visible line each."""
    lists = (("exceptions", line.exceptions), ("stars", line.stars))
    listed = ((field, text) for field, texts in lists for text in texts)
    for field, text in (("owner", line.owner), ("task", line.task), *listed):
        if len(text) > _MAX_TEXT:
            yield Fault("batch.text-too-long", line.where, f"{field} has more than {_MAX_TEXT} characters")
        if paths.visible(text) != text:
            shown = paths.visible(text[:_MAX_TEXT])
            yield Fault("batch.text-hidden", line.where, f"{field}: '{shown}' contains characters that cannot be seen")
    if not all(line.stars):
        yield Fault("batch.bad-star", line.where, "a star has no name")
    if line.risk and line.risk not in RISKS:
        shown = paths.visible(line.risk[:_MAX_TEXT])
        yield Fault("batch.bad-risk", line.where, f"risk '{shown}' is unknown", f"use one of {', '.join(RISKS)}")
