"""Test results from JUnit XML, as pytest and many others write it.

The text is anybody's: entities and document types are refused before they are looked at, and its depth is bounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.parsers import expat

from laneshift.errors import CheckFailed
from laneshift.reports.health.tests_run import Tests, some, together

LARGEST = 128 << 20
"""Bytes of one file."""
_DEEPEST = 64
_RED = ("failure", "error")


def read(files: Mapping[str, bytes], what: str) -> Tests:
    """What the files, by name, say together. Raises `CheckFailed` for one that is empty, no JUnit XML or without a test
    (`health.bad-junit`), and where no test ran in all of them (`health.no-tests`)."""
    return some(together([_read(name, data) for name, data in files.items()]), what)


def _read(name: str, data: bytes) -> Tests:
    try:
        return parse(data)
    except ValueError as error:
        raise CheckFailed(
            "health.bad-junit", f"{name} gives no test results: {error}", cure="write it with `pytest --junit-xml=FILE`"
        ) from error


def parse(data: bytes) -> Tests:
    """What one document says. Raises `ValueError` for anything that is no JUnit XML, or has no test."""
    cases = _Cases()
    if not data.strip():
        raise ValueError("it is empty")
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = cases.begin
    parser.EndElementHandler = cases.end
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ValueError(f"it is no XML: {error}") from error
    if not cases.ran and not cases.skipped:
        raise ValueError("it names no test")
    return Tests(cases.ran - len(cases.red), cases.ran, cases.skipped, tuple(cases.red))


class _Cases:
    """Counts test cases while a document is read. A suite that has fewer than it says was cut."""

    def __init__(self) -> None:
        self.ran = 0
        self.skipped = 0
        self.red: list[str] = []
        self._open: list[str] = []
        self._suites: list[tuple[str, int]] = []
        self._name = ""
        self._marks: set[str] = set()

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if not self._open and tag not in ("testsuites", "testsuite"):
            raise ValueError(f"its root is <{tag[:40]}>, not <testsuites>")
        if len(self._open) >= _DEEPEST:
            raise ValueError(f"it is nested deeper than {_DEEPEST}")
        if tag == "testcase":
            if "testcase" in self._open:
                raise ValueError("a test case stands in a test case")
            place, name = attributes.get("classname", ""), attributes.get("name", "")
            self._name, self._marks = (
                "::".join(part for part in (place, name) if part) or "a test without a name",
                set(),
            )
        elif tag == "testsuite":
            self._suites.append((attributes.get("tests", ""), self.ran + self.skipped))
        elif self._open and self._open[-1] == "testcase":
            self._marks.add(tag)
        self._open.append(tag)

    def end(self, tag: str) -> None:
        """An element ends."""
        self._open.pop()
        if tag == "testsuite":
            said, before = self._suites.pop()
            if said.isascii() and said.isdigit() and int(said[:12]) > self.ran + self.skipped - before:
                raise ValueError(f"a suite says that it has {said[:12]} tests, and has fewer")
        if tag != "testcase":
            return
        if self._marks.intersection(_RED):
            self.ran += 1
            self.red.append(self._name)
        elif "skipped" in self._marks:
            self.skipped += 1
        else:
            self.ran += 1


def _no_doctype(*_: object) -> None:
    raise ValueError("it has a document type, which may hold entities; test results have none")
