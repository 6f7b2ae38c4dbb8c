"""A scripted agent mends an item that was set aside: refused for a stray edit, then accepted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.agents.mcp.scene import Scene
from tests.repo.builders import git_cli
from tests.toy import refs, with_tests


def test_an_agent_mends_an_item_over_the_protocol_alone(own: Scene, tmp_path: Path) -> None:
    before = refs(own.path)
    words = [sys.executable, "-m", "tests.agents.mcp.scripted", str(own.path), str(tmp_path / "work")]
    done = subprocess.run(words, env=with_tests(), capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["failure"]["step"] == "test"

    stray = seen["stray"]
    for told in (stray["foreseen"], stray["patch"], stray["verdict"]):
        assert not told["accepted"]
        assert (told["objections"][0]["code"], told["objections"][0]["path"]) == ("submit.edits-unowned", "core/app.py")
        assert told["objections"][0]["cure"]
    # What it said of itself was held against the diff.
    assert [each["code"] for each in stray["verdict"]["objections"][1:]] == ["submit.report-files"]

    sound = seen["sound"]
    assert sound["foreseen"]["accepted"], sound["foreseen"]
    assert sound["patch"]["accepted"], sound["patch"]
    assert sound["verdict"]["accepted"], sound["verdict"]
    branch = sound["verdict"]["branch"]
    after = refs(own.path)
    assert after[branch] == sound["commit"]
    assert set(after) - set(before) <= {branch, seen["claim"]["branch"], *(n for n in after if "codemods" in n)}
    assert "labs/plugin.py" in git_cli(own.path, "show", "--name-only", "--format=", sound["commit"])
    assert [each["accepted"] for each in seen["status"]["submissions"]] == [True, False]
    assert any("submit: test" in message for message in seen["progress"])
