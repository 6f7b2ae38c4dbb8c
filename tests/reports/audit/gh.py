#!/usr/bin/env python3
"""A stand-in for `gh issue`: keeps issues in the JSON file that GH_STATE names, as the real one would at a forge.

It knows the calls that the script of an audit makes, and ends with status 2 for every other one. What the filter of
`gh issue list` would print is computed here.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

_STATE = Path(os.environ["GH_STATE"])
_MARKER = re.compile("<!-- laneshift-audit:([a-z0-9-]+) -->")


def main(words: list[str]) -> int:
    state: dict[str, Any] = json.loads(_STATE.read_text()) if _STATE.exists() else {"issues": [], "calls": []}
    state["calls"].append(words)
    issues = state["issues"]
    match words:
        case ["label", "create", _, "--description", _, "--force"]:
            pass
        case ["issue", "list", "--state", "all", "--limit", "100000", "--label", _, "--json", _, "--jq", _]:
            for issue in issues:
                if found := _MARKER.search(issue["body"]):
                    sys.stdout.write(f"{found[1]}\t{issue['number']}\t{issue['state']}\n")
        case ["issue", "create", "--label", _, "--title", title, "--body", body]:
            issues.append({"number": len(issues) + 1, "state": "OPEN", "title": title, "body": body})
        case ["issue", "edit", number, "--title", title, "--body", body]:
            issues[int(number) - 1] |= {"title": title, "body": body}
        case ["issue", "reopen", number]:
            issues[int(number) - 1]["state"] = "OPEN"
        case ["issue", "close", number, "--comment", _]:
            issues[int(number) - 1]["state"] = "CLOSED"
        case _:
            return 2
    _STATE.write_text(json.dumps(state))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
