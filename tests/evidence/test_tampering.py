"""Whatever is done to a journal, the check names the record: in the export, in the SQLite file, with a cut tail."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.evidence.chain import check
from laneshift.evidence.checkpoint import Checkpoint
from laneshift.evidence.journal import Journal
from laneshift.evidence.records import Finding, Record, load, read_lines

from .values import exported, filled, json_values

SIZE = 12
MANY = settings(derandomize=True, max_examples=500, deadline=None)
numbers = st.integers(1, SIZE)


@dataclass(frozen=True, repr=False)
class Original:
    """An untouched journal: its file, its lines, its records and its checkpoint."""

    path: Path
    lines: tuple[bytes, ...]
    records: tuple[Record, ...]
    checkpoint: Checkpoint


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Original:
    path = tmp_path_factory.mktemp("journal") / "journal.sqlite"
    journal = filled(path, SIZE)
    data, checkpoint = exported(journal)
    journal.close()
    return Original(path, tuple(data.splitlines(keepends=True)), tuple(load(data)), checkpoint)


def audit(lines: list[bytes], checkpoint: Checkpoint | None = None) -> list[Finding]:
    records, unreadable = read_lines(b"".join(lines))
    return check(records, checkpoint, unreadable=unreadable)


def named(findings: list[Finding]) -> set[int]:
    return {finding.seq for finding in findings}


def rehashed(record: Record) -> Record:
    return replace(record, digest=record.computed_digest())


def test_an_untouched_journal_has_no_findings(original: Original) -> None:
    assert audit(list(original.lines)) == []
    assert audit(list(original.lines), original.checkpoint) == []


@MANY
@given(numbers, st.data())
def test_every_edit_of_every_field_of_a_line_is_named(original: Original, seq: int, data: st.DataObject) -> None:
    fields = json.loads(original.lines[seq - 1])
    name = data.draw(st.sampled_from(sorted(fields)))
    value = data.draw(json_values.filter(lambda value: value != fields[name] or type(value) is not type(fields[name])))
    line = json.dumps({**fields, name: value}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    lines = list(original.lines)
    lines[seq - 1] = line.encode() + b"\n"
    assert named(audit(lines)) & {seq, value if type(value) is int else seq}


@MANY
@given(
    numbers, st.sampled_from(["key", "kind", "at", "actor", "tool", "facts", "previous", "previous_key"]), st.booleans()
)
def test_an_edit_with_a_new_digest_is_named(original: Original, seq: int, name: str, with_checkpoint: bool) -> None:
    other: dict[str, Any] = {"at": 5, "facts": {"forged": True}, "previous": "sha256:" + "e" * 64}
    records = list(original.records)
    records[seq - 1] = rehashed(replace(records[seq - 1], **{name: other.get(name, "forged")}))
    findings = check(records, original.checkpoint if with_checkpoint or seq == SIZE else None)
    assert seq in named(findings)
    assert named(findings) <= {seq - 1, seq}


@MANY
@given(numbers, st.integers(0, 10_000), st.integers(0, 255))
def test_every_changed_byte_is_named(original: Original, seq: int, place: int, byte: int) -> None:
    lines = list(original.lines)
    line = bytearray(lines[seq - 1])
    place %= len(line)
    if line[place] == byte:
        byte ^= 1
    line[place] = byte
    lines[seq - 1] = bytes(line)
    findings = audit(lines)
    assert findings
    assert {finding.seq for finding in findings} & {seq, *(named(findings) - set(range(1, SIZE + 1)))}


@MANY
@given(st.sets(numbers, min_size=1))
def test_every_removed_record_is_named(original: Original, gone: set[int]) -> None:
    lines = [line for seq, line in enumerate(original.lines, start=1) if seq not in gone]
    findings = audit(lines, original.checkpoint)
    assert named(findings) == gone
    assert {finding.code for finding in findings} <= {"evidence.removed", "evidence.truncated"}
    without = named(audit(lines))
    kept = max(set(range(1, SIZE + 1)) - gone, default=0)
    assert without == {seq for seq in gone if seq < kept}


def test_a_removed_record_is_named_by_its_key_too(original: Original) -> None:
    lines = list(original.lines)
    del lines[4]
    assert [str(finding) for finding in audit(lines)] == ["record 5 (item/5): is missing [evidence.removed]"]


@MANY
@given(numbers, numbers)
def test_two_swapped_records_are_named(original: Original, one: int, other: int) -> None:
    lines = list(original.lines)
    lines[one - 1], lines[other - 1] = lines[other - 1], lines[one - 1]
    findings = audit(lines)
    if one == other:
        assert findings == []
        return
    assert {finding.code for finding in findings} == {"evidence.reordered"}
    assert named(findings) & {one, other}
    assert abs(one - other) == 1 or {one, other} <= named(findings) or abs(one - other) == 2


@MANY
@given(st.permutations(range(1, SIZE + 1)))
def test_any_other_order_is_told(original: Original, order: list[int]) -> None:
    findings = audit([original.lines[seq - 1] for seq in order])
    assert (findings == []) == (order == sorted(order))
    stayed = [seq for seq in order if seq not in named(findings)]
    assert stayed == sorted(stayed)


@MANY
@given(numbers, st.integers(0, SIZE))
def test_a_copied_record_is_named(original: Original, seq: int, place: int) -> None:
    lines = list(original.lines)
    lines.insert(place, original.lines[seq - 1])
    findings = audit(lines, original.checkpoint)
    assert (seq, "evidence.duplicated") in {(finding.seq, finding.code) for finding in findings}
    assert named(findings) == {seq}


@MANY
@given(st.integers(0, SIZE - 1), st.booleans(), st.integers(0, 2))
def test_a_cut_tail_is_named_record_for_record(original: Original, kept: int, inside: bool, back: int) -> None:
    lines = list(original.lines[:kept])
    if inside:
        lines.append(original.lines[kept][: -1 - back])
    findings = audit(lines, original.checkpoint)
    assert named(findings) == set(range(kept + 1, SIZE + 1))
    assert ("item/12" in {finding.key for finding in findings}) or inside


def test_a_cut_last_line_is_named_without_a_checkpoint_too(original: Original) -> None:
    for back in (1, 2, 50):
        findings = audit([*original.lines[:-1], original.lines[-1][:-back]])
        assert [(found.code, found.seq) for found in findings] == [("evidence.line-cut", SIZE)]


@pytest.mark.parametrize(
    ("old", "new"), [(b'":"', b'": "'), ("ä".encode(), b"\\u00e4"), (b"\n", b" \n"), (b"{", b"\t{")]
)
def test_a_line_written_in_another_way_is_named(original: Original, old: bytes, new: bytes) -> None:
    lines = list(original.lines)
    assert old in lines[6]
    lines[6] = lines[6].replace(old, new, 1)
    assert [(found.code, found.seq, found.key) for found in audit(lines)] == [
        ("evidence.record-unreadable", 7, "item/7")
    ]


def test_an_edited_link_blames_only_the_record_that_carries_it(original: Original) -> None:
    for edit in ({"previous": "sha256:" + "e" * 64}, {"previous_key": "forged"}):
        records = list(original.records)
        records[6] = replace(records[6], **edit)
        assert [(found.code, found.seq) for found in check(records)] == [("evidence.edited", 7)]


@MANY
@given(numbers, st.sampled_from(["content", "origin"]))
def test_a_chain_forged_to_its_end_is_told_by_the_checkpoint(original: Original, start: int, what: str) -> None:
    forged = list(original.records[: start - 1]) if what == "content" else []
    for record in original.records[len(forged) :]:
        before = forged[-1] if forged else None
        edited = replace(record, facts={"forged": True}) if record.seq == start and what == "content" else record
        previous = before.digest if before else record.previous if what == "content" else "sha256:" + "0" * 64
        forged.append(rehashed(replace(edited, previous=previous)))
    assert check(forged) == []
    findings = check(forged, original.checkpoint)
    assert SIZE in named(findings)
    assert ("evidence.foreign" in {finding.code for finding in findings}) == (what == "origin")


def test_records_after_the_checkpoint_are_welcome(original: Original) -> None:
    tip = original.records[7]
    assert check(original.records, Checkpoint(original.checkpoint.origin, 8, tip.digest, tip.key)) == []


def test_a_record_of_another_journal_is_named(original: Original, tmp_path: Path) -> None:
    foreign = load(exported(filled(tmp_path / "other.sqlite", SIZE))[0])
    records = list(original.records)
    records[5] = foreign[5]
    assert 6 in named(check(records))


def test_one_key_under_two_numbers_is_named(original: Original) -> None:
    last = original.records[-1]
    twin = replace(original.records[2], seq=13, previous=last.digest, previous_key=last.key)
    assert [(found.code, found.seq) for found in check([*original.records, rehashed(twin)])] == [
        ("evidence.duplicated", 13)
    ]


@pytest.mark.parametrize("sealed", [True, False])
def test_an_absurd_number_is_told_without_counting_up_to_it(original: Original, sealed: bool) -> None:
    far = replace(original.records[4], seq=2**53 - 1)
    records = [*original.records[:4], *original.records[5:], rehashed(far) if sealed else far]
    assert {5, 2**53 - 1} & named(check(records))
    huge = replace(original.checkpoint, size=2**53 - 1)
    assert [(found.code, found.seq) for found in check(original.records, huge)] == [("evidence.truncated", SIZE + 1)]


COLUMNS = ("seq", "schema", "key", "kind", "at", "actor", "tool", "facts", "previous", "previous_key", "digest")
cells = (
    st.none()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8"), max_size=8)
    | st.binary(max_size=8)
    | st.sampled_from(["{}", '{"a":1,"a":2}', '{"a": 1}', "[]", "null", "1e999", "sha256:" + "0" * 64, "item/3"])
)


@pytest.fixture(scope="module")
def loose(original: Original, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the file whose rows can be changed at will: no triggers, keys or types."""
    path = tmp_path_factory.mktemp("loose") / "journal.sqlite"
    shutil.copyfile(original.path, path)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(
        f"CREATE TABLE loose ({', '.join(COLUMNS)}); INSERT INTO loose SELECT {', '.join(COLUMNS)} FROM records;"
        "DROP TABLE records; ALTER TABLE loose RENAME TO records"
    )
    connection.close()
    return path


def tampered(loose: Path, checkpoint: Checkpoint, tamper: Callable[[sqlite3.Connection], None]) -> list[Finding]:
    """The findings about a copy of the loose file to which this was done."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite"
        shutil.copyfile(loose, path)
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA synchronous = OFF")
        tamper(connection)
        journal = Journal.open(path)
        findings = journal.check(checkpoint)
        journal.close()
        connection.close()
        return findings


def test_the_loosened_file_itself_is_still_whole(original: Original, loose: Path) -> None:
    assert tampered(loose, original.checkpoint, lambda connection: None) == []


@MANY
@given(numbers, st.sampled_from(COLUMNS), cells)
def test_every_edit_of_a_cell_is_named(original: Original, loose: Path, seq: int, column: str, value: object) -> None:
    changed = False

    def tamper(connection: sqlite3.Connection) -> None:
        nonlocal changed
        ((old,),) = connection.execute(f"SELECT {column} FROM records WHERE seq = ?", (seq,)).fetchall()
        changed = type(old) is not type(value) or old != value
        connection.execute(f"UPDATE records SET {column} = ? WHERE seq = ?", (value, seq))

    findings = tampered(loose, original.checkpoint, tamper)
    assert changed == bool(findings)
    assert not changed or {seq, value} & named(findings)


@MANY
@given(numbers, numbers, st.sampled_from(["delete", "swap", "copy", "copy as new", "cut", "invalid text"]))
def test_every_change_of_rows_is_named(original: Original, loose: Path, one: int, other: int, how: str) -> None:
    rest = ", ".join(COLUMNS[1:])
    statements = {
        "delete": [f"DELETE FROM records WHERE seq = {one}"],
        "swap": [
            f"UPDATE records SET seq = CASE seq WHEN {one} THEN {other} ELSE {one} END WHERE seq IN ({one}, {other})"
        ],
        "copy": [f"INSERT INTO records SELECT * FROM records WHERE seq = {one}"],
        "copy as new": [f"INSERT INTO records SELECT {SIZE + other}, {rest} FROM records WHERE seq = {one}"],
        "cut": [f"DELETE FROM records WHERE seq >= {one}"],
        "invalid text": [f"UPDATE records SET key = CAST(x'ff00' AS TEXT) WHERE seq = {one}"],
    }[how]
    expected = {
        "swap": {one, other} if one != other else set(),
        "copy as new": {SIZE + other},
        "cut": set(range(one, SIZE + 1)),
    }.get(how, {one})

    def tamper(connection: sqlite3.Connection) -> None:
        for statement in statements:
            connection.execute(statement)

    findings = tampered(loose, original.checkpoint, tamper)
    assert expected <= named(findings)
    assert bool(findings) == bool(expected)


def test_facts_written_in_another_way_are_named(original: Original, loose: Path) -> None:
    change = "UPDATE records SET facts = replace(facts, ':', ': ') WHERE seq = 4"
    findings = tampered(loose, original.checkpoint, lambda connection: connection.executescript(change).close())
    assert [(found.code, found.seq) for found in findings] == [("evidence.record-unreadable", 4)]


def test_a_link_that_is_no_digest_cannot_be_read_even_when_sealed(original: Original) -> None:
    forged = rehashed(replace(original.records[0], previous="../../origin"))
    _, findings = read_lines(forged.line() + b"\n")
    assert [(found.code, found.seq, found.key) for found in findings] == [("evidence.record-unreadable", 1, "item/1")]
