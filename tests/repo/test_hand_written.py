"""Messages written by hand: what git keeps of them is what is checked, and git's own texts are let be."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.repo.hand_written import AS_STORED, Habits, faults, kept
from laneshift.repo.imperative import is_imperative
from laneshift.repo.message import FIRST_LINE, Message

DIGEST = "sha256:" + "0f" * 32
GOOD = """feat(core): add a reader of shapes

Problem:
- Shapes cannot be read

Solution:
- Read them, line by line, so that a file of any
  size fits

Impact:
- None for those who write them

Task: T-7
Co-Authored-By: Ada <ada@example.org>
"""
SCOPES = ("core", "labs")
HINTS = """
# Please enter the commit message for your changes. Lines starting
# with '#' will be ignored, and an empty message aborts the commit.
#
# On branch main
"""
SCISSORS = """# ------------------------ >8 ------------------------
# Do not modify or remove the line above.
diff --git a/x b/x
+wip.
"""


def codes(text: str, habits: Habits | None = None) -> list[str]:
    return [each.code.removeprefix("message.") for each in faults(text, SCOPES, habits or Habits())]


def test_comments_blank_lines_and_what_is_below_the_scissors_do_not_count() -> None:
    assert codes(GOOD + HINTS) == []
    assert codes("\n\n# a remark\n" + GOOD.replace("\n\n", "\n\n\n# in between\n\n") + HINTS + SCISSORS) == []
    assert codes(GOOD.replace("lines\n", "lines   \n")) == []


def test_places_are_lines_of_the_file_as_it_was_given() -> None:
    text = "# a remark\n\n" + GOOD.replace("- None", "None").replace("add", "added")
    found = faults(text, SCOPES, Habits(), "COMMIT_EDITMSG")
    assert [(each.where, each.code) for each in found] == [
        ("COMMIT_EDITMSG:3", "message.not-imperative"),
        ("COMMIT_EDITMSG:13", "message.not-a-bullet"),
        ("COMMIT_EDITMSG:12", "message.section-empty"),
    ]


@pytest.mark.parametrize(
    ("habits", "expected"),
    [
        (Habits(edited=False), ["not-a-bullet"]),
        (Habits(cleanup="whitespace"), ["not-a-bullet"]),
        (Habits(cleanup="verbatim"), ["not-a-bullet"]),
        (Habits(cleanup="strip", edited=False), []),
        (Habits(comment=";"), ["not-a-bullet"]),
        (Habits(comment="auto"), []),
        (AS_STORED, ["not-a-bullet"]),
    ],
)
def test_comment_lines_stay_where_git_keeps_them(habits: Habits, expected: list[str]) -> None:
    assert codes(GOOD.replace("Impact:\n", "Impact:\n# 12\n") + ("\n# end" if not expected else ""), habits) == expected


@pytest.mark.parametrize("comment", [";", "//"])
def test_another_comment_character_is_known(comment: str) -> None:
    text = GOOD + (HINTS + SCISSORS).replace("\n#", f"\n{comment}")
    assert codes(text, Habits(comment=comment)) == []
    assert codes(text) != []


def test_a_character_that_git_chose_is_found_at_the_end() -> None:
    assert codes(GOOD + HINTS.replace("\n#", "\n;"), Habits(comment="auto")) == []


@pytest.mark.parametrize("prefix", ["fixup", "squash", "amend"])
def test_what_autosquash_melts_may_be_committed_and_not_pushed(prefix: str) -> None:
    text = f"{prefix}! feat(core): add a reader of shapes\n"
    assert codes(text) == []
    assert codes(text, AS_STORED) == ["unsquashed"]
    assert "first-line" in codes(f"{prefix}!\n")


LONG = 'Revert "feat(core): add a reader of shapes, which is long enough to fill the line"'
REVERT = f"{LONG}\n\nThis reverts commit {'ab' * 20}"


def test_reverts_as_git_writes_them_are_let_be() -> None:
    assert codes(REVERT + ".\n") == []
    assert codes(REVERT + ", reversing\nchanges made to 1234.\n", AS_STORED) == []
    assert codes(REVERT.replace("Revert", "Reapply") + ".\n") == []
    assert "first-line" in codes(LONG + "\n\nI did not like it\n")
    assert codes(REVERT + ".\n\nhidden \u202e text\n") == ["hidden-character"]


def test_merges_are_let_be_where_git_merges_and_nowhere_else() -> None:
    merge = "Merge branch 'topic' into main\n"
    assert codes(merge, Habits(merging=True)) == []
    assert "first-line" in codes(merge)
    assert codes("Merge \u202e\n", Habits(merging=True)) == ["hidden-character"]


def test_a_picked_commit_says_where_it_comes_from() -> None:
    assert codes(GOOD + f"(cherry picked from commit {'ab' * 20})\n", AS_STORED) == []
    assert codes(GOOD + "(cherry picked from commit x)\n", AS_STORED) == ["stray-line"]


@pytest.mark.parametrize("text", ["", "\n", "# only a remark\n", SCISSORS])
def test_nothing_written_is_one_fault(text: str) -> None:
    assert codes(text) == ["empty"]


MUTATIONS = {
    "another type": ("feat(", "feature(", "type"),
    "another scope": ("(core)", "(kore)", "scope"),
    "no scope": ("(core)", "", "first-line"),
    "a full stop": ("shapes\n", "shapes.\n", "full-stop"),
    "the past": ("add", "introduced", "not-imperative"),
    "a rare past": ("add", "configured", "not-imperative"),
    "a rare gerund": ("add", "configuring", "not-imperative"),
    "a rare third person": ("add", "configures", "not-imperative"),
    "an article": ("add a", "a", "not-imperative"),
    "a file name": ("add a", "reader.py:", "not-imperative"),
    "a long subject": ("shapes\n", f"shapes {'and more ' * 6}\n", "too-long"),
    "no empty line": ("shapes\n\n", "shapes\n", "no-blank-line"),
    "no Problem": ("Problem:", "Why:", "section-missing"),
    "prose": ("- Read", "Read", "not-a-bullet"),
    "trailers in two paragraphs": ("\nCo-", "\n\nCo-", "trailers-apart"),
    "a trailer in prose": ("Task: T-7", "Task T-7", "stray-line"),
    "a person without address": ("Ada <ada@example.org>", "Ada", "trailer-person"),
    "an item named twice": ("Task: T-7", "Laneshift-Item: a\nLaneshift-Item: b", "trailer-twice"),
    "a broken digest": ("Task: T-7", "Laneshift-Intent: sha256:12", "trailer-digest"),
    "a hidden character": ("shapes\n", "sha\u200bpes\n", "hidden-character"),
}


def test_the_message_that_is_mutated_has_no_fault() -> None:
    assert codes(GOOD, AS_STORED) == []


@pytest.mark.parametrize("case", MUTATIONS)
@pytest.mark.parametrize("habits", [Habits(), AS_STORED], ids=["written", "stored"])
def test_each_mutation_is_caught(case: str, habits: Habits) -> None:
    old, new, code = MUTATIONS[case]
    assert old in GOOD
    assert code in codes(GOOD.replace(old, new, 1), habits)


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        *(
            (f"{word} it", True)
            for word in ("focus", "address", "alias", "embed", "bring", "proceed", "re-read", "set")
        ),
        *((f"{word} it", False) for word in ("tests", "the", "Docs", "WIP", "was", "src/a.py", "a_b", "`x`", "12")),
    ],
)
def test_imperatives_are_judged_by_their_form(subject: str, expected: bool) -> None:
    assert is_imperative(subject) is expected


lines = st.text(min_size=1, max_size=40)
written = st.builds(
    Message,
    type=st.sampled_from(("feat", "refactor", "revert")),
    scope=st.sampled_from(SCOPES),
    subject=lines.map(lambda text: f"move {text}"),
    problem=lines.map(lambda text: ("p", text)),
    solution=lines.map(lambda text: ("s", text)),
    impact=lines.map(lambda text: ("i", text)),
    trailers=lines.map(lambda text: (("Task", text), ("Laneshift-Item", text), ("Laneshift-Intent", DIGEST))),
)


@settings(max_examples=200)
@given(message=written, comments=st.lists(st.sampled_from(["# x", "#", "", "# ---"]), max_size=4))
def test_what_we_write_passes_stored_and_under_remarks(message: Message, comments: list[str]) -> None:
    text = message.render()
    assert codes(text, AS_STORED) == []
    assert codes(text + "\n" + "\n".join(comments), Habits()) == []
    assert len(message.first_line) <= FIRST_LINE


@settings(max_examples=100)
@given(message=written, data=st.data())
def test_a_line_less_or_more_is_caught(message: Message, data: st.DataObject) -> None:
    """Every line of a rendered message carries a part of the form, but for bullets beside others and trailers."""
    lines = message.render().split("\n")
    form = [at for at, line in enumerate(lines) if at == 0 or line in ("Problem:", "Solution:", "Impact:")]
    at = data.draw(st.sampled_from(form))
    assert codes("\n".join(lines[:at] + lines[at + 1 :]), AS_STORED) != []
    put = data.draw(st.integers(1, len(lines) - 1))
    assert codes("\n".join([*lines[:put], "prose of no kind", *lines[put:]]), AS_STORED) != []


PIECES = ["#", "# x", "", "  ", "text", "text  ", "\t", "- x", "# ------------------------ >8 ------------------------"]


@settings(max_examples=60)
@given(lines=st.lists(st.sampled_from(PIECES), max_size=12))
def test_git_keeps_the_same_lines(lines: list[str]) -> None:
    text = "\n".join([*lines, ""])
    done = subprocess.run(
        ["git", "stripspace", "--strip-comments"], input=text.encode(), capture_output=True, check=True, cwd=Path("/")
    )
    cut = text.partition("# ------------------------ >8 ------------------------")[0]
    by_git = subprocess.run(
        ["git", "stripspace", "--strip-comments"], input=cut.encode(), capture_output=True, check=True, cwd=Path("/")
    )
    assert [line for _, line in kept(cut, Habits())] == by_git.stdout.decode().splitlines()
    assert [line for _, line in kept(text, Habits(cleanup="strip", edited=False))] == done.stdout.decode().splitlines()
