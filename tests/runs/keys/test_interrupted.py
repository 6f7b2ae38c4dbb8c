"""Kill a rotation at every change that it makes on the disk: there is always one key that signs and is believed."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path
from typing import NoReturn

from laneshift.evidence.keys.vault import Vault
from laneshift.runs.sealing import checked, seal

from .conftest import Keeper

_MOST = 80
_CHANGES = frozenset({"os.rename", "os.remove", "os.mkdir", "sqlite3.connect", "tempfile.mkstemp", "subprocess.Popen"})


def _killed(keeper: Keeper, at: int) -> bool:
    """Rotate in a process of its own that is killed at its `at`-th change; whether it came to that."""
    child = os.fork()
    if not child:
        _rotate_and_die(keeper, at)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) in (0, -signal.SIGKILL)
    return os.WIFSIGNALED(status)


def _rotate_and_die(keeper: Keeper, at: int) -> NoReturn:
    seen = 0

    def dying(event: str, _: object) -> None:
        nonlocal seen
        seen += event in _CHANGES
        if event in _CHANGES and seen == at:
            os.kill(os.getpid(), signal.SIGKILL)

    code = 1
    try:
        sys.addaudithook(dying)
        keeper.rotate("journal", "the second key")
        code = 0
    finally:
        os._exit(code)


def _copy(keeper: Keeper, folder: Path) -> Keeper:
    shutil.copytree(keeper.path, folder / "repo", symlinks=True)
    shutil.copytree(keeper.vault.folder, folder / "keys")
    return Keeper(folder / "repo", Vault(folder / "keys"), day=10)


def test_a_rotation_interrupted_anywhere_leaves_a_working_key(keeper: Keeper, tmp_path: Path) -> None:
    first = keeper.rotate("journal", "the first key")
    shop = keeper.shop()
    shop.journal.append("landing", "land.recorded", {"n": 1}, at=keeper.now)
    seal(shop)
    shop.journal.close()
    seen: set[str] = set()
    for at in range(1, _MOST):
        again = _copy(keeper, tmp_path / str(at))
        if not _killed(again, at):
            break
        ring = again.ring()
        signer = ring.signer("journal")
        assert signer is not None
        ring.verify(signer.key_id, b"alive", signer.sign(b"alive"), again.now)
        seen.add("before" if signer.key_id == first.id else "after")
        new = again.rotate("journal", "once more")
        found = checked(
            again.shop().repository, again.shop().journal.records(), again.shop().journal.checkpoint().origin,
            again.shop().keys,
        )  # fmt: skip
        assert found.findings == ()
        assert [key.id for key in again.ring().keys if key.active] == [new.id]
        retired = {str(r.facts["key"]) for r in again.shop().journal.records(kind="key.retired")}
        assert {key.id for key in again.ring().keys if key.retired is not None} == retired
    else:
        raise AssertionError("the rotation never ended by itself")
    assert seen == {"before", "after"}
