"""What laneshift remembers: the index of the code and the journal of what happened."""

from __future__ import annotations

from laneshift.code.index.coverage import Coverage
from laneshift.runs.doctor.row import Row

_FRESH = 0.9
_MIB = 1 << 20


def index_row(found: Coverage, size: int) -> Row:
    """Whether the index knows the code; `size` in bytes. It is a cache, so no state of it is a failure."""
    data = {"known": found.known, "files": found.blobs, "bytes": size}
    if not found.blobs:
        return Row("index", "warn", "HEAD has no Python files", "there is no code to move", "use -C DIR", data)
    if not found.present:
        return Row("index", "ok", f"none yet: the first plan reads {found.blobs} Python file(s)", data=data)
    what = f"{found.known} of {found.blobs} Python file(s) of HEAD, {size / _MIB:.1f} MiB"
    if found.known < _FRESH * found.blobs:
        return Row("index", "ok", f"{what}; the next plan reads the rest", data=data)
    return Row("index", "ok", what, data=data)


def journal_row(records: int | None) -> Row:
    """`records` is how many the journal has, None where there is none."""
    if records is None:
        return Row("journal", "ok", "nothing has happened yet")
    return Row("journal", "ok", f"{records} record(s)", data={"records": records})
