"""Reports that are empty, broken, hostile or contradict themselves are errors; those of other tools are read."""

from __future__ import annotations

import json

import pytest

from laneshift.errors import Refused
from laneshift.reports.coverage import reading
from laneshift.reports.coverage.reading import read
from tests.reports.coverage.scene import as_json

_LINE = '<line number="1" hits="1"/>'


def xml(lines: str = _LINE, head: str = "", name: str = "core/a.py", timestamp: str = "1700000000000") -> bytes:
    body = f'<packages><package name="core"><classes><class name="a" filename="{name}"><lines>{lines}</lines></class>'
    text = f'{head}<coverage version="1" timestamp="{timestamp}">{body}</classes></package></packages></coverage>'
    return text.encode()


def _refused(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read(data, "a report")
    assert refused.value.where == "a report"
    return refused.value.code


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n",
        b"\xef\xbb\xbf",
        as_json({}).encode(),
        as_json({"a.py": (0, 0)}).encode(),
        xml(""),
        b"<coverage/>",
        b"<coverage><packages/></coverage>",
    ],
)
def test_nothing_measured_is_an_error(data: bytes) -> None:
    assert _refused(data) == "coverage.empty"


@pytest.mark.parametrize(
    "data",
    [
        b"no",
        b"[]",
        b"{}",
        b"{" * 200_000,
        b"\xff\xfe{",
        b'{"meta": {}, "files": []}',
        b'{"meta": {"branch_coverage": 1}, "files": {}}',
        as_json({"a.py": (1, 1)}, timestamp="yesterday").encode(),
        as_json({"a.py": (1, 1)}).replace("[1]", "[true]").encode(),
        as_json({"a.py": (1, 1)}).replace("[1]", "[0]").encode(),
        as_json({"a.py": (1, 1)}).replace('"executed_lines"', '"lines"').encode(),
        b"<html/>",
        b"<coverage>",
        xml(name=""),
        xml('<line number="-1" hits="1"/>'),
        xml('<line number="1" hits="many"/>'),
        xml('<line number="1" hits="1" branch="true"/>'),
        xml('<line number="1" hits="1" branch="true" condition-coverage="150% (3/2)"/>'),
        xml(timestamp="soon"),
        xml("<x>" * 100 + "</x>" * 100),
    ],
)
def test_what_is_no_report_is_refused(data: bytes) -> None:
    assert _refused(data) == "coverage.not-a-report"


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE coverage [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE coverage [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE coverage [<!ENTITY % a SYSTEM "http://127.0.0.1:1/a.dtd"> %a;]>',
        "<!DOCTYPE coverage [<!ELEMENT coverage ANY>]>",
    ],
)
def test_xml_with_entities_or_a_document_type_of_its_own_is_refused(head: str) -> None:
    assert _refused(xml(head=head)) == "coverage.unsafe-xml"


def test_an_entity_that_only_the_foreign_document_type_could_declare_is_refused() -> None:
    head = '<!DOCTYPE coverage SYSTEM "http://127.0.0.1:1/coverage-04.dtd">'
    assert read(xml(head=head), "usual").files["core/a.py"].run == {1}
    assert _refused(xml(f"{_LINE}&unknown;", head)) == "coverage.unsafe-xml"


def test_a_report_is_read_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    data = as_json({"a.py": (5, 5)}).encode()
    monkeypatch.setattr(reading, "LARGEST", len(data))
    assert read(data, "fits").files["a.py"].run == {1, 2, 3, 4, 5}
    monkeypatch.setattr(reading, "LARGEST", len(data) - 1)
    assert _refused(data) == "coverage.too-large"


@pytest.mark.parametrize("key", ["num_statements", "covered_lines", "missing_lines"])
def test_totals_that_do_not_fit_the_lines_are_refused(key: str) -> None:
    told = json.loads(as_json({"a.py": (4, 3)}))
    told["files"]["a.py"]["summary"][key] += 1
    assert _refused(json.dumps(told).encode()) == "coverage.inconsistent"


def test_a_line_that_ran_and_did_not_is_refused() -> None:
    told = json.loads(as_json({"a.py": (4, 3)}))
    told["files"]["a.py"]["missing_lines"] = [1]
    assert _refused(json.dumps(told).encode()) == "coverage.inconsistent"


@pytest.mark.parametrize("branches", [{}, {"num_branches": 2, "covered_branches": 3}, {"num_branches": True}])
def test_branches_are_counted_or_refused(branches: dict[str, int]) -> None:
    told = json.loads(as_json({"a.py": (4, 3)}, branch_coverage=True))
    told["files"]["a.py"]["summary"] |= branches
    assert _refused(json.dumps(told).encode()) == "coverage.inconsistent"


def test_lines_of_methods_and_classes_are_not_counted_twice() -> None:
    lines = (
        '<line number="1" hits="0"/><line number="1" hits="2"/><line number="2" hits="0"/>'
        '<line number="3" hits="1" branch="true" condition-coverage="50% (1/2)"/>'
        '<line number="3" hits="1" branch="true" condition-coverage="50% (1/2)"/>'
    )
    found = read(xml(lines), "x")
    each = found.files["core/a.py"]
    assert (each.statements, each.run, each.branches, each.branches_run) == ({1, 2, 3}, {1, 3}, 2, 1)
    assert found.branch
    assert found.written == 1_700_000_000
    assert read(xml(timestamp="1700000000"), "seconds").written == 1_700_000_000
