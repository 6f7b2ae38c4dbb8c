"""Bare repositories as remotes, what goes wrong with them, and others who push to them."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.ports import free_port
from tests.repo.builders import commit_files, git_cli

MAIN = "refs/heads/main"


def remote_of(path: Path, bare: Path, name: str = "origin") -> Path:
    """A bare repository with the main branch of `path`, configured there as the remote `name`."""
    git_cli(path, "clone", "-q", "--bare", "--template=", str(path), str(bare))
    git_cli(bare, "remote", "remove", "origin")
    for ref in git_cli(bare, "for-each-ref", "--format=%(refname)").splitlines():
        if ref != MAIN:
            git_cli(bare, "update-ref", "-d", ref)
    git_cli(path, "remote", "add", name, str(bare))
    return bare


def hook(bare: Path, name: str, script: str) -> Path:
    """Give the remote a hook."""
    file = bare / "hooks" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def others_push(bare: Path, files: Mapping[str, str | bytes | None], message: str = "theirs") -> str:
    """Somebody else's plain `git push` of one commit on top of the remote's main; its id."""
    clone = bare.parent / "theirs"
    if not clone.exists():
        git_cli(bare, "clone", "-q", str(bare), str(clone))
    git_cli(clone, "fetch", "-q", "origin")
    git_cli(clone, "reset", "-q", "--hard", "origin/main")
    commit = commit_files(clone, files, message)
    git_cli(clone, "push", "-q", "origin", "HEAD:main")
    return commit


def at(bare: Path, ref: str = MAIN) -> str:
    """The commit of a ref of the remote."""
    return git_cli(bare, "rev-parse", ref)


def marks(bare: Path) -> dict[str, str]:
    """What laneshift keeps at the remote, but for seals: each landing adds one."""
    lines = git_cli(bare, "for-each-ref", "--format=%(refname) %(objectname)", "refs/laneshift").splitlines()
    found = {name: oid for name, _, oid in (line.partition(" ") for line in lines)}
    return {name: oid for name, oid in found.items() if not name.startswith("refs/laneshift/seals/")}


@contextlib.contextmanager
def daemon(folder: Path, *options: str) -> Iterator[str]:
    """`git daemon` on the loopback interface for the repositories below `folder`; its address."""
    port = free_port()
    command = ["git", "daemon", f"--base-path={folder}", "--export-all", "--reuseaddr", "--listen=127.0.0.1"]
    process = subprocess.Popen([*command, f"--port={port}", *options], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 240
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert time.monotonic() < deadline, "the daemon does not listen"
            time.sleep(0.02)
        yield f"git://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
