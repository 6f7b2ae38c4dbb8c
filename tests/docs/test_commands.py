"""Every command that a page says to type exists, with its options."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.commands import fault, typed
from tests.docs.links import pages

ROOT = Path(__file__).resolve().parents[2]


def test_every_command_of_the_pages_exists() -> None:
    texts = {page: page.read_text(encoding="utf-8") for page in pages(ROOT) if page.name != "CHANGELOG.md"}
    found = [(page.relative_to(ROOT).as_posix(), line) for page, text in texts.items() for line in typed(text)]
    assert len(found) > 300, "commands are found at all"
    assert [f"{page}: {line}: {why}" for page, line in found if (why := fault(line))] == []


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("laneshift fly PLAN", "no such command"),
        ("laneshift lanes fly", "no such verb: fly"),
        ("laneshift plan FILE --fly", "no such option: --fly"),
        ("laneshift plan FILE --base main -C DIR", ""),
        ("laneshift rollback BATCH --only=ITEM", ""),
        ("laneshift keys rotate --reason 'a --b'", ""),
        ("laneshift --help", ""),
        ("laneshift --version", ""),
        ("laneshift --fly", "no such option: --fly"),
    ],
)
def test_what_does_not_exist_is_found(line: str, why: str) -> None:
    assert fault(line) == why


def test_commands_are_read_from_a_page() -> None:
    page = "Say `laneshift plan A`.\n\n    laneshift run B   # why\n    laneshift canary C; x\n\n$ laneshift land D\n"
    assert list(typed(page)) == ["laneshift plan A", "laneshift run B", "laneshift canary C", "laneshift land D"]
