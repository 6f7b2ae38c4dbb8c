"""Runs one `laneshift sift`: reads the changes, judges each against its own base, and parts them into two folders."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from laneshift.cli.session import Session
from laneshift.code.safe_patch import Finding, Limits, Verdict, judge
from laneshift.config import glob_problem, load
from laneshift.errors import Refused
from laneshift.lanes.globs import first_match
from laneshift.repo.commits import history, read_commit
from laneshift.repo.objects import Repository, Tree
from laneshift.repo.patching import patch_between, patched
from laneshift.runs.paths import visible

_LARGEST = 64 << 20


@dataclass(frozen=True)
class Asked:
    """The arguments and options of the command, as given."""

    changes: tuple[str, ...]
    out: Path
    allow: tuple[str, ...]
    forbid: tuple[str, ...]
    deleted: int


@dataclass(frozen=True)
class Change:
    """One change by its name: both trees, or why it could not be read, and its patch."""

    name: str
    trees: tuple[Tree, Tree] | None
    patch: bytes
    trouble: str = ""


def run(talk: Session, asked: Asked) -> int:
    """Judge, write, tell; 1 where something was flagged. Raises `Refused` when there is nothing to judge."""
    for glob in asked.allow:
        if problem := glob_problem(glob):
            raise Refused("sift.bad-glob", f"--allow {glob!r}: {problem}")
    repository = Repository.open(talk.directory)
    verdicts = [(change, _judged(change, asked)) for change in _changes(repository, asked)]
    if not verdicts:
        raise Refused("sift.nothing", "there is no change to judge")
    _write(asked.out, verdicts)
    safe = sum(verdict.safe for _, verdict in verdicts)
    flagged = len(verdicts) - safe
    rows = [
        {"change": change.name, "safe": verdict.safe, "reasons": [finding._asdict() for finding in verdict.findings]}
        for change, verdict in verdicts
    ]
    out = shlex.quote(str(asked.out))
    then = f"git apply --index {out}/safe/*.patch" if safe else f"less {out}/reasons.tsv"
    if talk.as_json:
        talk.document({"changes": rows, "safe": safe, "flagged": flagged, "next": then})
        return 1 if flagged else 0
    for change, verdict in verdicts:
        talk.say(f"{'safe' if verdict.safe else 'flagged'} {change.name}")
        for finding in verdict.findings:
            talk.say(f"  {visible(finding.path)}:{finding.line} {finding.check}: {finding.what}")
    talk.say(f"{safe} safe, {flagged} flagged\nnext: {then}")
    return 1 if flagged else 0


def _judged(change: Change, asked: Asked) -> Verdict:
    if change.trees is None:
        return Verdict(0, (Finding("unreadable", "", 0, change.trouble),))
    before, after = change.trees
    roots = tuple(load(lambda path: before.read(path) if path in before else None).source_roots)
    limits = Limits(forbidden=asked.forbid, deleted=asked.deleted)
    return judge(before, after, limits, lambda path: not asked.allow or bool(first_match(asked.allow, path)), roots)


def _changes(repository: Repository, asked: Asked) -> Iterator[Change]:
    for text in asked.changes:
        place = Path(text)
        if ".." in text and not place.exists():
            yield from _commits(repository, text)
        else:
            yield _patch(repository, place)


def _commits(repository: Repository, text: str) -> Iterator[Change]:
    """Every commit of a range, oldest first, judged against its first parent."""
    old, _, new = text.partition("..")
    stop = repository.commit_id(old or "HEAD")
    for commit in reversed(history(repository, repository.commit_id(new.lstrip(".") or "HEAD"), stop)):
        found = read_commit(repository, commit.oid)
        if len(found.parents) != 1:
            yield Change(found.oid[:12], None, b"", "a merge, or a first commit, is no single change")
            continue
        before, after = repository.tree(found.parents[0]), repository.tree(found.oid)
        yield Change(found.oid[:12], (before, after), patch_between(before, after))


def _patch(repository: Repository, place: Path) -> Change:
    try:
        if place.stat().st_size > _LARGEST:
            return Change(place.name, None, b"", f"the patch has more than {_LARGEST} bytes")
        data = place.read_bytes()
    except OSError as error:
        raise Refused("sift.unreadable", "this patch cannot be read", where=str(place), why=str(error)) from error
    before = repository.tree("HEAD")
    try:
        return Change(place.name, (before, patched(repository, before, data, str(place))), data)
    except Refused as refusal:
        return Change(place.name, None, data, f"{refusal.what}: {visible(refusal.why)[:200]}")


def _write(out: Path, verdicts: list[tuple[Change, Verdict]]) -> None:
    """`safe/` and `flagged/` with numbered patches, and the reasons, one a line."""
    rows = ["change\tverdict\tcheck\tpath\tline\treason\n"]
    for folder in ("safe", "flagged"):
        (out / folder).mkdir(parents=True, exist_ok=True)
        # What an earlier call found safe may be it no longer, and all of `safe/` is going to be applied.
        for old in (out / folder).glob("[0-9][0-9][0-9][0-9]-*.patch"):
            old.unlink()
    for number, (change, verdict) in enumerate(verdicts, 1):
        folder = "safe" if verdict.safe else "flagged"
        name = f"{number:04d}-{_plain(change.name.removesuffix('.patch'))}.patch"
        (out / folder / name).write_bytes(change.patch)
        findings = verdict.findings or (Finding("", "", 0, ""),)
        for each in findings:
            cells = (name, folder, each.check, each.path, str(each.line), each.what)
            rows.append("\t".join(visible(cell).replace("\t", " ") for cell in cells) + "\n")
    (out / "reasons.tsv").write_text("".join(rows), "utf-8", "backslashreplace")


def _plain(name: str) -> str:
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "_" for letter in name)[
        :100
    ]
