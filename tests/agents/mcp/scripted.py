"""A coding agent without a mind, in a process of its own: `python -m tests.agents.mcp.scripted REPOSITORY PLACE`.

It speaks with laneshift over the protocol alone, mends an item that was set aside, and first does more than it may.
Prints what it was told, as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import anyio
from mcp import Client

from tests.agents.mcp.scene import code, process

AGENT = "codex"
SHIM = "import core.plugin\n\nVALUE = core.plugin.VALUE\n"
"""What is left at the old place, so that a name which is computed at run time still finds it."""
TEST = "from core.plugin import VALUE\n\n\ndef test_value() -> None:\n    assert VALUE == 41\n"


def git(folder: Path, *words: str) -> str:
    """What plain git says, as this agent."""
    who = {f"GIT_{role}_{what}": text for role in ("AUTHOR", "COMMITTER") for what, text in IDENTITY.items()}
    env = {**os.environ, **who}
    return subprocess.run(["git", "-C", str(folder), *words], env=env, capture_output=True, check=True).stdout.decode()


IDENTITY = {"NAME": AGENT, "EMAIL": "codex@example.org"}


def mend(tree: Path, *, stray: bool) -> None:
    """Move the module by hand, and leave a way to it at the old place."""
    git(tree, "mv", "labs/plugin.py", "core/plugin.py")
    (tree / "labs/plugin.py").write_text(SHIM)
    (tree / "tests/moves").mkdir(exist_ok=True)
    (tree / "tests/moves/test_core_plugin.py").write_text(TEST)
    if stray:
        (tree / "core/app.py").write_text((tree / "core/app.py").read_text() + "\nEXTRA = 1\n")


def commit(tree: Path, base: str, text: str, *, stray: bool) -> str:
    """One commit on the base with the work."""
    git(tree, "switch", "--quiet", "--detach", "--discard-changes", base)
    mend(tree, stray=stray)
    git(tree, "add", "--all")
    git(tree, "commit", "--quiet", "--message", text)
    return git(tree, "rev-parse", "HEAD").strip()


async def work(repository: Path, place: Path) -> dict[str, Any]:
    """The whole work."""
    seen: dict[str, Any] = {"progress": []}

    async def ask(tool: str, **given: Any) -> Any:
        async def heard(_number: float, _total: float | None, message: str | None) -> None:
            seen["progress"].append(message)

        result = await client.call_tool(tool, given, progress_callback=heard)
        assert not result.is_error, (tool, code(result), result.content)
        return result.structured_content

    async with Client(process(repository, AGENT)) as client:
        listed = await ask("list_work")
        failed = next(item for item in listed["items"] if item["state"] == "quarantined")
        seen["failure"] = await ask("explain_failure", plan=failed["plan"], item=failed["item"])
        pack = {"plan": failed["plan"], "pack": failed["pack"]}
        seen["claim"] = claim = await ask("claim", **pack)
        brief = await ask("get_pack", **pack)
        git(repository, "worktree", "add", "--quiet", "--detach", str(place), claim["base"])
        held = {**pack, "claim": claim["claim"], "token": claim["token"]}
        for name, stray in (("stray", True), ("sound", False)):
            made = commit(place, claim["base"], brief["commit_text"], stray=stray)
            seen[name] = {
                "commit": made,
                "foreseen": await ask("dry_run", **pack, commit=made),
                "patch": await ask("dry_run", **pack, patch=git(place, "diff", "--full-index", claim["base"], made)),
                "verdict": await ask("submit", **held, commit=made, report={"files": brief["owned"]}),
            }
        seen["status"] = await ask("status")
    return seen


if __name__ == "__main__":
    print(json.dumps(anyio.run(partial(work, Path(sys.argv[1]), Path(sys.argv[2])))))
