"""What the filter for changes of others says of code that is no test, as far as it speaks for this kind of agent.

An agent that mends things has to change what code does; one that works through batches has not, so all of the filter
holds for it. What other checks here say better is left to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from laneshift.agents.submitting.ground import LARGEST_TEXT, Ground, Touch
from laneshift.agents.submitting.objecting import line_of, objection
from laneshift.agents.submitting.submission import Objection
from laneshift.agents.submitting.tests.places import is_test
from laneshift.code.moves.spans import parse, read_source
from laneshift.code.safe_patch import Limits, judge
from laneshift.code.safe_patch.stated import placed
from laneshift.runs.codemod_sift import ACCEPTABLE

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
    texts = {touch.path: touch for touch in ground.ends}
    for finding in verdict.findings:
        touch = texts.get(finding.path)
        if not _counts(ground, finding.check, finding.path):
            continue
        if finding.check == "check-lost" and ground.who.kind != "batch" and touch is not None and _still_checks(touch):
            continue
        text = touch.new if touch is not None and touch.new is not None else touch.old if touch is not None else ""
        line = line_of(text, finding.line)
        yield objection(finding.check, finding.path, finding.what, _CURE, finding.line, line)


def _still_checks(touch: Touch) -> bool:
    """Whether every `raise` and `assert` still stands in its function, be it under another condition."""
    old, new = (_checks(text) for text in (touch.old, touch.new))
    return old is not None and new is not None and not old - new


def _checks(text: str | None) -> Counter[tuple[str, str]] | None:
    tree = parse(read_source((text or "").encode()))
    if tree is None:
        return None
    return Counter((said.scope, said.text) for said, _ in placed(tree) if said.kind in ("Raise", "Assert"))


def _counts(ground: Ground, name: str, path: str) -> bool:
    if name in _TOLD_BY_OTHERS:
        return False
    if is_test(path):
        return name in _OF_TEXTS
    return ground.who.kind == "batch" or name not in ACCEPTABLE
