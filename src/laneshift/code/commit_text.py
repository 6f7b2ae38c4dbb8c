"""The commit message of a move: what was in the way, what was done, what follows, and which intent and evidence.

A pure function of the applied intent, so that the same item gives the same commit on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass

from laneshift.code.codemods.fix import address_of, agent_of
from laneshift.code.codemods.records import REGENERATE
from laneshift.code.codemods.submitted import SUBMISSION, submitted_by
from laneshift.code.intents import Applied, Intent
from laneshift.repo.message import Message

UNFIXED = "Laneshift-Unfixed"
"""The trailer with the digest of a mended item's intent without the fix."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the trailers say: the digests under which intent and evidence are stored, and who asked for it.

    `unfixed` is the digest of the intent without its fix; empty for one that has none.
    """

    intent_digest: str
    evidence_digest: str
    task: str = ""
    unfixed: str = ""


def compose(intent: Intent, applied: Applied, scope: str, provenance: Provenance) -> str:
    """The T4 text of the commit that carries out `intent`."""
    edited = {edit.path for edit in applied.result.edits}
    trailers = [
        *([("Task", provenance.task)] if provenance.task else []),
        ("Laneshift-Item", intent.item),
        ("Laneshift-Intent", provenance.intent_digest),
        ("Laneshift-Evidence", provenance.evidence_digest),
        *_fix_trailers(intent, provenance),
    ]
    if intent.codemod is not None:
        return _codemod_text(intent, applied, scope, tuple(trailers))
    solution = [
        f"Move {_files(len(applied.result.relocations))} to `{intent.dst}`",
        f"Rewrite {_count(len(applied.result.edits), 'reference')} in {_files(len(edited))}",
        f"Record the public names in `{applied.test_path}`",
    ]
    if applied.result.markers:
        solution.insert(1, f"Add {_count(len(applied.result.markers), 'package marker')} at the destination")
    solution += _mended(intent)
    return Message(
        type="refactor",
        scope=scope,
        subject=f"move {intent.item} to {_parent(intent.dst)}",
        problem=(f"`{intent.src}` is not where its lane wants it",),
        solution=tuple(solution),
        impact=(_impact(applied, intent),),
        trailers=tuple(trailers),
    ).render()


def _codemod_text(intent: Intent, applied: Applied, scope: str, trailers: tuple[tuple[str, str], ...]) -> str:
    if intent.codemod is not None and intent.codemod.name == SUBMISSION:
        return _submission_text(intent, applied, scope, trailers)
    edited = {edit.path for edit in applied.result.edits}
    name = intent.codemod.name if intent.codemod is not None else ""
    left = len(applied.result.notices)
    solution = [f"Change {_count(len(applied.result.edits), 'place')} in {_files(len(edited))}"]
    solution += [f"Test it in {_files(len(applied.tests))}"] if applied.tests else []
    solution += _mended(intent)
    return Message(
        type="chore" if name == REGENERATE else "refactor",
        scope=scope,
        subject=f"apply {name} to {intent.src}",
        problem=(f"`{intent.src}` has what {name} looks for",),
        solution=tuple(solution),
        impact=(f"{_files(left)} could not be changed and need a look" if left else "A second run changes nothing",),
        trailers=trailers,
    ).render()


def _submission_text(intent: Intent, applied: Applied, scope: str, trailers: tuple[tuple[str, str], ...]) -> str:
    by = submitted_by(intent.codemod) if intent.codemod is not None else ""
    name = by.partition(" <")[0]
    return Message(
        type="refactor",
        scope=scope,
        subject=f"take over what {name} submitted",
        problem=(f"{intent.item} was accepted, and is not landed",),
        solution=(f"Change {_files(len(applied.result.edits))} as {name} did, byte for byte", *_mended(intent)),
        impact=("What was looked at is what lands",),
        trailers=(*trailers, ("Co-Authored-By", by)),
    ).render()


def _mended(intent: Intent) -> list[str]:
    fix = intent.fix
    return [] if fix is None else [f"Mend {_files(len(fix.paths))} as {agent_of(fix)} proposed"]


def _fix_trailers(intent: Intent, provenance: Provenance) -> list[tuple[str, str]]:
    fix = intent.fix
    if fix is None:
        return []
    unfixed = [(UNFIXED, provenance.unfixed)] if provenance.unfixed else []
    by = [("Co-Authored-By", f"{agent_of(fix)} <{address_of(fix)}>")] if address_of(fix) else []
    return [*unfixed, *by]


def _impact(applied: Applied, intent: Intent) -> str:
    if applied.result.notices:
        return f"{_count(len(applied.result.notices), 'place')} may compute the old name at run time and need a look"
    kept = "behaviour stays as it was" if intent.fix is None else "what was mended does what its tests ask"
    return f"Nothing refers to the old path; {kept}"


def _parent(path: str) -> str:
    return path.rpartition("/")[0] or "the root"


def _files(number: int) -> str:
    return _count(number, "file")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
