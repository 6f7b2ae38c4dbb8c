"""SSH signatures by `ssh-keygen -Y`, the only program that ever sees a key.

A passphrase is asked for by ssh-keygen itself, at the terminal of whoever signs, or by their agent. Checking can ask
nobody anything: it has no terminal, and reads public data from files that only this user can read. Times in files of
signers are UTC, on every machine.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from laneshift.errors import NeedsPerson, Refused
from laneshift.repo.git_process import run
from laneshift.repo.sshsig import signature_in

_PROGRAM = "ssh-keygen"
_SECONDS = 60.0
_SECONDS_TO_SIGN = 600.0
_KEPT = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH")
_QUIET = {"LC_ALL": "C", "TZ": "UTC0", "SSH_ASKPASS_REQUIRE": "never"}
_LITERAL = ("key::", "ssh-", "ecdsa-", "sk-")
_SHOWN = 400


def sign(key: str, namespace: str, data: bytes) -> str:
    """The armored signature over `data`. `key` is a file, private or public, or a public key that an agent holds.

    Raises `Refused`: `approval.no-ssh-keygen`, `approval.no-key`; `NeedsPerson` (`approval.not-signed`) when ssh-keygen
    did not sign, which told the user why, or nobody answered it within ten minutes.
    """
    with _key_file(key) as file:
        command = [_PROGRAM, "-Y", "sign", "-q", "-f", str(file), "-n", namespace]
        try:
            done = subprocess.run(command, input=data, stdout=subprocess.PIPE, timeout=_SECONDS_TO_SIGN, check=False)
        except subprocess.TimeoutExpired as error:
            raise _not_signed(key, f"nobody answered for {_SECONDS_TO_SIGN:.0f} s") from error
        except OSError as error:
            raise _missing(error) from error
    if done.returncode:
        raise _not_signed(key, f"ssh-keygen ended with status {done.returncode}, and says why above")
    text = done.stdout.decode("ascii", "replace")
    try:
        signature_in(text)
    except ValueError as error:
        raise _not_signed(key, f"ssh-keygen wrote something that is no signature: {error}") from error
    return text


def holds(signature: str, namespace: str, data: bytes) -> bool:
    """Whether `signature` is over `data`, by whatever key. Raises `Refused` (`approval.no-ssh-keygen`)."""
    with _private({"signature": signature.encode()}) as folder:
        return not _checked(folder, ["check-novalidate"], namespace, data)


def fault(
    signature: str, namespace: str, data: bytes, signers: str, principal: str, at: int, revoked: bytes | None = None
) -> str:
    """What ssh-keygen has against the signature of `principal` over `data`; "" when it is good.

    `signers` is a file of allowed signers, valid at `at` (unix seconds); `revoked` one of revoked keys, or their KRL.
    Raises `Refused` (`approval.no-ssh-keygen`).
    """
    files = {"signature": signature.encode(), "signers": signers.encode()}
    with _private(files if revoked is None else {**files, "revoked": revoked}) as folder:
        when = datetime.fromtimestamp(at, UTC).strftime("%Y%m%d%H%M%S")
        asked = ["verify", "-f", str(folder / "signers"), "-I", principal, "-O", f"verify-time={when}"]
        if revoked is not None:
            asked += ["-r", str(folder / "revoked")]
        return _checked(folder, asked, namespace, data)


def is_revocation_list(data: bytes) -> bool:
    """Whether `data` is a key revocation list that ssh-keygen can read. Raises `Refused` (`approval.no-ssh-keygen`)."""
    with _private({"krl": data}) as folder:
        code, _, _ = _run([_PROGRAM, "-Q", "-l", "-f", str(folder / "krl")], b"", folder)
        return code == 0


def _checked(folder: Path, asked: list[str], namespace: str, data: bytes) -> str:
    command = [_PROGRAM, "-Y", *asked, "-n", namespace, "-s", str(folder / "signature")]
    code, out, err = _run(command, data, folder)
    told = (out + err).decode("utf-8", "replace").replace(f"{folder}{os.sep}", "")
    shown = " ".join("".join(letter if letter.isprintable() else " " for letter in told).split())[:_SHOWN]
    return "" if code == 0 else shown or f"ssh-keygen ended with status {code}"


def _run(command: list[str], data: bytes, folder: Path) -> tuple[int, bytes, bytes]:
    try:
        return run(command, data, folder, _environment(), _SECONDS, apart=True)
    except subprocess.TimeoutExpired as error:
        raise Refused("approval.no-ssh-keygen", f"{_PROGRAM} did not answer within {_SECONDS:.0f} s") from error
    except OSError as error:
        raise _missing(error) from error


def _environment() -> Mapping[str, str]:
    return {name: os.environ[name] for name in _KEPT if name in os.environ} | _QUIET


@contextmanager
def _private(files: Mapping[str, bytes]) -> Iterator[Path]:
    """A folder that only this user can look into, with these files, until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="laneshift-") as name:
        folder = Path(name)
        for file, data in files.items():
            handle = os.open(folder / file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as opened:
                opened.write(data)
        yield folder


@contextmanager
def _key_file(key: str) -> Iterator[Path]:
    """Where the key to sign with lies; a public key that is given in full is written to a file, for the agent."""
    if key.startswith(_LITERAL):
        with _private({"key.pub": key.removeprefix("key::").encode() + b"\n"}) as folder:
            yield folder / "key.pub"
        return
    path = Path(key).expanduser() if "\0" not in key else Path()
    if not key or not path.is_file():
        cure = "give --key FILE, or `git config gpg.format ssh` and `git config user.signingkey FILE`"
        raise Refused("approval.no-key", "there is no SSH key to sign with", where=key, cure=cure)
    yield path


def _missing(error: OSError) -> Refused:
    return Refused(
        "approval.no-ssh-keygen",
        f"{_PROGRAM} could not be started",
        why=error.strerror or str(error),
        cure="install the client of OpenSSH 9.0 or later: openssh-client, openssh-clients or openssh",
    )


def _not_signed(key: str, why: str) -> NeedsPerson:
    cure = "see that the key is there, its passphrase right, or the agent has it; then approve again"
    return NeedsPerson("approval.not-signed", "nothing was signed", where=key[:_SHOWN], why=why, cure=cure)
