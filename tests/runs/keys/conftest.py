"""A small repository whose keys live in a folder of the test's own, and a clock that can be moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from laneshift.evidence.keys.ages import Limits
from laneshift.evidence.keys.key import Key
from laneshift.evidence.keys.port import Purpose
from laneshift.evidence.keys.ring import JournalKeys, KeyRing
from laneshift.evidence.keys.vault import Vault
from laneshift.forge.local import LocalIssues
from laneshift.runs.key_checking import KeyCheck, check_keys
from laneshift.runs.key_ring import ring_of
from laneshift.runs.key_rotation import Operator, revoke, rotate
from laneshift.runs.workshop import Workshop
from tests.repo.builders import commit_files, git_cli
from tests.toy import shop_at

DAY = 86_400
START = 1_800_000_000


@dataclass
class Keeper:
    """Whoever looks after the keys of one repository, `day` days after they began."""

    path: Path
    vault: Vault
    day: int = 0

    def shop(self) -> Workshop:
        ring = self.ring()
        return replace(shop_at(self.path), ring=ring, keys=JournalKeys(ring), clock=lambda: START + self.day * DAY)

    def ring(self) -> KeyRing:
        return ring_of(shop_at(self.path).repository, self.vault)

    def rotate(self, purpose: Purpose, reason: str) -> Key:
        return rotate(self.shop(), self.vault, purpose, "ed25519", Operator("ann@example.org", reason))

    def revoke(self, key: str, reason: str) -> Key:
        return revoke(self.shop(), self.vault, key, Operator("bob@example.org", reason))

    def check(self) -> dict[str, KeyCheck]:
        found = check_keys(self.shop(), self.ring(), Limits(), self.issues)
        return {each.purpose: each for each in found}

    @property
    def issues(self) -> LocalIssues:
        return LocalIssues(self.path / ".git/laneshift/forge/issues")

    @property
    def now(self) -> int:
        """Unix milliseconds."""
        return (START + self.day * DAY) * 1000


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    path = tmp_path / "repo"
    path.mkdir()
    git_cli(path, "init", "-q", "-b", "main")
    commit_files(path, {"a.txt": "a\n"})
    return Keeper(path, Vault(tmp_path / "keys"))


@pytest.fixture
def command_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    """The folder that commands of this test keep private keys in."""
    monkeypatch.setenv("LANESHIFT_KEYS", str(tmp_path / "keys"))
    return lambda: tmp_path / "keys"
