"""A script of `gh` commands that opens, updates and closes the issues of an audit. Pure.

Every word of a finding is one quoted argument or goes by standard input, so that no shell ever reads it. The script
asks once which issues there are, and finds its own by the line in their text: run twice it opens nothing again.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from laneshift.reports.audit.issues import GONE, Wanted

_HEAD = """#!/usr/bin/env bash
# Opens, updates and closes the issues of an audit. Needs `gh`, logged in, inside a clone of the repository.
set -euo pipefail
label={label}

list() {{
  gh issue list --state all --limit 100000 --label "$label" --json number,state,body --jq \\
    '.[] | select(.body | test("<!-- laneshift-audit:[a-z0-9-]+ -->")) |
     [(.body | capture("<!-- laneshift-audit:(?<id>[a-z0-9-]+) -->").id), (.number | tostring), .state] | @tsv'
}}

gh label create "$label" --description "Findings of audits" --force
known=$(list)

field() {{ # ID COLUMN
  awk -F '\\t' -v id="$1" -v column="$2" '$1 == id {{ print $column; exit }}' <<<"$known"
}}

put() {{ # ID TITLE, and the body by standard input
  local body number
  body=$(cat)
  number=$(field "$1" 2)
  if [ -z "$number" ]; then
    gh issue create --label "$label" --title "$2" --body "$body"
    return
  fi
  if [ "$(field "$1" 3)" = CLOSED ]; then
    gh issue reopen "$number"
  fi
  gh issue edit "$number" --title "$2" --body "$body"
}}

finish() {{ # ID REASON
  local number
  number=$(field "$1" 2)
  if [ -n "$number" ] && [ "$(field "$1" 3)" = OPEN ]; then
    gh issue close "$number" --comment "$2"
  fi
}}
"""


def script(wanted: Sequence[Wanted], over: Sequence[str], label: str) -> str:
    """The script. `over` are the keys of matters that are over: their issues are closed where they are open."""
    lines = [_HEAD.format(label=shlex.quote(label))]
    lines += [_put(each) for each in wanted]
    lines += [f"finish {shlex.quote(key)} {shlex.quote(GONE)}" for key in over]
    return "\n".join(lines) + "\n"


def _put(each: Wanted) -> str:
    body = "".join(letter for letter in each.body if letter == "\n" or letter.isprintable())
    return f"printf '%s' {shlex.quote(body)} | put {shlex.quote(each.key)} {shlex.quote(each.title)}"
