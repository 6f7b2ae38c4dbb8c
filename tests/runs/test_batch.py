"""Batch files by their text alone: one entry for each fault, and what must be accepted."""

from __future__ import annotations

import pytest

from laneshift.runs import batch as batches
from laneshift.runs.batch import ParsedBatch, parse

GOOD = b"labs.a.b\tlabs/a/b.py\tcore/a/b.py\n"

# Bytes of one line, and the codes of its faults: all of them, and no other.
FAULTY: dict[str, tuple[bytes, list[str]]] = {
    "one field": (b"labs.a.b", ["field-count"]),
    "two fields": (b"labs.a.b\tlabs/a/b.py", ["field-count"]),
    "four fields": (b"labs.a.b\tlabs/a/b.py\tcore/a/b.py\tx", ["field-count"]),
    "a tab at the end": (b"labs.a.b\tlabs/a/b.py\tcore/a/b.py\t", ["field-count"]),
    "hidden text without fields": (b"labs\x07", ["field-count", "text-hidden"]),
    "latin-1": (b"labs.a.b\tlabs/a/b.py\tcore/\xe9.py", ["not-utf8"]),
    "overlong UTF-8": (b"labs.a.b\tlabs/a/b.py\tcore/\xc0\xae\xc0\xae/b.py", ["not-utf8"]),
    "a surrogate in UTF-8": (b"labs.a.b\tlabs/a/b.py\tcore/\xed\xa0\x80.py", ["not-utf8"]),
    "absolute src": (b"labs.a.b\t/labs/a/b.py\tcore/a/b.py", ["path-absolute"]),
    "absolute dst": (b"labs.a.b\tlabs/a/b.py\t/etc/b.py", ["path-absolute"]),
    "two slashes first": (b"labs.a.b\tlabs/a/b.py\t//core/b.py", ["path-absolute"]),
    "a drive": (b"labs.a.b\tlabs/a/b.py\tC:/core/b.py", ["path-absolute"]),
    "only slashes": (b"labs.a.b\tlabs/a/b.py\t//", ["path-absolute", "path-empty"]),
    "parent first": (b"labs.a.b\tlabs/a/b.py\t../b.py", ["path-parent"]),
    "parent inside": (b"labs.a.b\tlabs/a/b.py\tcore/x/../b.py", ["path-parent"]),
    "parent last": (b"labs.a.b\tlabs/a/..\tcore/b", ["path-parent"]),
    "backslash": (b"labs.a.b\tlabs/a/b.py\tcore\\b.py", ["path-backslash"]),
    "NUL": (b"labs.a.b\tlabs/a/b.py\tcore/b\x00.py", ["path-nul"]),
    "escape": (b"labs.a.b\tlabs/a/b.py\tcore/\x1b[31m.py", ["path-control"]),
    "DEL": (b"labs.a.b\tlabs/a/b.py\tcore/b\x7f.py", ["path-control"]),
    "CR inside": (b"labs.a.b\tlabs/a/b.py\tcore/b\rx.py", ["path-control"]),
    "two CR at the end": (b"labs.a.b\tlabs/a/b.py\tcore/b.py\r\r", ["path-control"]),
    "vertical tab": (b"labs.a.b\tlabs/a/b.py\tcore/b\x0b.py", ["path-control"]),
    "C1": ("labs.a.b\tlabs/a/b.py\tcore/b\u0085.py".encode(), ["path-control"]),
    "right-to-left override": ("labs.a.b\tlabs/a/b.py\tcore/\u202eyp.b".encode(), ["path-hidden"]),
    "isolate": ("labs.a.b\tlabs/a/b.py\tcore/\u2066b.py".encode(), ["path-hidden"]),
    "zero width space": ("labs.a.b\tlabs/a/b.py\tcore/b\u200b.py".encode(), ["path-hidden"]),
    "line separator": ("labs.a.b\tlabs/a/b.py\tcore/b\u2028.py".encode(), ["path-hidden"]),
    "paragraph separator": ("labs.a.b\tlabs/a/b.py\tcore/b\u2029.py".encode(), ["path-hidden"]),
    "BOM inside": ("labs.a.b\tlabs/a/b.py\t\ufeffcore/b.py".encode(), ["path-hidden"]),
    "soft hyphen": ("labs.a.b\tlabs/a/b.py\tcore/b\u00ad.py".encode(), ["path-hidden"]),
    "variation selector": ("labs.a.b\tlabs/a/b.py\tcore/b\ufe0f.py".encode(), ["path-hidden"]),
    "tag character": ("labs.a.b\tlabs/a/b.py\tcore/b\U000e0041.py".encode(), ["path-hidden"]),
    "variation selector of the supplement": (
        "labs.a.b\tlabs/a/b.py\tcore/b\U000e0100.py".encode(),
        ["path-hidden"],
    ),
    "Hangul filler": ("labs.a.b\tlabs/a/b.py\tcore/\u3164.py".encode(), ["path-hidden"]),
    "empty src": (b"labs.a.b\t\tcore/b.py", ["path-empty"]),
    "empty dst": (b"labs.a.b\tlabs/a/b.py\t", ["path-empty"]),
    "only a dot": (b"labs.a.b\tlabs/a/b.py\t./.", ["path-empty"]),
    "git folder": (b"labs.a.b\tlabs/a/b.py\t.git/hooks/b.py", ["path-git"]),
    "git folder below": (b"labs.a.b\tlabs/a/b.py\tcore/.git/b.py", ["path-git"]),
    "git folder in capitals": (b"labs.a.b\tlabs/a/b.py\tcore/.GiT/b.py", ["path-git"]),
    "git folder with a dot": (b"labs.a.b\tlabs/a/b.py\tcore/.git./b.py", ["path-git"]),
    "git folder with a space": (b"labs.a.b\tlabs/a/b.py\tcore/.git /b.py", ["path-git"]),
    "git folder as NTFS shortens it": (b"labs.a.b\tlabs/a/b.py\tcore/GIT~1/b.py", ["path-git"]),
    "git folder as an NTFS stream": (b"labs.a.b\tlabs/a/b.py\tcore/.git::$INDEX_ALLOCATION/b.py", ["path-git"]),
    "git folder as HFS hides it": ("labs.a.b\tlabs/a/b.py\tcore/.g\u200cit/b.py".encode(), ["path-hidden"]),
    "long component": (b"labs.a.b\tlabs/a/b.py\tcore/" + b"x" * 253 + b".py", ["component-too-long"]),
    "long component in bytes": (
        b"labs.a.b\tlabs/a/b.py\tcore/" + "é".encode() * 127 + b".py",
        ["component-too-long"],
    ),
    "long path": (b"labs.a.b\tlabs/a/b.py\tcore/" + (b"x" * 200 + b"/") * 21 + b"x.py", ["path-too-long"]),
    "deep path": (b"labs.a.b\tlabs/a/b.py\tcore/" + b"x/" * 128 + b"x.py", ["path-too-deep"]),
    "empty module": (b"\tlabs/a/b.py\tcore/b.py", ["bad-module"]),
    "module with a keyword": (b"labs.class.b\tlabs/a/b.py\tcore/b.py", ["bad-module"]),
    "module with a dash": (b"labs.a-b\tlabs/a/b.py\tcore/b.py", ["bad-module"]),
    "module with two dots": (b"labs..b\tlabs/a/b.py\tcore/b.py", ["bad-module"]),
    "module as an option": (b"--upload-pack=x\tlabs/a/b.py\tcore/b.py", ["bad-module"]),
    "module too long": (b"a." * 2100 + b"b\tlabs/a/b.py\tcore/b.py", ["bad-module"]),
    "many at once": (b"1\t/x\\y\t../z", ["bad-module", "path-absolute", "path-backslash", "path-parent"]),
}


def codes(batch: ParsedBatch) -> list[str]:
    return [fault.code.removeprefix("batch.") for fault in batch.faults]


@pytest.mark.parametrize("case", FAULTY)
def test_each_fault_of_the_text_is_found_and_placed(case: str) -> None:
    raw, expected = FAULTY[case]
    read = parse("core.tsv", GOOD + b"\n# note\n" + raw + b"\n")
    assert sorted(codes(read)) == sorted(expected)
    assert {fault.where for fault in read.faults} == {"core.tsv:4"}
    assert [line.number for line in read.lines] == [1, 4]
    assert read.lines[0].faults == ()
    assert read.lines[1].faults == read.faults


def test_all_faults_of_a_file_are_listed_at_once() -> None:
    read = parse("core.tsv", b"\n".join(raw for raw, _ in FAULTY.values()))
    assert len(read.lines) == len(FAULTY)
    assert sorted(codes(read)) == sorted(code for _, expected in FAULTY.values() for code in expected)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"core//a.py", "core/a.py"),
        (b"./core/a.py", "core/a.py"),
        (b"core/./a.py", "core/a.py"),
        (b"core/a/", "core/a"),
        (b"core/a..b.py", "core/a..b.py"),
        (b".github/a.py", ".github/a.py"),
        (b"core/.gitignore", "core/.gitignore"),
        (b"core/git.py", "core/git.py"),
        (b" core/a b.py", " core/a b.py"),
        ("core/größe.py".encode(), "core/größe.py"),
        (b"x/" * 128 + b"x.py", "x/" * 128 + "x.py"),
        (b"core/" + b"x" * 252 + b".py", "core/" + "x" * 252 + ".py"),
    ],
)
def test_paths_are_normalised_and_nothing_else_is_touched(written: bytes, read: str) -> None:
    found = parse("core.tsv", b"labs.a\tlabs/a.py\t" + written)
    assert found.faults == ()
    assert [line.dst for line in found.lines] == [read]
    assert found.lines[0].placed


@pytest.mark.parametrize(
    "data",
    [
        GOOD,
        b"\xef\xbb\xbf" + GOOD,
        GOOD[:-1],
        GOOD[:-1] + b"\r\n",
        b"# x\n\n \t\n" + GOOD,
        b"\xef\xbb\xbf# x\r\n" + GOOD,
    ],
)
def test_line_ends_marks_and_comments_do_not_matter(data: bytes) -> None:
    found = parse("core.tsv", data)
    assert found.faults == ()
    assert [(line.module, line.src, line.dst) for line in found.lines] == [("labs.a.b", "labs/a/b.py", "core/a/b.py")]


def test_a_line_with_faults_shows_what_cannot_be_seen() -> None:
    line = parse("core.tsv", "labs.a\tlabs/\u202ea.py\tcore/\x1b[2Ja.py".encode()).lines[0]
    assert (line.src, line.dst) == ("labs/\\u202ea.py", "core/\\x1b[2Ja.py")
    assert not line.placed
    assert all(str(fault).isprintable() for fault in line.faults)


@pytest.mark.parametrize(("size", "shown"), [(196, "x" * 196), (250, "x" * 197 + "…")])
def test_a_long_path_is_shown_by_its_start(size: int, shown: str) -> None:
    fault = parse("core.tsv", b"labs.a\tlabs/a.py\t../" + b"x" * size + b"\\").faults[0]
    assert fault.what.startswith("dst: '../" + shown)
    assert len(fault.what) < 250


@pytest.mark.parametrize("name", ["batches/core.tsv", "a/b/batch_core.tsv", "1.tsv", "_x-y.z.tsv", "core"])
def test_the_batch_is_named_after_its_file(name: str) -> None:
    read = parse(name, GOOD)
    assert read.faults == ()
    assert read.name == name.rpartition("/")[2].removesuffix(".tsv")


@pytest.mark.parametrize(
    "name",
    ["-x.tsv", ".tsv", "a b.tsv", "a..b.tsv", "a.lock.tsv", "ä.tsv", "a\n.tsv", "a\u202e.tsv", "", "x" * 101 + ".tsv"],
)
def test_a_name_that_cannot_be_part_of_a_branch_is_refused(name: str) -> None:
    read = parse(name, GOOD)
    assert codes(read) == ["bad-name"]
    assert str(read.faults[0]).isprintable()


@pytest.mark.parametrize("data", [b"", b"\n\n", b"# only a note\n", b"\xef\xbb\xbf"])
def test_a_file_without_items_is_refused(data: bytes) -> None:
    assert codes(parse("core.tsv", data)) == ["empty"]


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    at_limit = b"#" * batches.MAX_BYTES
    assert codes(parse("core.tsv", at_limit)) == ["empty"]
    assert codes(parse("core.tsv", at_limit + b"#")) == ["file-too-large"]


def test_a_file_with_too_many_items_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MAX_ITEMS", 3)
    assert codes(parse("core.tsv", GOOD * 3)) == []
    refused = parse("core.tsv", GOOD * 4)
    assert codes(refused) == ["too-many-items"]
    assert refused.lines == ()
    assert batches.parse("core.toml", b"items = [1, 2, 3, 4]").faults[0].code == "batch.too-many-items"
