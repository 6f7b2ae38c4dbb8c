"""Seals of the journal: made by landings and commands, kept apart from it, and held against it by verify."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from laneshift.evidence import rows
from laneshift.evidence.journal import Journal
from laneshift.evidence.note import NoteKey
from laneshift.evidence.sqlite import connect
from laneshift.repo.commits import Identity, history, is_ancestor, write_commit
from laneshift.repo.objects import File
from laneshift.repo.refs import RefUpdate, delete, read, swap, under
from laneshift.runs import working
from laneshift.runs.seal_sharing import seals_at, share
from laneshift.runs.sealing import SEALS, checked, ref_of, seal
from laneshift.runs.working import Landing
from laneshift.runs.workshop import Workshop
from tests.remote import at, hook, remote_of
from tests.repo.builders import commit_files, git_cli
from tests.toy import copy_of, laneshift, shop_at

_FILES = ("journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm")


class _Ring:
    """One key for notes, made at a moment, and perhaps revoked."""

    def __init__(self, seed: int = 1, since: int = 0, *, revoked: bool = False) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        raw = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key = NoteKey("lander", raw)
        self._since, self._revoked = since, revoked

    def signer(self) -> _Ring:
        return self

    def sign(self, data: bytes) -> bytes:
        return self._private.sign(data)

    def trusted(self) -> tuple[NoteKey, ...]:
        return () if self._revoked else (self.key,)

    def since(self) -> int | None:
        return self._since


@dataclass(frozen=True)
class Scene:
    """A repository and its journal, of five records; the third one is a landing."""

    shop: Workshop
    origin: str

    def found(self, ring: _Ring | None = None) -> tuple[str, ...]:
        journal = self.shop.journal
        origin = journal.checkpoint().origin
        return checked(self.shop.repository, journal.records(), origin, ring or self.shop.keys).findings

    def rewritten(self, drop: int = 0, edit: int = 0, upto: int = 5, origin: str = "") -> Scene:
        """The journal written anew by somebody who owns its file: the chain is whole, and something is not true."""
        records, folder = self.shop.journal.records(), self.shop.repository.state_dir
        self.shop.journal.close()
        for name in _FILES:
            (folder / name).unlink(missing_ok=True)
        (folder / _FILES[0]).touch()
        with closing(connect(folder / _FILES[0])) as connection:
            rows.create(connection, origin or self.origin)
        journal = Journal.open(folder / _FILES[0])
        for record in records[:upto]:
            if record.seq != drop:
                facts = {"n": 1000} if record.seq == edit else record.facts
                journal.append(record.key, record.kind, facts, at=record.at, actor=record.actor)
        assert journal.check() == []
        return Scene(replace(self.shop, journal=journal), self.origin)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    git_cli(tmp_path, "init", "-q", "-b", "main")
    commit_files(tmp_path, {"a.txt": "a\n"})
    shop = replace(shop_at(tmp_path), keys=_Ring())
    for size, kind in enumerate(["plan.made", "step.done", "land.recorded", "step.done", "step.done"], start=1):
        shop.journal.append(f"key/{size}", kind, {"n": size}, at=1_000 + size)
        if size != 4:
            seal(shop)
    return Scene(shop, shop.journal.checkpoint().origin)


def test_a_sealed_journal_has_no_findings_and_is_not_sealed_twice(scene: Scene) -> None:
    tip = read(scene.shop.repository, ref_of(scene.origin))
    assert seal(scene.shop) is None
    assert read(scene.shop.repository, ref_of(scene.origin)) == tip
    assert tip is not None
    assert [each.subject for each in history(scene.shop.repository, tip)] == [
        "seal 5 records",
        "seal 3 records",
        "seal 2 records",
        "seal 1 records",
    ]
    assert scene.found() == ()


@pytest.mark.parametrize(
    ("how", "record", "code"),
    [
        ({"edit": 1}, 1, "rewritten"),
        ({"edit": 4}, 4, "rewritten"),
        ({"drop": 2}, 2, "rewritten"),
        ({"upto": 4}, 5, "truncated"),
        ({"upto": 1}, 2, "truncated"),
        ({"upto": 0}, 1, "truncated"),
    ],
)
def test_whoever_owns_the_file_is_told_on_by_the_seals(
    scene: Scene, how: dict[str, int], record: int, code: str
) -> None:
    found = scene.rewritten(**how).found()
    assert found[0].startswith(f"record {record} (")
    assert f"[evidence.{code}]" in found[0]


def test_a_journal_that_grew_after_it_was_changed_is_told_too(scene: Scene) -> None:
    after = scene.rewritten(edit=4)
    after.shop.journal.append("key/6", "step.done", {"n": 6})
    seal(after.shop)
    assert after.found()[0].startswith("record 4 (key/4)")


def test_another_journal_in_its_place_is_told(scene: Scene) -> None:
    other = scene.rewritten(origin="sha256:" + "7" * 64)
    assert any("[evidence.foreign]" in each for each in other.found())


def test_a_landing_that_no_signature_covers_is_told(scene: Scene) -> None:
    assert scene.found(_Ring(2)) == ("record 3 (key/3): is a landing that no signed seal covers [evidence.unsealed]",)
    assert scene.found(_Ring(revoked=True)) == scene.found(_Ring(2))
    assert scene.found(_Ring(2, since=1_004)) == ()
    tip = read(scene.shop.repository, ref_of(scene.origin))
    assert tip is not None
    delete(scene.shop.repository, ref_of(scene.origin), tip)
    assert scene.found() == scene.found(_Ring(2))


def test_a_new_key_seals_what_an_older_one_did(scene: Scene) -> None:
    renewed = Scene(replace(scene.shop, keys=_Ring(2)), scene.origin)
    assert renewed.found()
    assert seal(renewed.shop) is not None
    assert renewed.found() == ()


def test_a_seal_whose_text_is_nonsense_is_told(scene: Scene) -> None:
    repository, ref = scene.shop.repository, ref_of(scene.origin)
    tip = read(repository, ref)
    assert tip is not None
    tree = repository.tree(tip).edit({"checkpoint.txt": File(b"laneshift.journal/nonsense\n")})
    forged = write_commit(repository, tree.oid, [tip], "seal", Identity("me", "me@localhost"), 0)
    swap(repository, [RefUpdate(ref, tip, forged)])
    assert any(f"seal {forged[:12]} cannot be read" in each for each in scene.found())


def test_commands_seal_what_they_recorded_and_verify_holds_it_against_the_journal(ran: Path, tmp_path: Path) -> None:
    path = copy_of(ran, tmp_path / "repo")
    shop = shop_at(path)
    working.land(shop, shop.plans.load("batch"), Landing(("labs.shapes", "labs.report")))
    assert list(under(shop.repository, SEALS)) == [ref_of(shop.journal.checkpoint().origin)]
    assert laneshift(path, "status").code == 0
    found = laneshift(path, "verify", "batch", "--json").data
    assert found["seals"] == 2
    assert found["findings"] == []
    size = len(shop.journal.records())
    rewritten = Scene(shop, shop.journal.checkpoint().origin).rewritten(upto=size - 1)
    rewritten.shop.journal.close()
    told = laneshift(path, "verify", "batch", "--json")
    assert told.code == 1
    assert told.data["findings"][0].startswith(f"record {size} (")
    assert told.data["trees"] == 0


def test_a_remote_keeps_seals_that_a_cut_of_journal_and_ref_cannot_reach(scene: Scene, tmp_path: Path) -> None:
    bare = remote_of(tmp_path, tmp_path / "bare.git")
    share(scene.shop, "origin")
    ref = ref_of(scene.origin)
    assert at(bare, ref) == read(scene.shop.repository, ref)
    sealed = at(bare, ref)
    cut = scene.rewritten(upto=2)
    older = [each.oid for each in history(cut.shop.repository, sealed)][2]
    swap(cut.shop.repository, [RefUpdate(ref, sealed, older)])
    assert cut.found() == ()
    others, lost = seals_at(cut.shop, ["origin", "nowhere"])
    assert others == [sealed]
    assert [each.partition(":")[0] for each in lost] == ["seals at nowhere could not be looked at"]
    found = checked(cut.shop.repository, cut.shop.journal.records(), cut.origin, cut.shop.keys, others).findings
    assert found[0].startswith("record 3 (key unknown): is missing")


def test_two_clones_that_sealed_one_journal_share_one_history(scene: Scene, tmp_path: Path) -> None:
    bare = remote_of(tmp_path, tmp_path / "bare.git")
    share(scene.shop, "origin")
    repository, ref = scene.shop.repository, ref_of(scene.origin)
    theirs = at(bare, ref)
    before = history(repository, theirs)[1].oid
    swap(repository, [RefUpdate(ref, theirs, before)])
    scene.shop.journal.append("key/6", "step.done", {"n": 6})
    seal(scene.shop)
    share(scene.shop, "origin")
    tip = read(repository, ref)
    assert tip == at(bare, ref)
    assert tip is not None
    assert is_ancestor(repository, theirs, tip)
    assert scene.found() == ()
    assert repository.tree(tip).read("checkpoint.txt").split(b"\n")[1] == b"6"


def test_a_remote_that_is_gone_does_not_stop_a_landing(scene: Scene, tmp_path: Path) -> None:
    told: list[str] = []
    shop = replace(scene.shop, report=lambda event: told.append(event.text))
    share(shop, "origin")
    bare = remote_of(tmp_path, tmp_path / "bare.git")
    hook(bare, "pre-receive", "echo no room; exit 1")
    share(shop, "origin")
    assert [each.partition(":")[0] for each in told] == ["origin does not hold the seals of the journal"] * 2
