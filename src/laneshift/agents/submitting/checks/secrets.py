"""Secrets: in every line that any commit adds, in its text, and in what the agent reports. None is ever shown."""

from __future__ import annotations

import json
from collections.abc import Iterator

from laneshift.agents.submitting.ground import Ground, added_lines
from laneshift.agents.submitting.objecting import objection
from laneshift.agents.submitting.secret_forms import secret_in
from laneshift.agents.submitting.submission import Objection

NAME = "secrets"
_CURE = "make the secret invalid, since it is in a commit now; then begin anew without it"


def check(ground: Ground) -> Iterator[Objection]:
    """One objection a line."""
    for touch in ground.touches:
        if touch.new is None:
            continue
        for number, line in added_lines(touch):
            if why := secret_in(line):
                yield objection("secret", touch.path, f"the line holds {why}", _CURE, number, _masked(line))
    for step in ground.steps:
        for number, line in enumerate(step.made.message.split("\n"), 1):
            if why := secret_in(line):
                place = f"commit {step.made.oid[:12]}"
                yield objection("secret", place, f"the text holds {why}", _CURE, number)
    if ground.report is not None and (why := secret_in(json.dumps(ground.report, default=str))):
        yield objection("secret", "report", f"the report holds {why}", "make the secret invalid, and report without it")


def _masked(line: str) -> str:
    """What stands before the first quote, colon or equals sign: enough to find the line by."""
    for at, letter in enumerate(line):
        if letter in "\"'=:":
            return f"{line[:at]}… [redacted]"
    return "[redacted]"
