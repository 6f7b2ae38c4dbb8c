"""Questions as moves: "what if labs.a and labs.b moved to serve?". Pure, and never a guess.

A name has to be one that the tree has, whole; a destination has to have one reading. Where there are none or several,
the refusal lists them, and says how to write what was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from laneshift.code.modules import Modules
from laneshift.errors import Fault, Refused
from laneshift.lanes.model import Lane, Lanes
from laneshift.runs.paths import visible

FORMS = (
    "what if PKG.MODULE moved to LANE?",
    "what if PKG.A and PKG.B moved to PACKAGE?",
    "what if PKG.MODULE were renamed as PACKAGE.NAME, and PKG.OTHER moved to LANE?",
)
"""What can be asked, in examples."""

_NAME = r"[A-Za-z0-9_][\w./-]*"
_LEAD = re.compile(
    r"\s*(?:what\s+(?:would|will|does)?\s*(?:happens?)?\s*if|what\s+if|suppose(?:\s+that)?|imagine(?:\s+that)?|if)?\s*"
    r"(?:we|i|you|one|they)?\s*",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    rf"\s*(?:move[ds]?\s+|moving\s+|promoted?\s+|renamed?\s+|put\s+)?(?:modules?\s+|packages?\s+)?"
    rf"(?P<names>{_NAME}(?:\s*(?:,\s*and|,|and|&)\s+{_NAME})*?)"
    rf"(?:\s+(?:is|are|was|were|be|gets?|got))?(?:\s+(?:moved?|moves|promoted|renamed|put|goes|go|went))?"
    rf"\s+(?P<how>to|into|as)\s+(?:the\s+)?(?P<kind>lane\s+|package\s+)?(?P<target>{_NAME})(?:\s+(?P<after>lane|package))?"
    rf"\s*(?:[?.!;]*\s*\Z|(?:,\s*and|,|;|and)\s+)",
    re.IGNORECASE | re.ASCII,
)
_SPLIT = re.compile(r"\s*(?:,\s*and|,|\band\b|&)\s+", re.IGNORECASE)
_MOST = 100
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One name of a question, where it should go, and whether that is told as a lane, a package or a new name."""

    name: str
    target: str
    kind: str


def items_of(question: str, modules: Modules, lanes: Lanes) -> list[dict[str, Any]]:
    """The items that a question asks about, as a rich batch file has them.

    Raises `Refused` (`dream.unclear`) with everything that is not told plainly enough.
    """
    faults: list[Fault] = []
    items: list[dict[str, Any]] = []
    for wanted in _wanted(question):
        found = _resolved(wanted, modules, lanes)
        if isinstance(found, Fault):
            faults.append(found)
        else:
            items.append(found)
    if faults:
        what = f"{len(faults)} part(s) of the question can be read in no way, or in several"
        raise Refused("dream.unclear", what, where=visible(question)[:200], cure=_cure(), faults=faults)
    return items


def _wanted(question: str) -> list[_Wanted]:
    lead = _LEAD.match(question)
    at = lead.end() if lead else 0
    found: list[_Wanted] = []
    while at < len(question) and len(found) <= _MOST:
        clause = _CLAUSE.match(question, at)
        if clause is None:
            break
        kind = (clause["kind"] or clause["after"] or "").strip().lower()
        kind = "name" if clause["how"].lower() == "as" else kind
        target = clause["target"].rstrip(".")
        found += [_Wanted(name.rstrip("."), target, kind) for name in _SPLIT.split(clause["names"])]
        at = clause.end()
    if at < len(question) or not found or len(found) > _MOST:
        raise Refused(
            "dream.unclear",
            "this question says nothing that can be dreamt of",
            where=visible(question)[:200],
            why="only moves to lanes, to packages and to new names are understood",
            cure=_cure(),
        )
    return found


def _cure() -> str:
    return "ask as in: " + "; ".join(FORMS)


def _resolved(wanted: _Wanted, modules: Modules, lanes: Lanes) -> dict[str, Any] | Fault:
    source = _source(wanted.name, modules)
    if isinstance(source, Fault):
        return source
    module, src = source
    ways = sorted(set(_destinations(wanted, module, src, modules, lanes)))
    if len(ways) == 1:
        return {"module": module, "src": src, "dst": ways[0]}
    if not ways:
        what = f"{wanted.target!r} is no lane and no package here, and no new name of {module}"
        cure = f"name a lane, a package, or write `as PACKAGE.NAME`; lanes: {', '.join(lanes.names[:_SHOWN])}"
        return Fault("dream.no-such-place", wanted.target, what, cure)
    what = f"{wanted.target!r} can mean {' or '.join(ways)}"
    return Fault("dream.two-places", wanted.target, what, "write `lane NAME`, `package NAME`, or `as PACKAGE.NAME`")


def _source(name: str, modules: Modules) -> tuple[str, str] | Fault:
    """The dotted name and the path of what is meant: a module, or a package, whose path is its folder."""
    dotted = modules.by_path.get(name, modules.by_path.get(f"{name.rstrip('/')}/__init__.py", name))
    path = modules.by_name.get(dotted)
    if path is not None:
        return dotted, path.removesuffix("/__init__.py")
    near = [each for each in modules.by_name if each.endswith(f".{dotted}")]
    near = near or get_close_matches(dotted, list(modules.by_name), n=_SHOWN)
    cure = f"did you mean {', '.join(near[:_SHOWN])}?" if near else "name a module by its dotted name or its path"
    return Fault("dream.no-such-module", name, f"no module is called {name!r}", cure)


def _destinations(wanted: _Wanted, module: str, src: str, modules: Modules, lanes: Lanes) -> Iterator[str]:
    """Every path that the destination can mean."""
    last = src.rpartition("/")[2]
    target = wanted.target
    dotted = target.removesuffix(".py").rstrip("/").replace("/", ".")
    lane = lanes.get(target) if wanted.kind in ("", "lane") else None
    if lane is not None:
        yield from _in_lane(lane, src, lanes)
    folder = _folder(dotted, modules)
    if wanted.kind in ("", "package") and folder is not None:
        yield f"{folder}/{last}"
    parent, _, name = dotted.rpartition(".")
    above = _folder(parent, modules) if parent else None
    is_name = wanted.kind == "name" or (wanted.kind == "" and folder is None and name == module.rpartition(".")[2])
    if is_name and above is not None:
        yield f"{above}/{name}" + (".py" if last.endswith(".py") else "")


def _folder(package: str, modules: Modules) -> str | None:
    """The one folder of a package; None where there is none, or where its modules lie in several."""
    path = modules.by_name.get(package, "")
    if path.endswith("/__init__.py"):
        return path.removesuffix("/__init__.py")
    if package not in modules.packages:
        return None
    depth = package.count(".")
    folders = {
        path.removesuffix("/__init__.py").rsplit("/", name.count(".") - depth)[0]
        for name, path in modules.by_name.items()
        if name.startswith(f"{package}.")
    }
    return folders.pop() if len(folders) == 1 else None


def _in_lane(lane: Lane, src: str, lanes: Lanes) -> Iterator[str]:
    """Where a file stands in a lane of one folder: as deep as in the lane that it leaves, where that has one too."""
    own = lanes.lane_of(src if src.endswith(".py") else f"{src}/__init__.py")
    base, home = _home(lane), _home(own) if own is not None else ""
    if base:
        inside = src[len(home) + 1 :] if home and src.startswith(f"{home}/") else src.rpartition("/")[2]
        yield f"{base}/{inside}"


def _home(lane: Lane) -> str:
    """The folder that a lane of one glob `folder/**` is; empty for lanes of other kinds."""
    globs: Sequence[str] = lane.paths
    base = globs[0].removesuffix("/**") if len(globs) == 1 else ""
    return "" if "*" in base or "?" in base else base.strip("/")
