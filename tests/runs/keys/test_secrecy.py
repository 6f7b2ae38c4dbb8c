"""No private key in what commands print, in errors, in the journal, in evidence, in refs, or in the process list."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

from tests.repo.builders import commit_files, git_cli
from tests.toy import Done, laneshift


def _everything(path: Path, done: list[Done]) -> bytes:
    """What commands said, and every file below the git folder, with every object of git in full."""
    held = b"".join(each.out.encode() + each.err.encode() for each in done)
    held += b"".join(file.read_bytes() for file in sorted((path / ".git").rglob("*")) if file.is_file())
    names = git_cli(path, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)").splitlines()
    return held + "".join(git_cli(path, "cat-file", "-p", name, check=False) for name in names).encode(
        "utf-8", "ignore"
    )


def test_nothing_of_a_private_key_is_anywhere_but_in_its_file(tmp_path: Path, command_keys: Callable[[], Path]) -> None:
    path = tmp_path / "repo"
    path.mkdir()
    git_cli(path, "init", "-q", "-b", "main")
    commit_files(path, {"a.txt": "a\n"})
    secrets: list[bytes] = []
    done = [laneshift(path, "keys", "rotate", "--reason", "first")]
    secrets += [file.read_bytes() for file in command_keys().glob("*.pem")]
    done += [
        laneshift(path, "keys", "rotate", "--reason", "second", "--json"),
        laneshift(path, "keys", "check", "-v"),
        laneshift(path, "keys", "export"),
    ]
    assert [each.code for each in done] == [0] * 4, [each.err for each in done]
    live = sorted(command_keys().glob("*.pem"))
    secrets += [file.read_bytes() for file in live]
    assert len(secrets) == 4
    for file in live:
        file.write_bytes(file.read_bytes()[:-60])
    done += [laneshift(path, "status", "-v"), laneshift(path, "keys", "rotate", "--reason", "third", "-v", "--json")]
    held = _everything(path, done)
    assert b"PUBLIC KEY" in held
    assert b"PRIVATE KEY" not in held
    for secret in secrets:
        body = b"".join(secret.splitlines()[1:-1])
        raw = base64.b64decode(body)[-32:]
        for part in (body[-30:], body[20:44], raw, raw.hex().encode(), base64.b64encode(raw)):
            assert part not in held


def test_no_command_line_carries_a_key(tmp_path: Path, command_keys: Callable[[], Path]) -> None:
    """Every process that the rotation starts is noted with its whole command line and environment names."""
    path, log = tmp_path / "repo", tmp_path / "processes"
    path.mkdir()
    git_cli(path, "init", "-q", "-b", "main")
    commit_files(path, {"a.txt": "a\n"})
    hook = "import sys\ndef note(event, args):\n    if event == 'subprocess.Popen':\n"
    hook += f"        open({str(log)!r}, 'a').write(repr(args) + '\\n')\nsys.addaudithook(note)\n"
    (tmp_path / "site").mkdir()
    (tmp_path / "site/sitecustomize.py").write_text(hook)
    done = laneshift(path, "keys", "rotate", "--reason", "first", env={"PYTHONPATH": str(tmp_path / "site")})
    assert done.code == 0, done.err
    held = log.read_text()
    assert "update-ref" in held
    for file in command_keys().glob("*.pem"):
        assert file.read_text().splitlines()[1][:20] not in held
