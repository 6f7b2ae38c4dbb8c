"""What the filter for changes of others says of code that is no test, as far as it speaks for this kind of agent.

An agent that mends things has to change what code does; one that works through batches has not, so all of the filter
holds for it. What other checks here say better is left to them, and what laneshift itself makes of the pack's items,
file by file, needs no judge: a pack of moves asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from laneshift.agents.submitting.ground import LARGEST_TEXT, Ground
from laneshift.agents.submitting.mending import counts
from laneshift.agents.submitting.objecting import line_of, objection
from laneshift.agents.submitting.submission import Objection
from laneshift.agents.submitting.tests.places import is_test
from laneshift.code.safe_patch import Finding, Limits, judge

NAME = "filter"
_TOLD_BY_OTHERS = frozenset(
    {
        "path-not-allowed", "submodule", "symlink", "mode", "binary", "too-large", "too-many-files", "protected-file",
        "file-deleted", "lines-deleted", "statements-deleted", "file-gutted", "unknown-kind", "disguised-path",
    }
)  # fmt: skip
_OF_TEXTS = frozenset(
    {"hidden-character", "hidden-space", "look-alike-name", "encoding", "line-ends", "check-silenced"}
)
"""What is wrong in tests too."""
_CURE = "do it in another way, or leave it to a person"


def check(ground: Ground) -> Iterator[Objection]:
    """The change from base to tip, file by file."""
    writes = ground.pack.writes
    limits = Limits(bytes=LARGEST_TEXT, lines=1 << 30, deleted=1 << 30)
    verdict = judge(ground.base, ground.tip, limits, lambda path: path in writes, ground.roots)
    texts = {touch.path: (touch.old, touch.new) for touch in ground.ends}
    for finding in verdict.findings:
        old, new = texts.get(finding.path, (None, None))
        line = line_of(new if new is not None else old, finding.line)
        if _speaks(ground, finding, (old, new), line):
            yield objection(finding.check, finding.path, finding.what, _CURE, finding.line, line)


def _speaks(ground: Ground, finding: Finding, texts: tuple[str | None, str | None], line: str) -> bool:
    if finding.check in _TOLD_BY_OTHERS or ground.is_engines(finding.path):
        return False
    if is_test(finding.path):
        return finding.check in _OF_TEXTS
    return ground.who.kind == "batch" or counts(finding, *texts, line)
