"""Two hundred findings that move, change and go: no id is lost, none is given twice."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.reports.audit import records
from laneshift.reports.audit.identity import Identified, identify
from laneshift.reports.audit.model import Entry, Finding, Kind, Severity, State
from laneshift.reports.audit.reading import findings

ALIKE = Decimal("0.6")
SOURCES = ("docs/one.md", "docs/two.md")
_SOUNDS = ("ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu", "pra", "stu")
WORDS = [f"{a}{b}{c}" for a in _SOUNDS for b in _SOUNDS for c in _SOUNDS]


@dataclass(frozen=True)
class Line:
    """One finding as the oracle knows it."""

    number: int
    words: tuple[str, ...]
    file: str
    severity: str
    line: int

    def text(self) -> str:
        return f"- [{self.severity}] {' '.join(self.words)} in `{self.file}:{self.line}`"


def drawn(number: int, draw: random.Random) -> Line:
    file = f"pkg/mod{draw.randrange(40)}.py"
    severity = draw.choice(["High", "P2", "Low"])
    return Line(number, tuple(draw.sample(WORDS, draw.randint(6, 12))), file, severity, draw.randrange(1, 2000))


def document(lines: Sequence[Line]) -> list[Finding]:
    """The lines under random headings of two audits, read as audits are."""
    halves = lines[: len(lines) // 2], lines[len(lines) // 2 :]
    found: list[Finding] = []
    for source, half in zip(SOURCES, halves, strict=True):
        text = "# Audit\n\n" + "".join(
            f"{f'## Part {at}' if at % 17 == 0 else ''}\n\n{each.text()}\n" for at, each in enumerate(half)
        )
        found += findings(source, text.encode())
    return found


def edited(line: Line, draw: random.Random) -> Line:
    words = list(line.words)
    at = draw.randrange(len(words))
    change = draw.randrange(4)
    if change == 0:
        words[at] = draw.choice(WORDS)
    elif change == 1:
        words.insert(at, draw.choice(WORDS))
    elif change == 2:
        words[at] += "s"
    else:
        words = words[::-1] if draw.random() < 0.2 else [*words[at:], *words[:at]]
    return replace(line, words=tuple(words), severity=draw.choice(["High", "P2", "Low"]))


def run(recorded: tuple[Entry, ...], lines: Sequence[Line]) -> tuple[Identified, tuple[Entry, ...]]:
    found = identify(recorded, document(lines), ALIKE, SOURCES)
    after = records.recorded(recorded, found)
    return found, records.read(records.written(after), "map.json")


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.integers(0, 2**32), st.integers(0, 40), st.integers(0, 40), st.integers(0, 15), st.integers(1, 3))
def test_no_id_is_lost_and_none_is_given_twice(seed: int, edits: int, gone: int, fresh: int, rounds: int) -> None:
    draw = random.Random(seed)
    lines = [drawn(number, draw) for number in range(200)]
    found, recorded = run((), lines)
    ids = {line.number: each.id for line, each in zip(lines, found.known, strict=True)}
    assert len(set(ids.values())) == 200
    for _ in range(rounds):
        draw.shuffle(lines)
        dropped, lines = lines[:gone], lines[gone:]
        lines[:edits] = [edited(line, draw) for line in lines[:edits]]
        lines = [replace(line, line=draw.randrange(1, 2000)) for line in lines]
        new = [drawn(1000 + len(ids) + at, draw) for at in range(fresh)]
        lines += new
        draw.shuffle(lines)
        found, recorded = run(recorded, lines)
        now = {line.number: each.id for line, each in zip(lines, found.known, strict=True)}
        assert len(set(now.values())) == len(lines)
        assert {number: name for number, name in now.items() if number in ids} == {
            number: ids[number] for number in now if number in ids
        }
        assert not {now[each.number] for each in new} & set(ids.values())
        assert {each.id for each in found.gone} == {ids[each.number] for each in dropped}
        ids |= now
        recorded = tuple(replace(each, state=State.CLOSED) if each.state is State.GONE else each for each in recorded)


def finding(summary: str, file: str = "a.py", symbol: str = "", kind: Kind = Kind.COMMENT, line: int = 1) -> Finding:
    return Finding(kind, Severity.LOW, "", file, symbol, summary, "", file, line)


class Every:
    def __contains__(self, source: object) -> bool:
        return True


def settled(recorded: Sequence[Entry], *found: Finding) -> tuple[tuple[Entry, ...], list[str], set[str]]:
    told = identify(recorded, found, ALIKE, Every())
    return records.recorded(recorded, told), [each.id for each in told.known], {each.id for each in told.gone}


def test_the_same_words_twice_are_two_matters_and_one_stays() -> None:
    recorded, ids, _ = settled((), finding("later", line=3), finding("later", line=9))
    assert len(set(ids)) == 2
    assert ids[1] == f"{ids[0]}-2"
    _, after, gone = settled(recorded, finding("later", line=70))
    assert after == ids[:1]
    assert gone == {ids[1]}


def test_what_moves_to_another_file_keeps_its_id() -> None:
    recorded, ids, _ = settled((), finding("close the socket", "a.py", "Pool.end"), finding("later", "a.py"))
    _, after, gone = settled(recorded, finding("later", "a.py"), finding("close the socket", "b.py", "Pool.stop"))
    assert after == [ids[1], ids[0]]
    assert gone == set()


def test_what_comes_back_has_its_old_id() -> None:
    recorded, ids, _ = settled((), finding("close the socket"), finding("x"))
    recorded = tuple(replace(each, issue=7) for each in recorded)
    recorded, _, gone = settled(recorded, finding("x"))
    assert gone == {ids[0]}
    assert {each.state for each in recorded} == {State.OPEN, State.GONE}
    recorded, after, gone = settled(recorded, finding("x"), finding("close the socket"))
    assert (after, gone) == ([ids[1], ids[0]], set())
    assert {each.state for each in recorded} == {State.OPEN}


def test_an_edited_finding_and_a_new_one_with_its_old_words() -> None:
    recorded, ids, _ = settled((), finding("close the socket when the pool ends"))
    recorded, after, _ = settled(recorded, finding("close the socket before the pool ends"))
    assert after == ids
    _, after, _ = settled(
        recorded, finding("close the socket when the pool ends"), finding("close the socket before the pool ends")
    )
    assert after == [f"{ids[0]}-2", ids[0]]


def test_another_audit_is_left_alone() -> None:
    one, other = finding("first matter", kind=Kind.AUDIT), finding("second matter", "b.py", kind=Kind.AUDIT)
    recorded = records.recorded((), identify((), [one, other], ALIKE, Every()))
    found = identify(recorded, [one], ALIKE, {"a.py"})
    assert found.gone == ()
    assert [each.state for each in records.recorded(recorded, found)] == [State.OPEN, State.OPEN]


BAD = {
    "no JSON": b"{",
    "a list": b"[]",
    "another version": b'{"schema_version":"2","findings":{}}',
    "no findings": b'{"schema_version":"1.0","findings":[]}',
    "an id that is none": records.written([Entry("x-1", Kind.AUDIT, "w", "", "", "s", Severity.LOW)]),
    "a field less": b'{"schema_version":"1.0","findings":{"aud-1":{"kind":"aud"}}}',
    "a negative issue": records.written([Entry("aud-1", Kind.AUDIT, "w", "", "", "s", Severity.LOW, State.OPEN, -1)]),
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_damaged_records_are_refused_and_not_taken_for_none(data: bytes) -> None:
    with pytest.raises(Refused) as caught:
        records.read(data, "map.json")
    assert caught.value.code == "audit.bad-map"
