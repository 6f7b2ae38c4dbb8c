"""JUnit XML: what is counted, and everything that gives no rate at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from laneshift.errors import CheckFailed
from laneshift.reports.health import junit

CASES = """<testsuites><testsuite name="s" tests="4" errors="1" failures="1" skipped="1">
<testcase classname="a.b" name="good"/><testcase classname="a.b" name="bad"><failure message="m">t</failure></testcase>
<testcase classname="a.b" name="worse"><error/></testcase><testcase name="not"><skipped/></testcase>
</testsuite></testsuites>"""

TESTS = """import pytest
def test_good(): assert 1
def test_bad(): assert 0
@pytest.mark.skip
def test_not(): assert 0
@pytest.mark.xfail(strict=True)
def test_known(): assert 0
"""


def test_what_ran_is_the_denominator() -> None:
    found = junit.parse(CASES.encode())
    assert (found.passed, found.ran, found.skipped, found.red) == (1, 3, 1, ("a.b::bad", "a.b::worse"))


def test_what_pytest_writes_is_read(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(TESTS)
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir=.", "--junit-xml=out.xml"]
    subprocess.run([*words, "test_some.py"], cwd=tmp_path, capture_output=True, check=False, timeout=300)
    found = junit.read({"out.xml": (tmp_path / "out.xml").read_bytes()}, "unit suite")
    assert (found.passed, found.ran, found.skipped, found.red) == (1, 2, 2, ("test_some::test_bad",))


def test_several_files_are_one_suite() -> None:
    other = b'<testsuite tests="1"><testcase name="one"/></testsuite>'
    found = junit.read({"a.xml": CASES.encode(), "b.xml": other}, "unit suite")
    assert (found.passed, found.ran) == (2, 4)


DAMAGED = {
    "empty": b"",
    "blank": b" \n",
    "no XML": b"1 passed",
    "JSON": b'{"tests": 1}',
    "cut": CASES[:-30].encode(),
    "other root": b"<html><testcase/></html>",
    "no test": b'<testsuites><testsuite tests="0"/></testsuites>',
    "fewer than it says": b'<testsuite tests="2"><testcase name="one"/></testsuite>',
    "entity": b'<!DOCTYPE x [<!ENTITY e "x">]><testsuite><testcase name="&e;"/></testsuite>',
    "from outside": b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><testsuite><testcase name="a"/></testsuite>',
    "deep": b"<testsuite>" * 100 + b"<testcase/>" + b"</testsuite>" * 100,
    "nested cases": b"<testsuite><testcase><testcase/></testcase></testsuite>",
    "NUL": b"\0" * 50,
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_file_gives_no_results_and_a_good_one_does_not_make_up_for_it(kind: str) -> None:
    with pytest.raises(CheckFailed) as raised:
        junit.read({"good.xml": CASES.encode(), "bad.xml": DAMAGED[kind]}, "unit suite")
    assert raised.value.code == "health.bad-junit"
    assert "bad.xml" in raised.value.what


def test_skipped_tests_alone_are_no_rate() -> None:
    data = b'<testsuite><testcase name="a"><skipped/></testcase></testsuite>'
    with pytest.raises(CheckFailed, match="no test of the smoke suite ran, 1 skipped"):
        junit.read({"s.xml": data}, "smoke suite")
