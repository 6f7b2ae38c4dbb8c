"""Programs that end with 1 where they found something: that is an answer, and a crash, which ends so too, is none."""

from __future__ import annotations

from collections.abc import Sequence

ANSWERED = 'told=$(PYTHONPATH=.:$PYTHONPATH "$@"); code=$?; printf "%s\\n" "$told"; test $code -le 1 && test -n "$told"'
"""For a shell: the command that follows, and whether it gave an answer. A crash says nothing on its standard output."""


def answered(command: Sequence[str]) -> tuple[str, ...]:
    """A command that fails unless it gave an answer."""
    return ("sh", "-c", ANSWERED, "sh", *command)
