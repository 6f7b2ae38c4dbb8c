"""What `report audit` does between its options and its words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from laneshift.cli.lanes import looked_at
from laneshift.config.audit import Audit as Settings
from laneshift.errors import Refused
from laneshift.lanes.model import Lanes
from laneshift.repo.objects import Repository, Tree
from laneshift.reports.audit import records
from laneshift.reports.audit.comments import scan
from laneshift.reports.audit.gh_script import script
from laneshift.reports.audit.identity import Identified, identify
from laneshift.reports.audit.issues import wanted
from laneshift.reports.audit.model import Entry, Finding, State
from laneshift.reports.audit.reading import LARGEST, findings
from laneshift.reports.audit.report import Audit, rows
from laneshift.reports.audit.settling import Settled, settle
from laneshift.runs.lane_check import lanes_of, settings_of

_OUTSIDE = "../"
"""Before the name of an audit that is not in the repository."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The options. `files` are audits, `comments` says whether those of the tree are read too."""

    files: tuple[Path, ...]
    comments: bool
    tree: str
    issues: bool
    script: bool
    reconcile: bool


@dataclass(frozen=True, slots=True)
class Made:
    """The report, the files of records after it, the script where one was asked for, and what became of issues."""

    found: Audit
    maps: dict[str, bytes]
    script: str
    settled: Settled | None


def made(repository: Repository, asked: Asked) -> Made:
    """Read, tell known findings from new ones, and have their issues. Raises `Refused` when nothing is to be read."""
    if not asked.files and not asked.comments:
        raise Refused(
            "audit.no-input", "no audit is named", cure="laneshift report audit AUDIT.md, or --comments, or both"
        )
    tree = looked_at(repository, asked.tree)
    settings = settings_of(tree)
    audits, comments, scanned, unread = _read(repository, tree, asked, settings.audit)
    now = looked_at(repository, "")
    kept = {path: _recorded(now, path) for path in (settings.audit.map, settings.audit.comments_map)}
    sources = tuple(dict.fromkeys(each.source for each in audits))
    covered = {*sources, *(each.source for each in kept[settings.audit.map] if _is_deleted(each.source, tree))}
    found = {
        settings.audit.map: identify(kept[settings.audit.map], audits, settings.audit.alike, covered),
        settings.audit.comments_map: identify(
            kept[settings.audit.comments_map], comments, settings.audit.alike, _Everywhere() if asked.comments else ()
        ),
    }
    after = {path: records.recorded(kept[path], each) for path, each in found.items()}
    owners = _owners(lanes_of(settings, tree), (*audits, *comments))
    report = _report(tree, sources, scanned if asked.comments else -1, found, after, owners)
    report = replace(report, unread=unread)
    text = script(wanted(report), _over(after), settings.audit.label) if asked.script else ""
    settled = None
    if asked.issues:
        from laneshift.wiring import issues

        both = [entry for entries in after.values() for entry in entries]
        settled = settle(issues(repository), wanted(report), both, reconcile=asked.reconcile)
        after = {path: tuple(each for each in settled.entries if _in(each, after[path])) for path in after}
        report = _report(tree, sources, report.scanned, found, after, owners)
        report = replace(report, unread=unread)
    maps = {path: records.written(entries) for path, entries in after.items() if entries}
    return Made(report, maps, text, settled)


class _Everywhere:
    """Every source: all comments of a tree are read at once."""

    def __contains__(self, source: object) -> bool:
        return True


def _read(
    repository: Repository, tree: Tree, asked: Asked, settings: Settings
) -> tuple[tuple[Finding, ...], tuple[Finding, ...], int, tuple[str, ...]]:
    audits = tuple(_distinct(each for path in asked.files for each in findings(*_file(repository, path))))
    if not asked.comments:
        return audits, (), 0, ()
    scanned = scan(tree, settings.words, settings.exclude)
    return audits, scanned.findings, scanned.files, scanned.unread


def _distinct(found: Iterator[Finding]) -> Iterator[Finding]:
    """An audit that says a thing twice, and two that say the same, mean one matter."""
    seen = set()
    for each in found:
        if each.anchor not in seen:
            seen.add(each.anchor)
            yield each


def _file(repository: Repository, path: Path) -> tuple[str, bytes]:
    if not path.is_file():
        raise Refused("audit.no-file", f"{path} is no file", where=str(path), cure="name a Markdown file")
    if path.stat().st_size > LARGEST:
        raise Refused("audit.too-large", f"{path} has more than {LARGEST} bytes", where=str(path))
    root, place = repository.work_dir, path.resolve()
    if root is None or not place.is_relative_to(root.resolve()):
        return f"{_OUTSIDE}{path.name}", path.read_bytes()
    return place.relative_to(root.resolve()).as_posix(), path.read_bytes()


def _is_deleted(source: str, tree: Tree) -> bool:
    """Whether an audit of the repository is no longer there. Of one outside of it nothing is known."""
    return not source.startswith(_OUTSIDE) and source not in tree


def _recorded(tree: Tree, path: str) -> tuple[Entry, ...]:
    entry = tree.entry(path)
    return records.read(tree.read(path), path) if entry is not None and entry.is_regular else ()


def _owners(lanes: Lanes, found: Sequence[Finding]) -> dict[str, str]:
    """The first owner of the lane of each file."""
    files = {each.file for each in found if each.file}
    owned = {path: lane.owners for path in files if (lane := lanes.lane_of(path)) is not None}
    return {path: owners[0] for path, owners in owned.items() if owners}


def _report(
    tree: Tree,
    sources: tuple[str, ...],
    scanned: int,
    found: dict[str, Identified],
    after: dict[str, tuple[Entry, ...]],
    owners: dict[str, str],
) -> Audit:
    known = [each for identified in found.values() for each in identified.known]
    entries = [entry for each in after.values() for entry in each]
    gone = {entry.id for identified in found.values() for entry in identified.gone}
    left = tuple(entry for entry in entries if entry.id in gone)
    return Audit(tree.oid, sources, scanned, rows(known, entries, owners), left)


def _over(after: dict[str, tuple[Entry, ...]]) -> list[str]:
    return sorted(entry.id for entries in after.values() for entry in entries if entry.state is not State.OPEN)


def _in(entry: Entry, among: Sequence[Entry]) -> bool:
    return bool(among) and entry.kind is among[0].kind
