"""Which kind of report some bytes are. An empty one is an error: nothing that was measured is not everything."""

from __future__ import annotations

from laneshift.errors import Refused
from laneshift.reports.coverage.from_json import from_json
from laneshift.reports.coverage.from_xml import from_xml
from laneshift.reports.coverage.lines import Measured

LARGEST = 256 << 20
"""Bytes of a report that are looked at."""

_CURE = "run the tests under coverage, then `coverage json` or `coverage xml`"


def read(data: bytes, where: str) -> Measured:
    """The report in `data`, JSON of coverage.py or Cobertura XML. `where` is its name in errors.

    Raises `Refused` (`coverage.empty`, `coverage.too-large`, and those of the formats).
    """
    if len(data) > LARGEST:
        raise Refused("coverage.too-large", f"the report has more than {LARGEST} bytes", where=where)
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise Refused("coverage.empty", "the coverage report is empty", where=where, cure=_CURE)
    measured = from_xml(data, where) if start.startswith(b"<") else from_json(start, where)
    if not any(each.statements for each in measured.files.values()):
        raise Refused("coverage.empty", "the coverage report has no statement of any file", where=where, cure=_CURE)
    return measured
