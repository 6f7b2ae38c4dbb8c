"""Private keys stay where only their user can read them, and nothing that goes wrong shows one."""

from __future__ import annotations

import stat
import traceback
from pathlib import Path

import pytest

from laneshift.errors import CheckFailed, LaneshiftError, Refused
from laneshift.evidence.keys.vault import Vault
from tests.repo.builders import git_cli


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "some" / "keys")


def test_a_new_key_is_a_file_of_its_user_alone(vault: Vault) -> None:
    made = vault.make("journal", "ed25519")
    file = vault.folder / f"{made.key_id}.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(vault.folder.stat().st_mode) == 0o700
    again = vault.signer(made.key_id, "journal")
    assert again.sign(b"a") == made.sign(b"a")
    assert (again.public_pem, again.algorithm) == (made.public_pem, "ed25519")
    vault.drop(made.key_id)
    assert not vault.holds(made.key_id)
    with pytest.raises(CheckFailed) as gone:
        vault.signer(made.key_id, "journal")
    assert gone.value.code == "keys.no-private-key"


@pytest.mark.parametrize("bare", [False, True])
def test_no_folder_inside_a_repository(tmp_path: Path, bare: bool) -> None:
    git_cli(tmp_path, "init", "-q", *(["--bare"] if bare else []))
    with pytest.raises(Refused) as refused:
        Vault(tmp_path / "deep" / "keys").make("journal", "ed25519")
    assert refused.value.code == "keys.in-repository"
    assert not (tmp_path / "deep").exists()


def test_not_by_way_of_a_link_either(tmp_path: Path) -> None:
    (tmp_path / "repo").mkdir()
    git_cli(tmp_path / "repo", "init", "-q")
    (tmp_path / "link").symlink_to(tmp_path / "repo")
    with pytest.raises(Refused):
        Vault(tmp_path / "link" / "keys").make("journal", "ed25519")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_file_that_others_could_read_is_not_used(vault: Vault, mode: int) -> None:
    made = vault.make("journal", "ed25519")
    (vault.folder / f"{made.key_id}.pem").chmod(mode)
    with pytest.raises(CheckFailed) as refused:
        vault.signer(made.key_id, "journal")
    assert refused.value.code == "keys.unsafe"


def test_a_folder_that_others_could_enter_is_not_used(vault: Vault) -> None:
    made = vault.make("journal", "ed25519")
    vault.folder.chmod(0o750)
    with pytest.raises(CheckFailed) as refused:
        vault.signer(made.key_id, "journal")
    assert refused.value.code == "keys.unsafe"
    with pytest.raises(CheckFailed):
        vault.make("journal", "ed25519")


def test_a_link_and_a_folder_are_no_keys(vault: Vault) -> None:
    made = vault.make("journal", "ed25519")
    file = vault.folder / f"{made.key_id}.pem"
    file.rename(vault.folder / "elsewhere")
    file.symlink_to(vault.folder / "elsewhere")
    with pytest.raises(CheckFailed):
        vault.signer(made.key_id, "journal")
    file.unlink()
    file.mkdir()
    with pytest.raises(CheckFailed):
        vault.signer(made.key_id, "journal")


def test_another_key_under_this_name_is_not_used(vault: Vault) -> None:
    one, other = vault.make("journal", "ed25519"), vault.make("journal", "ecdsa-p256")
    (vault.folder / f"{other.key_id}.pem").rename(vault.folder / f"{one.key_id}.pem")
    with pytest.raises(CheckFailed) as refused:
        vault.signer(one.key_id, "journal")
    assert refused.value.code == "keys.damaged"
    two = vault.make("journal", "ed25519")
    with pytest.raises(CheckFailed):
        vault.signer(two.key_id, "attestation")


def _shown(error: LaneshiftError) -> str:
    return "".join(traceback.format_exception(error)) + repr(error.as_dict()) + repr(error.__context__)


def test_nothing_that_goes_wrong_shows_a_private_key(vault: Vault) -> None:
    made = vault.make("journal", "ed25519")
    file = vault.folder / f"{made.key_id}.pem"
    secret = file.read_text().splitlines()[1]
    assert secret not in repr(made) + repr(vault)
    for damage in (
        file.read_text().replace("PRIVATE KEY", "PRIVATE KEX"),
        file.read_text()[:-40],
        "-----BEGIN CERTIFICATE-----\n" + secret + "\n-----END CERTIFICATE-----\n",
        secret,
    ):
        file.write_text(damage)
        with pytest.raises(CheckFailed) as failed:
            vault.signer(made.key_id, "journal")
        assert failed.value.code == "keys.damaged"
        assert secret[:20] not in _shown(failed.value)
