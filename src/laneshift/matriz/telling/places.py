"""Where names are defined, in which lane a module is, how many modules a lane has, what memory finds."""

from __future__ import annotations

from collections.abc import Sequence

from laneshift.matriz.ground import Ground, Place
from laneshift.matriz.records import Findings, Hit, Name, Rest, Statement
from laneshift.matriz.telling.lines import code, count, listed, place, said, unknown

NEAR_ENOUGH = 0.3
_KINDS = {"async-function": "async function"}


def defined(ground: Ground, written: str, name: Name) -> Findings:
    """Every place that defines a name; for `Class.member` and `module.name` the ones that fit."""
    found = _fitting(ground, written)
    if found:
        lines = [_line(each) for each in found]
        if len(lines) == 1:
            one = found[0]
            what = _KINDS.get(one.kind, one.kind)
            return said(f"**{code(one.name)} is defined at {place(one.path, one.line)}**, as a {what}.", lines[0].rests)
        return listed(f"**{code(written)} is defined in {count(len(lines), 'place')}:**", lines)
    if name.kind in ("module", "file", "folder") and name.path:
        what = "folder" if name.kind == "folder" else "file"
        return said(f"**{code(name.name)} is the {what} {code(name.path)}.**", [Rest(kind="module", path=name.path)])
    near = f" Did you mean {', '.join(map(code, name.choices))}?" if name.choices else ""
    return unknown(f"I do not know {code(written)}: nothing at the top of a module here has that name.{near}")


def _fitting(ground: Ground, written: str) -> list[Place]:
    owner, _, last = written.rpartition(".")
    found = ground.symbols.get(last, ())
    if not owner:
        at_top = [each for each in found if each.kind != "method"]
        return at_top or list(found)
    in_module = ground.names.meant(owner)
    by_class = [each for each in found if each.name == written or f".{each.name}".endswith(f".{written}")]
    by_module = [each for each in found if in_module.kind == "module" and each.path == in_module.path]
    both = [
        each
        for each in found
        if each.kind == "method"
        and each.name == ".".join(written.rsplit(".", 2)[-2:])
        and ground.graph.modules.by_path.get(each.path) == written.rsplit(".", 2)[0]
    ]
    return by_class or by_module or both


def _line(each: Place) -> Statement:
    rest = Rest(kind="symbol", path=each.path, line=each.line, text=f"{each.kind} {each.name}")
    return Statement(
        text=f"- {place(each.path, each.line)}: {_KINDS.get(each.kind, each.kind)} {code(each.name)}", rests=(rest,)
    )


def lane(ground: Ground, name: Name) -> Findings:
    """The lane of a file."""
    found = ground.lanes.lane_of(name.path)
    rests = [Rest(kind="module", path=name.path, text=name.name)]
    if found is None:
        return said(f"**{code(name.path)} is in no lane.**", rests)
    return said(f"**{code(name.path)} is in lane {code(found.name)}**, which is of level {found.level}.", rests)


def counted(ground: Ground, wanted: str, name: Name) -> Findings:
    """How many Python files a lane or a folder has; all of them when neither is named."""
    if not wanted:
        return said(f"This repository has **{count(len(ground.graph.resolved), 'Python file')}**.")
    found = ground.lanes.get(wanted)
    if found is not None:
        paths = [path for path, own in ground.lane_names.items() if own == found.name]
        tests = sum(ground.facts(path).is_test for path in paths)
        aside = f"; {count(tests, 'holds tests', 'hold tests')}" if tests else ""
        rests = [Rest(kind="lane", path="", text=f"lane {found.name}")]
        return said(f"Lane {code(found.name)} has **{count(len(paths), 'module')}**{aside}.", rests)
    number = len(ground.files_of(name.path))
    return said(f"{code(name.name)} has **{count(number, 'module')}**.", [Rest(kind="module", path=name.path)])


def searched(text: str, hits: Sequence[Hit]) -> Findings:
    """What memory has that is near a text."""
    near = [hit for hit in hits if hit.near >= NEAR_ENOUGH]
    if not near:
        return unknown(f"I do not know where {code(text)} is dealt with: nothing that I remember is near enough to it.")
    lines = [
        Statement(text=f"- {code(hit.path)}", rests=(Rest(kind="memory", path=hit.path, text=hit.text[:200]),))
        for hit in near
    ]
    head = f"Nearest to {code(text)} in what modules say of themselves:"
    return listed(head, lines, confidence=round(max(hit.near for hit in near), 3), reasons=("by likeness of words",))
