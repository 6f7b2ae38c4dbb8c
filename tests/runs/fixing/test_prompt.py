"""What a fixer is told: nothing that a program printed can read as a part of the text around it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from laneshift.runs.fixing.prompt import Failing, prompt

ANY = st.text(max_size=300)


@given(ANY, ANY, ANY)
def test_what_was_printed_is_indented_whatever_it_is(cause: str, output: str, before: str) -> None:
    """Only lines of the frame stand at the left; the frame is the same for every output."""
    frame = _at_left(prompt(Failing("labs.a", "move", "test", "", "pytest", "", "x"), ["core/a.py"]))
    text = prompt(Failing("labs.a", "move", "test", cause, "pytest", output, f"x{before}"), ["core/a.py"])
    assert _at_left(text) == frame


def _at_left(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("    ")]


def test_it_names_the_files_the_rules_and_the_end_of_the_output() -> None:
    output = "".join(f"line {number}\n" for number in range(5000))
    text = prompt(Failing("labs.a", "move a to b", "test", "1 test turns red", "pytest tests", output), ["core/a.py"])
    assert "- `core/a.py`" in text
    assert "    pytest tests" in text
    assert "    line 4999" in text
    assert "line 17\n" not in text
    assert "Your earlier attempt" not in text
