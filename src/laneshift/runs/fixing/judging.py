"""What is taken of a fixer's work, and why not. Pure.

Everything that was touched besides the allowed files ends the attempt, and so does what no surgical fix needs. Names
that others use stay; whether the change is right is for the tests to say, which the fix cannot touch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from laneshift.evidence.redaction import redact_text
from laneshift.repo.objects import Tree
from laneshift.runs.fixer import Fixer
from laneshift.runs.fixing.attempts import AMENDED, FAILED, REFUSED, SUGGESTED
from laneshift.steps.runner.worked import Worked

_SHOWN = 5
_NO_FIX_NEEDS = frozenset(
    {
        *(
            "path-not-allowed",
            "protected-file",
            "submodule",
            "symlink",
            "mode",
            "binary",
            "too-large",
            "too-many-files",
        ),
        *("file-deleted", "file-gutted", "unknown-kind", "disguised-path", "unreadable", "encoding", "line-ends"),
        *("hidden-character", "hidden-space", "look-alike-name", "check-silenced", "test-weakened"),
        *("forbidden-import", "forbidden-name", "unknown-module", "star-import", "dynamic-import", "hook-added"),
        *("signature-changed", "export-lost", "definition-lost", "name-unbound", "future-changed", "patched"),
    }
)
"""What the filter for changes of others may find in no fix. Conditions, results and early returns make one."""

# Who asks which tests are running has not mended what they found.
_FORBIDDEN = ("pytest", "_pytest")


def ending(fixer: Fixer, worked: Worked) -> tuple[str, str]:
    """Outcome and reason of work that comes to nothing, or went too far; two empty texts where it is to be judged."""
    if worked.strays:
        shown = "; ".join(map(str, worked.strays[:_SHOWN]))
        return REFUSED, f"it touched what it may not: {shown}"
    if worked.run.timed_out:
        return FAILED, f"it did not end within {fixer.seconds} s"
    if not worked.run.ok:
        return FAILED, f"it ended with status {worked.run.exit_code}"
    if not worked.files:
        return FAILED, "it changed nothing"
    if 0 < fixer.files < len(worked.files):
        return REFUSED, f"it edited {len(worked.files)} files, and {fixer.name} may edit {fixer.files}"
    return "", ""


def verdict(
    fixer: Fixer, before: Tree, after: Tree, allowed: Sequence[str], roots: tuple[str, ...], others: Sequence[str]
) -> tuple[str, str]:
    """Outcome and reason of the change from `before` to `after`. `others` is what somebody else has against it."""
    found = [*faults(before, after, allowed, roots), *others]
    if found:
        return REFUSED, "; ".join(found[:_SHOWN])
    return (AMENDED, "") if fixer.commits else (SUGGESTED, f"{fixer.name} only suggests, so nothing of it is applied")


def faults(before: Tree, after: Tree, allowed: Sequence[str], roots: tuple[str, ...]) -> list[str]:
    """What no fix may do and the change from `before` to `after` does, in sentences; `allowed` are the mended files."""
    return [*_findings(before, after, frozenset(allowed), roots), *_secrets(before, after, allowed)]


def misfits(bare: Tree, fixed: Tree, merged: Tree, allowed: Sequence[str], roots: tuple[str, ...]) -> list[str]:
    """What speaks against a fix that was merged with what others did, in sentences.

    `bare` has what others did, `fixed` what the fix alone made of the mended files, and `merged` both. The fix may do
    no more than when it was made, and what it uses has to be there still.
    """
    lost = _findings(fixed, merged, frozenset(allowed), roots, frozenset({"name-unbound"}))
    return [*faults(bare, merged, allowed, roots), *lost]


def _secrets(before: Tree, after: Tree, paths: Sequence[str]) -> Iterator[str]:
    """Lines that were not there before and look like keys, tokens or passwords."""
    for path in paths:
        if after.entry(path) == before.entry(path):
            continue
        old, new = (tree.read(path).decode("utf-8", "replace").splitlines() for tree in (before, after))
        known = set(old)
        for number, line in enumerate(new, 1):
            if line not in known and redact_text(line) != line:
                yield f"{path}:{number}: it looks like a secret"


def _findings(
    before: Tree, after: Tree, allowed: frozenset[str], roots: tuple[str, ...], checks: frozenset[str] = _NO_FIX_NEEDS
) -> Iterator[str]:
    from laneshift.code.safe_patch import Limits, judge  # noqa: PLC0415 - few landings have a fix in them

    for found in judge(before, after, Limits(forbidden=_FORBIDDEN), allowed.__contains__, roots).findings:
        if found.check in checks:
            place = f"{found.path}:{found.line}" if found.line else found.path
            yield f"{place}: {found.check}: {found.what}"
