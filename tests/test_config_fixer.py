"""Settings of the fixer: what cannot be is refused by name."""

from __future__ import annotations

import pytest

from laneshift.config import load
from laneshift.errors import Refused

CLAUDE = '[agents.claude-code]\nemail = "claude@example.org"\nowner = "ada@example.org"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[fixer]\nagent = "claude-code"\n', "agents.claude-code"),
        (f'{CLAUDE}[fixer]\nagent = "claude-code"\nrun = "mend"\n', "give one of them"),
        ('[fixer]\nrun = "mend {elsewhere}"\n', "{elsewhere}"),
        ('[fixer]\nrun = "mend \'open"\n', "fixer"),
        ('[fixer]\nrun = "mend"\nattempts = 3\n', "fixer.attempts"),
        ('[fixer]\nrun = "mend"\nattempts = 0\n', "fixer.attempts"),
        ('[fixer]\nrun = "mend"\npaths = ["**"]\n', "fixer.paths"),
    ],
)
def test_a_fixer_that_cannot_be_is_refused(text: str, told: str) -> None:
    with pytest.raises(Refused) as refused:
        load(lambda path: text.encode() if path == "laneshift.toml" else None)
    assert told in str([refused.value.as_dict()])


def test_a_command_is_split_into_words_and_nothing_more() -> None:
    text = """[fixer]\nrun = "mend --at '{worktree}/a b' {prompt_file} $HOME `id`"\n"""
    fixer = load(lambda path: text.encode() if path == "laneshift.toml" else None).fixer
    assert fixer.run == ["mend", "--at", "{worktree}/a b", "{prompt_file}", "$HOME", "`id`"]
    assert load(lambda _: None).fixer.run == []
