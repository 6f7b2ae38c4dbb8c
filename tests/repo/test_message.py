"""T4 messages: written so that nothing breaks out of them, read back whole, and checked line by line."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.repo.message import FIRST_LINE, TYPES, Message, check, parse
from laneshift.repo.message_form import all_shown, is_shown

DIGEST = "sha256:" + "0f" * 32
GOOD = f"""refactor(core): move labs.a.b to core.a

Problem:
- The module lives in an experimental lane
- A second reason that is long enough to be wrapped on to a second line, as
  people do

Solution:
- Move it with all its importers

Impact:
- No public name changes

Task: T-1
Laneshift-Item: labs.a.b
Laneshift-Intent: {DIGEST}
Laneshift-Evidence: {DIGEST}
Co-Authored-By: Ada <ada@example.org>
"""
SCOPES = ("core", "labs")


def message(**changes: Any) -> Message:
    return replace(Message("refactor", "core", "move labs.a to core.a", ("p",), ("s",), ("i",)), **changes)


# A change to the good message, and the codes that it must cause: all of them, and no other.
FAULTY: dict[str, tuple[str, str, list[str]]] = {
    "unknown type": ("refactor(core)", "refactored(core)", ["type"]),
    "unknown scope": ("(core)", "(other)", ["scope"]),
    "no scope": ("refactor(core)", "refactor", ["first-line"]),
    "no space after the colon": ("(core): ", "(core):", ["first-line"]),
    "no subject": ("move labs.a.b to core.a\n", "\n", ["first-line"]),
    "capital type": ("refactor", "Refactor", ["first-line"]),
    "breaking mark": ("refactor(core):", "refactor(core)!:", ["first-line"]),
    "73 characters": ("core.a\n", "core.a" + "b" * (73 - 39) + "\n", ["too-long"]),
    "full stop": ("core.a\n", "core.a.\n", ["full-stop"]),
    "past tense": ("move ", "moved ", ["not-imperative"]),
    "third person": ("move ", "Moves ", ["not-imperative"]),
    "gerund": ("move ", "moving ", ["not-imperative"]),
    "doubled letter": ("move ", "dropped ", ["not-imperative"]),
    "irregular": ("move ", "rewrote ", ["not-imperative"]),
    "from y": ("move ", "simplifies ", ["not-imperative"]),
    "no empty second line": ("core.a\n\n", "core.a\n", ["no-blank-line"]),
    "text in the second line": ("core.a\n\n", "core.a\nmore\n\n", ["no-blank-line", "stray-line"]),
    "no Problem": ("Problem:\n", "Cause:\n", ["section-missing", *["stray-line"] * 4]),
    "no Impact": ("\nImpact:\n- No public name changes\n", "", ["section-missing"]),
    "empty section": ("- Move it with all its importers\n", "", ["section-empty"]),
    "empty bullet": ("- Move it with all its importers", "- ", ["section-empty", "not-a-bullet"]),
    "prose in a section": ("- Move it", "Move it", ["section-empty", "not-a-bullet"]),
    "prose below a bullet": ("- Move it", "- Move it\nnow", ["not-a-bullet"]),
    "indented text without a bullet": ("- Move it", "  Move it", ["section-empty", "not-a-bullet"]),
    "heading without a colon": ("Impact:", "Impact", ["section-missing", "stray-line", "stray-line"]),
    "white space in a section": ("- Move it with all its importers", "- Move it\n   ", ["not-a-bullet"]),
    "stray paragraph": ("\nImpact:", "\nSee above\n\nImpact:", ["stray-line"]),
    "section twice": ("\nTask:", "\nImpact:\n- x\n\nTask:", ["section-twice"]),
    "a heading lost": ("Solution:\n- Move it with all its importers\n\nImpact:\n", "Impact:\n", ["section-missing"]),
    "trailer without a value": ("Task: T-1", "Task:", ["stray-line"]),
    "trailer with a space in its key": ("Task: T-1", "My Task: T-1", ["stray-line"]),
    "short digest": (f"Intent: {DIGEST}", "Intent: sha256:0f", ["trailer-digest"]),
    "digest in capitals": (f"Evidence: {DIGEST}", f"Evidence: {DIGEST.upper()}", ["trailer-digest"]),
    "person without an address": ("Ada <ada@example.org>", "Ada", ["trailer-person"]),
    "control character": ("all its", "all\x1bits", ["hidden-character"]),
    "bidirectional character": ("move labs", "move \u202elabs", ["hidden-character"]),
    "line separator": ("all its", "all\u2028its", ["hidden-character"]),
}
SWAPPED = GOOD.replace("Problem:", "Other:").replace("Solution:", "Problem:").replace("Other:", "Solution:")
FORM = ("first-line", "no-blank-line", "section-missing", "section-empty", "section-order", "section-twice")
FORM += ("not-a-bullet", "stray-line")
BELOW = GOOD.replace("\nImpact:\n- No public name changes\n", "") + "\nImpact:\n- No public name changes\n"


def codes(text: str) -> list[str]:
    return [fault.code.removeprefix("message.") for fault in check(text, SCOPES)]


def test_a_good_message_has_no_fault() -> None:
    assert codes(GOOD) == []
    assert codes(GOOD.replace("\n", "\r\n")) == []


@pytest.mark.parametrize("case", FAULTY)
def test_each_fault_is_found(case: str) -> None:
    old, new, expected = FAULTY[case]
    assert old in GOOD
    assert sorted(codes(GOOD.replace(old, new, 1))) == sorted(expected)


def test_sections_stand_in_their_order_above_the_trailers() -> None:
    assert codes(SWAPPED) == ["section-order"]
    assert codes(BELOW) == ["section-order"]


def test_faults_are_placed_and_all_listed() -> None:
    found = check("wip.\nx", SCOPES)
    assert [(fault.where, fault.code) for fault in found] == [
        ("message:1", "message.first-line"),
        ("message:2", "message.no-blank-line"),
        ("message:2", "message.stray-line"),
        *[("message:1", "message.section-missing")] * 3,
    ]


@pytest.mark.parametrize("text", ["", "\n", "\n\n\n", "#", "\x00"])
def test_an_empty_message_is_no_message(text: str) -> None:
    assert "first-line" in codes(text)
    with pytest.raises(Refused) as caught:
        parse(text)
    assert caught.value.code == "message.malformed"


@pytest.mark.parametrize(
    ("text", "code"),
    [(GOOD.replace("refactor(core)", "refactor"), "message.first-line"), (BELOW, "message.section-order")],
)
def test_a_message_with_one_broken_part_is_not_read(text: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        parse(text)
    assert [fault.code for fault in caught.value.faults] == [code]


def test_a_tab_between_words_is_no_hidden_character() -> None:
    assert codes(GOOD.replace("all its", "all\tits")) == []


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_of_the_form_is_known(kind: str) -> None:
    assert codes(GOOD.replace("refactor", kind, 1)) == []


@pytest.mark.parametrize(
    "word", ["add", "address", "process", "need", "bring", "embed", "pass", "focus", "fix", "move"]
)
def test_imperatives_are_not_taken_for_other_forms(word: str) -> None:
    assert codes(GOOD.replace("move ", f"{word} ", 1)) == []


def test_no_known_scope_means_every_scope_is_refused() -> None:
    assert [fault.code for fault in check(GOOD, ())] == ["message.scope"]


def test_a_good_message_is_read_back() -> None:
    read = parse(GOOD)
    assert (read.type, read.scope, read.subject) == ("refactor", "core", "move labs.a.b to core.a")
    assert len(read.problem) == 2
    assert read.problem[1].endswith("second line, as people do")
    assert read.trailer("task") == "T-1"
    assert read.trailer("Reviewed-By") is None
    assert parse(read.render()) == read


@pytest.mark.parametrize(
    ("subject", "first_line"),
    [
        ("move labs.a to core.a", "refactor(core): move labs.a to core.a"),
        ("move labs.a to core.a...", "refactor(core): move labs.a to core.a"),
        (
            "move labs.governance.identity.guardian_system_integration to core",
            "refactor(core): move …identity.guardian_system_integration to core",
        ),
        (
            "move labs/governance/identity/guardian_system_integration.py to core",
            "refactor(core): move …identity/guardian_system_integration.py to core",
        ),
        (
            "move labs.governance.guardian_system_integration to core.governance.guardian_system_integration",
            "refactor(core): move …system_integration to …guardian_system_integration",
        ),
        (f"move {'x' * 60}/{'y' * 30}_{'z' * 30}.py to core", f"refactor(core): move …{'z' * 30}.py to core"),
        ("move " + "x" * 100, "refactor(core): move " + "x" * 14 + "…" + "x" * 36),
    ],
)
def test_a_long_subject_keeps_the_tails_of_its_names(subject: str, first_line: str) -> None:
    assert message(subject=subject).first_line == first_line
    assert len(first_line) <= FIRST_LINE


def test_bullets_are_wrapped_and_long_words_stay_whole() -> None:
    text = message(problem=("word " * 40, "x" * 200)).render()
    lines = text.split("\n")
    assert max(len(line) for line in lines if "x" * 200 not in line) <= 80
    assert "- " + "x" * 200 in lines
    assert parse(text).problem == (("word " * 40).strip(), "x" * 200)


def test_values_cannot_forge_a_section_or_a_trailer() -> None:
    evil = "x\n\nLaneshift-Item: forged\r\n\u2028Task: forged\x00\x85Impact:\n- forged"
    forged = message(
        scope="core): x\n\nTask: forged",
        subject=evil,
        problem=(evil, ": forged", "\n", ""),
        impact=(evil,),
        trailers=(("Task\nLaneshift-Item", evil), ("", "x"), ("Empty", " \n"), ("--", "x")),
    )
    read = parse(forged.render())
    assert read == forged
    assert len(read.problem) == 2
    assert [key for key, _ in read.trailers] == ["Task-Laneshift-Item"]
    assert read.trailer("Task") is None
    assert read.trailer("Laneshift-Item") is None


PIECES = [*GOOD.split("\n"), "", "fix(core): x", "  more", "- x", "Task: y", "odd"]
lines = st.text(min_size=1, max_size=60)
words = st.text(alphabet=st.characters(categories=["Lu", "Ll", "Nd", "Po", "Zs", "Cc"]), max_size=160)
bullets = st.lists(st.one_of(lines, words), min_size=1, max_size=3).map(lambda texts: ("b", *texts))
messages = st.builds(
    Message,
    type=st.sampled_from(TYPES),
    scope=st.from_regex(r"[a-z][a-z0-9_.-]{0,50}", fullmatch=True),
    subject=st.one_of(lines, words).map(lambda text: f"move {text}"),
    problem=bullets,
    solution=bullets,
    impact=bullets,
    trailers=st.lists(st.tuples(lines, lines), max_size=3).map(tuple),
)


@settings(max_examples=300)
@given(written=messages)
def test_every_message_is_read_back_and_passes_its_own_check(written: Message) -> None:
    text = written.render()
    assert parse(text) == written
    assert parse(text).render() == text
    assert len(text.split("\n", 1)[0]) <= FIRST_LINE
    known = [fault for fault in check(text, [written.scope]) if not fault.code.startswith("message.trailer-")]
    assert known == []


@settings(max_examples=300)
@given(text=st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("\n".join)))
def test_no_text_crashes_the_checker_or_the_reader(text: str) -> None:
    if any(fault.code.removeprefix("message.") in FORM for fault in check(text, SCOPES)):
        with pytest.raises(Refused) as caught:
            parse(text)
        assert caught.value.faults
    else:
        read = parse(text)
        assert parse(read.render()) == read


@settings(max_examples=30)
@given(written=messages)
def test_git_finds_exactly_our_trailers(written: Message, tmp_path_factory: pytest.TempPathFactory) -> None:
    found = git_trailers(written.render(), tmp_path_factory.getbasetemp())
    assert found == list(written.trailers)


def test_git_takes_no_bullet_for_a_trailer(tmp_path: Path) -> None:
    tricky = message(impact=(": x", "Signed-off-by: x", "(cherry picked from commit 1)"))
    assert git_trailers(tricky.render(), tmp_path) == []


def git_trailers(text: str, folder: Path) -> list[tuple[str, str]]:
    command = ["git", "interpret-trailers", "--parse", "--no-divider"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True, cwd=folder)
    pairs = [line.partition(": ") for line in done.stdout.decode().split("\n") if line]
    return [(key, value) for key, _, value in pairs]


def test_what_is_printable_is_shown() -> None:
    printable = "".join(filter(str.isprintable, map(chr, range(sys.maxunicode + 1))))
    assert all(map(is_shown, printable))
    assert all_shown(printable)
    assert all_shown("a\u00a0b")
    assert not any(map(all_shown, ("a\tb", "a\u200bb", "\u2028", "\x00")))
