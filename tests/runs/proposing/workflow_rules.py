"""What a workflow file has to hold to besides what actionlint and zizmor ask, rule by rule."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import yaml
from typer._click.exceptions import ClickException, UsageError

from laneshift.cli.commands import NAMES, Commands

_PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40}")
_CALL = re.compile(r"(?<![\w/.'\"-])laneshift (?=[a-z])(.*)")
_CONTROL = frozenset({"|", "||", "&&", ";", ">", ">>", "then", "fi"})


def wrongs(text: str) -> list[str]:
    """Everything that is wrong with a workflow."""
    told = yaml.safe_load(text)
    return [*_events(told), *_rights(told), *_actions(told), *_shell(told), *_secrets(told), *_commands(told)]


def steps(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Every step of every job, in order."""
    return [step for job in told["jobs"].values() for step in job["steps"]]


def calls(run: str) -> list[list[str]]:
    """The words behind each `laneshift` in a script, up to where the shell goes on with something else."""
    joined = run.replace("\\\n", " ")
    code = re.sub(r"<<'END'.*?^END$", "", joined, flags=re.MULTILINE | re.DOTALL)
    lines = (
        line for line in code.splitlines() if not re.match(r"\s*(#|echo |git config|git commit|python -m pip)", line)
    )
    return [_words(found[1]) for line in lines if (found := _CALL.search(line))]


def _words(rest: str) -> list[str]:
    lexer = shlex.shlex(rest, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    for word in lexer:
        if word in _CONTROL:
            break
        words.append(word)
    return words


def _events(told: dict[str, Any]) -> Iterator[str]:
    for event in told[True]:
        if event in ("pull_request_target", "workflow_run", "issue_comment"):
            yield f"{event} runs with the rights of the repository on what strangers wrote"


def _rights(told: dict[str, Any]) -> Iterator[str]:
    for job in told["jobs"].values():
        rights = job.get("permissions", told.get("permissions", {"everything": "write"}))
        named = rights if isinstance(rights, dict) else {str(rights): "write"}
        writes = [name for name, right in named.items() if right != "read"]
        if writes and any(
            re.search(r"pip install[^#]*--editable|pytest", step.get("run", "")) for step in job["steps"]
        ):
            yield f"it may write ({', '.join(writes)}) where code of the project runs"


def _actions(told: dict[str, Any]) -> Iterator[str]:
    for step in steps(told):
        if "uses" in step and not _PINNED.fullmatch(step["uses"]):
            yield f"{step['uses']} is not a full commit id"
        if (
            step.get("uses", "").startswith("actions/checkout@")
            and step["with"].get("persist-credentials") is not False
        ):
            yield "the token is left in the clone"


def _shell(told: dict[str, Any]) -> Iterator[str]:
    if told.get("defaults", {}).get("run", {}).get("shell") != "bash":
        yield "a pipe hides what fails"
    for step in steps(told):
        if "${{" in step.get("run", ""):
            yield "something from outside stands between the words of a shell"


def _secrets(told: dict[str, Any]) -> Iterator[str]:
    for job in told["jobs"].values():
        if "secrets." in str({name: value for name, value in job.items() if name != "steps"}):
            yield "a secret is there for every step of a job"
    for step in steps(told):
        for name, value in step.get("env", {}).items():
            if "secrets." in str(value) and f'[ -z "${name}" ]' not in step["run"]:
                yield f"it fails without the secret {name}"


def _commands(told: dict[str, Any]) -> Iterator[str]:
    found = [words for step in steps(told) for words in calls(step.get("run", ""))]
    if not found:
        yield "nothing calls laneshift"
    for words in found:
        try:
            parsed(Commands(), "laneshift", words)
        except ClickException as error:
            yield f"laneshift {' '.join(words)}: {error.format_message()}"


def parsed(command: Any, name: str, words: list[str]) -> None:
    """Have the real command line parse the words, and call nothing. Raises `ClickException`."""
    if hasattr(command, "get_command"):
        inner = command.get_command(None, words[0]) if words else None
        if inner is None:
            raise UsageError(f"no such command: {' '.join(words) or name} ({len(NAMES)} verbs)")
        return parsed(inner, words[0], words[1:])
    command.make_context(name, list(words))
    return None
