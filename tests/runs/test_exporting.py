"""A clone that has the commits and the exported journal, and nothing else, proves every landed tree."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from laneshift.evidence.bundle import Bundle, read_bundle
from laneshift.evidence.canonical import canonical, digest_of
from laneshift.evidence.keys.key import Key
from laneshift.evidence.keys.ring import JournalKeys
from laneshift.evidence.keys.ring_file import written
from laneshift.evidence.keys.vault import Vault
from laneshift.evidence.records import Record, seal
from laneshift.repo.objects import Repository
from laneshift.runs import replaying, working
from laneshift.runs.events import silent
from laneshift.runs.exporting import Elsewhere, export, read_export, read_trusted
from laneshift.runs.key_ring import ring_of
from laneshift.runs.working import Landing
from tests.landed import landed as landed_plan
from tests.monorepo import CONFIG
from tests.repo.builders import git_cli, repo_at
from tests.toy import Done, copy_of, laneshift, planned, shop_at


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of private keys."""
    return str(tmp_path_factory.mktemp("vault") / "keys")


@pytest.fixture(scope="module")
def landed(ran: Path, tmp_path_factory: pytest.TempPathFactory, vault: str) -> Path:
    """A folder with `journal.jsonl`, `ring.json` and `clone`: a fresh clone of the toy, two items landed and signed."""
    folder = tmp_path_factory.mktemp("landed")
    path = copy_of(ran, folder / "origin")
    assert laneshift(path, "keys", "rotate", "--reason", "first", env={"LANESHIFT_KEYS": vault}).code == 0
    ring = ring_of(shop_at(path).repository, Vault(Path(vault)))
    (folder / "ring.json").write_bytes(written(ring.keys))
    shop = replace(shop_at(path), ring=ring, keys=JournalKeys(ring))
    working.land(shop, shop.plans.load("batch"), Landing(("labs.shapes", "labs.report")))
    shop.journal.close()
    words = ("verify", "batch", "--export", str(folder / "journal.jsonl"))
    done = laneshift(path, *words, env={"LANESHIFT_KEYS": vault})
    assert done.code == 0, done.err
    git_cli(folder, "clone", "-q", "origin", "clone")
    return folder


def _verified(folder: Path, journal: Path, batch: str = "batch") -> Done:
    return laneshift(folder / "clone", "verify", batch, "--replay", "--journal", str(journal), "--json")


def test_a_fresh_clone_reproduces_every_landed_tree(landed: Path) -> None:
    done = _verified(landed, landed / "journal.jsonl")
    assert done.code == 0, done.err
    assert (done.data["trees"], done.data["findings"], done.data["seals"]) == (2, [], 1)
    assert not (landed / "clone/.git/laneshift").exists()


def test_a_fresh_clone_reproduces_every_tree_of_24_items(tmp_path: Path) -> None:
    count = 24
    modules = {f"labs/m{at}.py": f"from labs import m{(at + 1) % count}\n\nV = {at}\n" for at in range(count)}
    origin = tmp_path / "origin"
    repo_at(origin, {"laneshift.toml": CONFIG, "labs/__init__.py": "", "core/__init__.py": "", **modules})
    git_cli(origin, "config", "user.name", "Ada Planner")
    git_cli(origin, "config", "user.email", "ada@example.org")
    moves = "".join(f"labs.m{at}\tlabs/m{at}.py\tcore/g{at % 5}/m{at}.py\n" for at in range(count))
    landed_plan(origin, planned(origin, moves))
    export(shop_at(origin), tmp_path / "journal.jsonl")
    git_cli(tmp_path, "clone", "-q", "origin", "clone")
    found = Elsewhere(Repository.open(tmp_path / "clone"), silent).verified(
        read_export(tmp_path / "journal.jsonl"), "batch"
    )
    assert (found.trees, found.findings, found.seals) == (count, (), 1)


def test_seals_and_attestations_are_checked_by_a_ring(landed: Path, tmp_path: Path) -> None:
    words = ("verify", "batch", "--journal", str(landed / "journal.jsonl"), "--json", "--ring")
    done = laneshift(landed / "clone", *words, str(landed / "ring.json"))
    assert done.code == 0, done.out
    assert done.data["attestations"] == 5
    assert done.data["signed"] == done.data["records"]
    made = Vault(tmp_path / "keys").make("journal", "ed25519")
    stranger = Key(made.key_id, "journal", "ed25519", made.public_pem, 0)
    (tmp_path / "ring.json").write_bytes(written([stranger]))
    done = laneshift(landed / "clone", *words, str(tmp_path / "ring.json"))
    assert done.code == 1
    assert any("signed by none of the keys" in finding for finding in done.data["findings"])
    assert laneshift(landed / "clone", *words, str(tmp_path / "none")).data["error"]["code"] == "verify.ring"


def test_a_forged_attestation_is_named_elsewhere_too(landed: Path, tmp_path: Path) -> None:
    bundle = read_bundle((landed / "journal.jsonl").read_bytes())
    made = [record for record in bundle.records if record.kind == "attestation.made"]
    records = list(bundle.records)
    records[made[0].seq - 1] = replace(made[0], facts={**made[0].facts, "bundle": made[1].facts["bundle"]})
    records[made[2].seq - 1] = replace(made[2], facts={**made[2].facts, "bundle": bundle.records[0].digest})
    clone = Elsewhere(Repository.open(landed / "clone"), silent, read_trusted(landed / "ring.json"))
    edited = clone.attested(Bundle(records, bundle.evidence), "batch")
    assert [each.partition(" (")[0] for each in edited] == [f"record {made[0].seq}", f"record {made[2].seq}"]


def test_a_landing_after_the_signed_seal_is_told_where_a_ring_is_believed(landed: Path) -> None:
    bundle = read_bundle((landed / "journal.jsonl").read_bytes())
    last = next(record for record in reversed(bundle.records) if record.kind == "land.recorded")
    forged = replace(last, key=f"{last.key}/again", at=last.at + 1)
    longer = replace(bundle, records=_rebuilt([*bundle.records, forged]))
    clone = Elsewhere(Repository.open(landed / "clone"), silent)
    assert clone.verified(longer, "batch").findings == ()
    believing = replace(clone, ring=read_trusted(landed / "ring.json"))
    assert believing.verified(bundle, "batch").findings == ()
    found = believing.verified(longer, "batch").findings
    assert any("is a landing that no signed seal covers [evidence.unsealed]" in each for each in found)


def test_an_export_without_a_seal_says_that_none_was_held(landed: Path) -> None:
    bundle = replace(read_bundle((landed / "journal.jsonl").read_bytes()), seal="")
    clone = Elsewhere(Repository.open(landed / "clone"), silent)
    assert clone.verified(replace(bundle, records=bundle.records[1:]), "batch").seals == 0


def _rebuilt(records: list[Record]) -> list[Record]:
    """The same records with their chain made whole again, as a forger would."""
    made: list[Record] = []
    after = (records[0].previous, "")
    for seq, record in enumerate(records, start=1):
        fields = {name: getattr(record, name) for name in ("key", "kind", "at", "actor", "tool", "facts")}
        made.append(seal(seq=seq, **fields, after=after))
        after = (made[-1].digest, made[-1].key)
    return made


def _forged_tree(bundle: Bundle) -> Bundle:
    """A landing that says another tree, with a chain that is whole and a seal taken away."""
    at = next(index for index, record in enumerate(bundle.records) if record.kind == "land.recorded")
    records = list(bundle.records)
    records[at] = replace(records[at], facts={**records[at].facts, "tree": "0" * 40})
    return Bundle(_rebuilt(records), bundle.evidence)


def _forged_intent(bundle: Bundle) -> Bundle:
    """Evidence that says another destination, under its own digest, and a record that speaks of it."""
    at = next(index for index, record in enumerate(bundle.records) if record.kind == "land.recorded")
    details = json.loads(bundle.evidence[str(bundle.records[at].facts["details"])])
    text = json.dumps(details["intents"][0])
    details["intents"][0] = json.loads(text.replace("core/", "core/un"))
    content = canonical(details)
    records = list(bundle.records)
    records[at] = replace(records[at], facts={**records[at].facts, "details": digest_of(content)})
    return Bundle(_rebuilt(records), {**bundle.evidence, digest_of(content): content})


def _resealed(bundle: Bundle) -> Bundle:
    """A chain made whole again over an edited record, and the old seal left in place."""
    records = list(bundle.records)
    records[3] = replace(records[3], facts={"n": 1})
    return Bundle(_rebuilt(records), bundle.evidence, bundle.seal)


@pytest.mark.parametrize(
    ("forge", "told"),
    [
        (_forged_tree, "has tree 0000"),
        (_forged_intent, "its intent gives"),
        (_resealed, "is not what was sealed"),
        (lambda bundle: replace(bundle, records=bundle.records[:-1]), "is missing or changed"),
        (lambda bundle: replace(bundle, records=bundle.records[1:]), "record 1 "),
        (lambda bundle: replace(bundle, evidence={}), "cannot be replayed: the export lacks the evidence"),
        (lambda bundle: replace(bundle, seal="nonsense"), "the seal cannot be read"),
    ],
)
def test_forgeries_are_found(landed: Path, tmp_path: Path, forge: Callable[[Bundle], Bundle], told: str) -> None:
    bundle = read_bundle((landed / "journal.jsonl").read_bytes())
    (tmp_path / "forged.jsonl").write_bytes(forge(bundle).written())
    done = _verified(landed, tmp_path / "forged.jsonl")
    assert done.code == 1
    assert any(told in finding for finding in done.data["findings"]), done.data["findings"]


def test_another_version_says_that_it_cannot_claim_anything(landed: Path, tmp_path: Path) -> None:
    bundle = read_bundle((landed / "journal.jsonl").read_bytes())
    older = _rebuilt([replace(record, tool="0.0.1") for record in bundle.records])
    (tmp_path / "older.jsonl").write_bytes(Bundle(older, bundle.evidence).written())
    done = _verified(landed, tmp_path / "older.jsonl")
    assert done.code == 4
    assert done.data["trees"] == 0
    assert done.data["unclaimed"][0].endswith("was made by laneshift 0.0.1")
    words = laneshift(landed / "clone", "verify", "batch", "--journal", str(tmp_path / "older.jsonl")).out
    assert f"this is laneshift {replaying.__version__}: it cannot claim" in words


def test_a_batch_that_never_landed_and_a_file_that_is_none(landed: Path, tmp_path: Path) -> None:
    done = _verified(landed, landed / "journal.jsonl", "other")
    assert (done.code, done.data["error"]["code"]) == (1, "verify.no-landing")
    assert "batch" in done.data["error"]["cure"]
    assert _verified(landed, tmp_path / "none.jsonl").data["error"]["code"] == "verify.journal"
    done = laneshift(landed / "clone", "verify", "batch", "--journal", "a", "--export", "b", "--json")
    assert (done.code, done.data["error"]["code"]) == (2, "verify.options")
    done = laneshift(landed / "origin", "verify", "batch", "--export", str(tmp_path / "no/such/place"), "--json")
    assert (done.code, done.data["error"]["code"]) == (1, "evidence.not-writable")


def test_without_replay_nothing_is_computed_and_that_is_said(landed: Path) -> None:
    done = laneshift(landed / "origin", "verify", "batch", "--no-replay")
    assert done.code == 0
    assert "no landed tree was computed again, as asked" in done.out
