"""Signing and checking by the real ssh-keygen: whose key, when, for what, revoked or not, and nobody ever asked."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from laneshift.errors import NeedsPerson, Refused
from laneshift.repo import ssh_signatures
from laneshift.repo.ssh_signatures import fault, holds, is_revocation_list, sign
from tests.ssh_keys import make_key, public

SPACE = "laneshift-approval"
DATA = b"sha256:" + 64 * b"a"
ADA = "ada@x.org"
AT = 1_767_225_600  # the first second of 2026


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Keys of three kinds."""
    folder = tmp_path_factory.mktemp("keys")
    kinds = {"ada": ("ed25519",), "bob": ("ecdsa",), "rsa": ("rsa", "-b", "2048")}
    return {name: make_key(folder, name, *kind) for name, kind in kinds.items()}


@pytest.fixture(scope="module")
def text(keys: dict[str, Path]) -> str:
    """Ada's signature."""
    return sign(str(keys["ada"]), SPACE, DATA)


def test_a_signature_is_good_for_its_data_its_space_and_its_signer(keys: dict[str, Path]) -> None:
    for name, key in keys.items():
        made = sign(f"{key}.pub" if name == "bob" else str(key), SPACE, DATA)
        signers = f"{ADA} {public(key)}\n"
        assert fault(made, SPACE, DATA, signers, ADA, AT) == ""
        assert holds(made, SPACE, DATA)
        assert not holds(made, SPACE, DATA + b"\n")
        assert not holds(made, "git", DATA)
        assert fault(made, SPACE, DATA[:-1], signers, ADA, AT)
        assert fault(made, "git", DATA, signers, ADA, AT)
        assert fault(made, SPACE, DATA, signers, "eve@x.org", AT)
        assert fault(made, SPACE, DATA, "", ADA, AT)


def test_another_persons_key_is_no_good(keys: dict[str, Path], text: str) -> None:
    assert fault(text, SPACE, DATA, f"{ADA} {public(keys['bob'])}\n", ADA, AT)


@pytest.mark.parametrize("zone", ["UTC0", "Pacific/Auckland", "America/Los_Angeles"])
def test_times_of_signers_are_utc_everywhere(
    zone: str, keys: dict[str, Path], text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)

    def allowed(options: str) -> bool:
        return not fault(text, SPACE, DATA, f"{ADA} {options} {public(keys['ada'])}\n", ADA, AT)

    assert allowed('valid-after="20260101000000"')
    assert not allowed('valid-after="20260101000001"')
    assert allowed('valid-before="20260101000001"')
    assert not allowed('valid-before="20251231235959"')
    assert allowed('namespaces="git,laneshift-*"')
    assert not allowed('namespaces="git"')


def test_revoked_keys_by_list_and_by_name(keys: dict[str, Path], text: str, tmp_path: Path) -> None:
    signers = f"{ADA} {public(keys['ada'])}\n"
    for revoked, good in (("ada", False), ("bob", True)):
        listed = tmp_path / f"{revoked}.krl"
        command = ["ssh-keygen", "-q", "-k", "-f", str(listed), f"{keys[revoked]}.pub"]
        subprocess.run(command, check=True, capture_output=True)
        assert is_revocation_list(listed.read_bytes())
        for data in (listed.read_bytes(), f"# gone\n{public(keys[revoked])}\n".encode()):
            assert (fault(text, SPACE, DATA, signers, ADA, AT, data) == "") is good
        assert not is_revocation_list(listed.read_bytes()[:-20])
    assert fault(text, SPACE, DATA, signers, ADA, AT, b"") == ""
    assert fault(text, SPACE, DATA, signers, ADA, AT, b"not a key\n"), "what cannot be read revokes everything"
    assert not is_revocation_list(b"not a list")


def test_without_ssh_keygen_the_cure_is_told(monkeypatch: pytest.MonkeyPatch, keys: dict[str, Path], text: str) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    for attempt in (
        lambda: sign(str(keys["ada"]), SPACE, DATA),
        lambda: holds(text, SPACE, DATA),
        lambda: is_revocation_list(b""),
    ):
        with pytest.raises(Refused) as caught:
            attempt()
        assert caught.value.code == "approval.no-ssh-keygen"
        assert "openssh-client" in caught.value.cure


@pytest.mark.parametrize("key", ["", "/nowhere/key", "0xDEADBEEF", "bad\0name", "-Y"])
def test_what_is_no_key_is_refused_before_anything_starts(key: str) -> None:
    with pytest.raises(Refused) as caught:
        sign(key, SPACE, DATA)
    assert caught.value.code == "approval.no-key"


def test_a_passphrase_is_never_asked_for_where_nobody_is(tmp_path: Path) -> None:
    locked = make_key(tmp_path, "locked", passphrase="correct horse")
    code = (
        "import sys\nfrom laneshift.errors import NeedsPerson\nfrom laneshift.repo.ssh_signatures import sign\n"
        "try:\n    sign(sys.argv[1], 'laneshift-approval', b'x')\n"
        "except NeedsPerson as error:\n    print(error.code)\n"
    )
    env = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "SSH_ASKPASS", "SSH_AUTH_SOCK")}
    done = subprocess.run(
        [sys.executable, "-c", code, str(locked)],
        env=env,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.strip() == "approval.not-signed"
    assert "correct horse" not in done.stdout + done.stderr


def test_an_agent_signs_with_a_key_that_is_nowhere_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = make_key(tmp_path, "held")
    # The path of a socket has to be short, which those of tests are not.
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        place = f"{folder}/agent"
        with subprocess.Popen(["ssh-agent", "-D", "-a", place], stdout=subprocess.PIPE, text=True) as agent:
            try:
                assert agent.stdout is not None
                agent.stdout.readline()
                monkeypatch.setenv("SSH_AUTH_SOCK", place)
                subprocess.run(["ssh-add", "-q", str(key)], check=True, capture_output=True)
                line = public(key)
                key.unlink()
                made = [sign(given, SPACE, DATA) for given in (f"key::{line}", line, f"{key}.pub")]
            finally:
                agent.terminate()
    assert all(fault(one, SPACE, DATA, f"{ADA} {line}\n", ADA, AT) == "" for one in made)
    with pytest.raises(NeedsPerson) as caught:
        sign(f"key::{line}", SPACE, DATA)
    assert caught.value.code == "approval.not-signed"


def test_what_is_checked_lies_where_nobody_else_can_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An ssh-keygen that notes what it was given, and how open its folder and its files are to others."""
    spy = tmp_path / "bin" / "ssh-keygen"
    spy.parent.mkdir()
    spy.write_text(
        '#!/bin/sh\nstat -c \'%a %n\' . * > "$HOME/seen"\nenv | sort >> "$HOME/seen"\n'
        '(: < /dev/tty) 2>/dev/null && echo a-terminal >> "$HOME/seen"\nexit 1\n'
    )
    spy.chmod(0o755)
    monkeypatch.setenv("PATH", f"{spy.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SSH_AUTH_SOCK", "/nowhere")
    assert ssh_signatures.fault("signature", SPACE, DATA, "signers", ADA, AT, b"revoked")
    seen = (tmp_path / "seen").read_text().splitlines()
    assert seen[:4] == ["700 .", "600 revoked", "600 signature", "600 signers"]
    assert "TZ=UTC0" in seen
    assert "a-terminal" not in seen
    assert not any(line.startswith("SSH_AUTH_SOCK") for line in seen)
