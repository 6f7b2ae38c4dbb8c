"""What a move would touch, as the real engine says, and how risky it is."""

from __future__ import annotations

from laneshift.errors import Refused
from laneshift.matriz.ground import Change, Ground
from laneshift.matriz.records import Findings, Name, Rest, Statement
from laneshift.matriz.risk.score import Risk
from laneshift.matriz.telling.lines import MOST_RESTS, SHOWN, code, count, place, unknown

_NOTICES = 10


def touched(ground: Ground, name: Name, dst: str) -> Findings:
    """Files and edits of a move, exact, and the uses that are reported and not edited."""
    src = name.path.removesuffix("/__init__.py")
    try:
        change = ground.move(src, dst)
    except Refused as refusal:
        cure = f" ({refusal.cure})" if refusal.cure else ""
        return unknown(f"{code(src)} cannot move to {code(dst)}: {refusal.what}{cure}.", [_subject(name)])
    result = change.result
    files, edits = change.files, change.edits
    moved = len(result.relocations)
    edited = {path for path in files if edits[path]}
    told = f"{count(moved, 'moves', 'move')}, and **{count(len(result.edits), 'place')}**"
    head = Statement(
        text=f"Moving {code(src)} to {code(dst)} touches **{count(len(files), 'file')}**: "
        f"{told} in {count(len(edited), 'file')} would be edited.",
        rests=(_subject(name),),
    )
    return Findings(
        confidence=1.0,
        reasons=("the engine that batches use was asked",),
        statements=(head, *_lines(change), *_notices(change)),
    )


def risky(name: Name, dst: str, risk: Risk) -> Findings:
    """The score of an item with its factors."""
    where = f" to {code(dst)}" if dst else ""
    head = Statement(
        text=f"Moving {code(name.name)}{where}: risk **{risk.score:.2f}**, {risk.level}.", rests=(_subject(name),)
    )
    lines = [Statement(text=f"- {each.name} (+{each.points:g}): {each.why}") for each in risk.factors]
    if not lines:
        lines = [Statement(text="- nothing that is measured speaks against it")]
    aside = () if dst else (Statement(text="Without a place to move it to, crossings and edits are not counted."),)
    return Findings(confidence=0.8, reasons=("a weighted sum of named factors",), statements=(head, *lines, *aside))


def _lines(change: Change) -> list[Statement]:
    edits = change.edits
    first: dict[str, int] = {}
    for edit in change.result.edits:
        first.setdefault(change.origin.get(edit.path, edit.path), edit.line)
    ordered = sorted(change.files, key=lambda path: (path not in change.result.relocations, path))
    found = []
    for path in ordered:
        moves = "moves" if path in change.result.relocations else ""
        told = " and ".join(filter(None, [moves, count(edits[path], "edit") if edits[path] else ""]))
        rest = Rest(kind="edit" if edits[path] else "file", path=path, line=first.get(path), text=told)
        found.append(Statement(text=f"- {place(path, first.get(path))}: {told}", rests=(rest,)))
    if len(found) > SHOWN:
        rests = tuple(rest for line in found[SHOWN:] for rest in line.rests)
        return [
            *found[:SHOWN],
            Statement(text=f"- and {count(len(found) - SHOWN, 'more file')}", rests=rests[:MOST_RESTS]),
        ]
    return found


def _notices(change: Change) -> list[Statement]:
    notices = change.result.notices
    if not notices:
        return [Statement(text="No dynamic use is reported.")]
    found = [Statement(text=f"**{count(len(notices), 'use')}** may mean it and would not be edited:")]
    for notice in notices[:_NOTICES]:
        path = change.origin.get(notice.path, notice.path)
        rest = Rest(kind="notice", path=path, line=notice.line or None, text=f"{notice.kind}: {notice.text}"[:200])
        found.append(Statement(text=f"- {place(path, notice.line)}: {notice.kind}", rests=(rest,)))
    if len(notices) > _NOTICES:
        found.append(Statement(text=f"- and {count(len(notices) - _NOTICES, 'more', 'more')}"))
    return found


def _subject(name: Name) -> Rest:
    return Rest(kind="module", path=name.path, text=name.name)
