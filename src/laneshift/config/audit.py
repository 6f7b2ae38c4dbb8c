"""Settings about findings of audits and comments that ask for work, and where their ids are recorded."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from laneshift.config.values import STRICT, Glob, Share, TreeFile, exact_decimal

_WORDS = "todo fixme xxx hack".upper().split()


class Audit(BaseModel):
    """`map` and `comments_map` are files of the tree with the id, the text and the issue of each finding.

    `words` begin a comment that asks for work, `exclude` are globs of files without such comments. `alike` is how alike
    an edited text has to be to keep its id; `label` is on every issue of a forge.
    """

    model_config = STRICT
    map: TreeFile = "docs/audits/audit_to_issue_map.json"
    comments_map: TreeFile = "docs/audits/todo_to_issue_map.json"
    words: Annotated[list[Annotated[str, Field(pattern=r"^[A-Za-z]{2,20}$")]], Field(min_length=1, max_length=20)] = (
        _WORDS
    )
    exclude: list[Glob] = []
    alike: Share = exact_decimal(0.6)
    label: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:-]{0,48}$")] = "laneshift-audit"
