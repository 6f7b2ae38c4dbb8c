"""Objections, made short: every text that comes from the submission is cut and made visible here."""

from __future__ import annotations

from laneshift.agents.submitting.submission import Objection
from laneshift.evidence.redaction import redact_text
from laneshift.runs.paths import visible

_SHOWN = 160


def objection(code: str, path: str, what: str, cure: str, line: int = 0, text: str = "") -> Objection:
    """An objection with the code `submit.<code>`. What it shows of the submission holds no secret and no hidden
    characters."""
    place, said = visible(redact_text(path[: 4 * _SHOWN]))[:_SHOWN], visible(what)[: 2 * _SHOWN]
    return Objection(f"submit.{code}", place, line, shown(text), said, cure)


def shown(text: str) -> str:
    """A line of the submission as a person may see it."""
    return visible(redact_text(text.strip()[: 4 * _SHOWN]))[:_SHOWN]


def line_of(text: str | None, number: int) -> str:
    """Line `number` (from 1) of a text; empty where there is none."""
    lines = (text or "").split("\n")
    return lines[number - 1] if 0 < number <= len(lines) else ""
