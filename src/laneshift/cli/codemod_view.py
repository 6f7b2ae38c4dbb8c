"""What `laneshift codemod` tells."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from typing import Any

from laneshift.cli.codemodding import Done
from laneshift.cli.session import Session
from laneshift.cli.talking import one_line


def tell(talk: Session, done: Done, *, explain: bool) -> int:
    """Print the result; the exit code is 1 where every file that wanted a change was refused."""
    changed = [batch for batch in done.found if not batch.empty]
    then = _then(done, len(changed))
    if talk.as_json:
        talk.quiet()
        talk.document({**_data(done), "next": then})
    else:
        for batch in done.found:
            state = "nothing left to do" if batch.empty else f"{len(batch.answer.edits)} edit(s)"
            talk.say(f"batch {batch.number} of {done.batches}: {len(batch.files)} file(s), {state}")
            for edit in batch.answer.edits if explain else ():
                talk.say(one_line(f"  {edit.path}:{edit.line} {edit.form}: {edit.before!r} -> {edit.after!r}"))
        if not done.found and not done.refusals:
            talk.say("there is nothing to change: no file has what this codemod looks for")
        for refusal in done.refusals:
            talk.say(one_line(f"left alone {refusal.path}:{refusal.line} {refusal.cause}: {refusal.why}"))
        for name in (*done.patches, *(branch.name for branch in done.branches)):
            talk.say(name)
        talk.say(f"next: {then}")
    return 1 if done.refusals and not changed else 0


def _then(done: Done, changed: int) -> str:
    asked = done.asked
    if done.branches:
        return f"git push origin {done.branches[0].name}"
    if done.patches:
        return f"git apply --index {shlex.quote(done.patches[0])}"
    if done.written:
        return "git diff"
    words = [f"--param {shlex.quote(text)}" for text in asked.parameters]
    words += [f"--include {shlex.quote(path)}" for path in asked.include]
    return " ".join(["laneshift codemod", asked.name, *words]) if changed else "laneshift status"


def _data(done: Done) -> dict[str, Any]:
    return {
        "codemod": done.asked.name,
        "batches": [
            {
                "number": batch.number,
                "files": list(batch.files),
                "tests": sorted(batch.answer.tests),
                "before": batch.before.oid,
                "after": batch.after.oid,
                "edits": [edit._asdict() for edit in batch.answer.edits],
            }
            for batch in done.found
        ],
        "of": done.batches,
        "refusals": [refusal._asdict() for refusal in done.refusals],
        "patches": list(done.patches),
        "branches": [asdict(branch) for branch in done.branches],
        "written": done.written,
    }
