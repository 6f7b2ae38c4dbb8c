"""What a move reports: the spans it rewrote, and what it saw and left."""

from __future__ import annotations

from laneshift.repo.plain_records import NamedTuple


class Edit(NamedTuple):
    """One rewritten span. `path` is the path after the move, `line` counts from 1 in the file before it.

    `form` names the family of reference: `from-import`, `import`, `relative`, `attribute`, `text`, `file-path`, ...
    """

    path: str
    line: int
    form: str
    before: str
    after: str


class Notice(NamedTuple):
    """Something a person should look at, because no text says for certain what it means. Nothing was edited there.

    `kind` is one of `computed-name`, `lazy-table`, `declared-name`, `hidden-package`, `data-file`,
    `pickle`, `binary`, `ambiguous-text`, `unknown-format`, `already-named`; or `import-cycle`, for a line by which a
    moving file imports the package that it leaves, whose own file takes names from it, or by which a file imports the
    module through a package above its new place that leads back to that file: it can no longer come first; or
    `hides-standard`, for a name at the top of a source root that the standard library has as well; or `through-alias`,
    for a module that is read from a name which a line binds to its package; or `named-page`, for what leads to a page
    of documentation that is named for the module and stays where it is; or `escaped-name`, for the old name with
    escaped underscores where the new one has none; or `inner-root`, for a destination below a source root that lies
    inside a package; or, in a work tree, `ignored`, for a destination that git ignores.
    """

    path: str
    line: int
    kind: str
    text: str
