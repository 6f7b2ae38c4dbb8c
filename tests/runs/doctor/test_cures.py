"""Each cure of the doctor that is a command is one that exists, with the options that it names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from laneshift.cli.commands import NAMES, Commands
from laneshift.errors import EXTRA_OF
from laneshift.runs import doctor

_COMMAND = re.compile(r"(?:^|`|&& |; |or )laneshift ([a-z][a-z-]*)((?: [a-z][a-z-]+)?)((?: --[a-z-]+)*)")
_EXTRA = re.compile(r"laneshift\[([a-z]+)\]")


def _said() -> Iterator[tuple[str, str]]:
    for path in sorted(Path(str(doctor.__file__)).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and not node.value.startswith("`laneshift ")
            ):
                yield path.name, node.value


def faults_in(text: str) -> list[str]:
    """What a text names that does not exist."""
    wrong = [f"extra {extra}" for extra in _EXTRA.findall(text) if extra not in EXTRA_OF.values()]
    for verb, below, options in _COMMAND.findall(text):
        if verb not in NAMES:
            wrong.append(f"verb {verb}")
            continue
        command = Commands(name="laneshift").get_command(None, verb)
        inner = getattr(command, "commands", {}).get(below.strip(), command)
        known = {option for parameter in inner.params for option in parameter.opts}
        wrong += [f"{verb} {option}" for option in options.split() if option not in known]
    return wrong


def test_what_the_doctor_says_names_commands_that_exist() -> None:
    said = [(name, text) for name, text in _said() if "laneshift" in text and not text.startswith("laneshift needs")]
    assert len(said) > 5
    assert [(name, text, wrong) for name, text in said if (wrong := faults_in(text))] == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("laneshift keys rotate --reason first", []),
        ("run `laneshift nowhere`", ["verb nowhere"]),
        ("laneshift keys rotate --no", ["keys --no"]),
        ("pip install 'laneshift[sever]'", ["extra sever"]),
    ],
)
def test_a_command_that_does_not_exist_is_found(text: str, wrong: list[str]) -> None:
    assert faults_in(text) == wrong
