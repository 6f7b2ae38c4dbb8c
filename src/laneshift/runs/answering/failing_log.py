"""Where a log of pytest says that the first test failed, and with which error. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_PLACE = re.compile(r"^([^\s:<>/][^\s:<>]*\.py):(\d+):", re.MULTILINE)
_ERROR = re.compile(r"^E {3,}(\S.*)$", re.MULTILINE)
_HEADER = re.compile(r"^_{3,} (\S.*?) _{3,}$", re.MULTILINE)
_LONGEST = 300
_LARGEST = 1 << 20


class At(NamedTuple):
    """Path and line of the failure in the project's own code ("" and 0 when the log does not say), and its error."""

    path: str = ""
    line: int = 0
    error: str = ""


def first_failure(log: str, tests: Sequence[str]) -> At:
    """What the log says of the first of `tests` (node ids), or of whatever failed first when it says nothing of it.

    The line is that in the test's own file, else the first one in any file of the project.
    """
    text = _part(log[:_LARGEST], tests[0] if tests else "")
    own = tests[0].partition("::")[0] if tests else ""
    places = [(found.group(1), int(found.group(2))) for found in _PLACE.finditer(text)]
    chosen = next((place for place in places if place[0] == own), places[0] if places else ("", 0))
    error = _ERROR.search(text)
    return At(*chosen, error.group(1).strip()[:_LONGEST] if error is not None else "")


def _part(log: str, test: str) -> str:
    """The part of the log about one test; all of it when there is none."""
    name = test.rpartition("::")[2].partition("[")[0]
    headers = list(_HEADER.finditer(log))
    for number, header in enumerate(headers):
        if name and header.group(1).partition("[")[0].rpartition(".")[2] == name:
            end = headers[number + 1].start() if number + 1 < len(headers) else len(log)
            return log[header.start() : end]
    return log
