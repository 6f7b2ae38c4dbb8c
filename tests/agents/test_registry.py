"""Who may do what: kinds and names, commands without a shell, and the same answer from the server's policies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.agents.registry import LIMITS, SHIPPED, known, registered
from laneshift.config import Settings, load
from laneshift.config.agents import KIND_ROLES, PLACEHOLDERS
from laneshift.errors import Refused
from laneshift.server.auth.actions import GROUPS
from laneshift.server.auth.policies import REPOSITORY, shipped
from laneshift.server.auth.principal import Principal

WHO = "email = 'bot@example.org'\nowner = 'ada@example.org'\n"


def settings(**agents: str) -> Settings:
    text = "".join(f"[agents.{name.replace('_', '-')}]\n{WHO}{more}\n" for name, more in agents.items())
    return load(lambda path: text.encode() if path == "laneshift.toml" else None)


def fault(more: str) -> str:
    with pytest.raises(Refused) as raised:
        settings(bot=more)
    return " ".join(each.what for each in raised.value.faults) + raised.value.what


def test_shipped_names_have_a_kind_and_others_may_do_nothing() -> None:
    found = registered(settings(claude_code="", copilot="", gemini="", codex="", stranger=""))
    kinds = {name: each.kind for name, each in found.items() if each.kind}
    assert kinds == {"claude-code": "surgical", "copilot": "suggest_only", "gemini": "infrastructure", "codex": "batch"}
    assert {name: kind for name, (kind, _) in SHIPPED.items()} == kinds
    stranger = found["stranger"]
    assert not any(stranger.may(role) for role in ("suggesting", "claiming", "committing", "", "anything"))
    assert (stranger.run, stranger.policy_role) == ((), "")
    assert [role for role in ("suggesting", "claiming", "committing") if found["copilot"].may(role)] == ["suggesting"]
    assert found["claude-code"].limits == LIMITS["surgical"]


def test_settings_may_take_away_and_never_add() -> None:
    found = registered(settings(codex="roles = ['suggesting']\nmax_files = 3", copilot="roles = ['committing']"))
    assert found["codex"].roles == ("suggesting",)
    assert found["codex"].limits.max_files == 3
    assert found["copilot"].roles == ()
    assert "no agent of kind suggest_only" in fault("kind = 'suggest_only'\nroles = ['committing']")


def test_a_command_is_words_and_each_placeholder_is_in_one_of_them() -> None:
    agent = registered(settings(codex="run = \"codex exec --in={worktree} 'a b' {prompt_file}\""))["codex"]
    filled = {"prompt_file": "/p; rm -rf $(x).md", "worktree": "/w w"}
    assert agent.argv(filled) == ("codex", "exec", "--in=/w w", "a b", "/p; rm -rf $(x).md")
    with pytest.raises(Refused, match="nothing says how"):
        agent.argv({"prompt_file": "p"})
    with pytest.raises(Refused, match="nothing says how"):
        registered(settings(copilot=""))["copilot"].argv({})


@pytest.mark.parametrize(
    ("run", "told"),
    [
        ("x {home}", "none of {item}, {pack}, {prompt_file}, {worktree}"),
        ("x {prompt_file", "none of"),
        ("x {0.__class__}", "none of"),
        ("{prompt_file} x", "the program itself"),
        ("'' x", "the program itself"),
        ("x \u202ey", "cannot be seen"),
        ("x 'y", "quotation"),
    ],
)
def test_a_command_that_cannot_be_one_is_refused_with_the_settings(run: str, told: str) -> None:
    assert told in fault(f'run = "{run}"')


@given(st.dictionaries(st.sampled_from(sorted(PLACEHOLDERS)), st.text(), min_size=len(PLACEHOLDERS)))
def test_what_fills_a_placeholder_is_never_read_again(values: dict[str, str]) -> None:
    agent = registered(settings(codex="run = 'x {item} {pack} {worktree}={prompt_file}'"))["codex"]
    joined = f"{values['worktree']}={values['prompt_file']}"
    assert agent.argv(values) == ("x", values["item"], values["pack"], joined)


def test_who_is_unknown_or_may_not_is_told_so() -> None:
    there = settings(copilot="", codex="")
    assert known(there, "codex", "claiming").name == "codex"
    for name, action, code in (("x", "claiming", "agents.unknown"), ("copilot", "committing", "agents.not-allowed")):
        with pytest.raises(Refused) as raised:
            known(there, name, action)
        assert raised.value.code == code


@pytest.mark.parametrize("kind", [*KIND_ROLES, ""])
def test_the_policies_of_the_server_say_the_same(kind: str) -> None:
    """Each action of a group, for an agent in the role that stands for the registry's."""
    agent = registered(settings(bot=f"kind = '{kind}'" if kind else ""))["bot"]
    policies = shipped()
    roles = (agent.policy_role,) if agent.policy_role else ()
    principal = Principal("agent", agent.email, roles, "key:1", owner=agent.owner)
    for group in ("suggesting", "claiming", "committing"):
        for action in GROUPS[group]:
            assert policies.decide(principal, action, REPOSITORY).allowed is agent.may(group), (kind, action)
