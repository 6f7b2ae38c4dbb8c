"""Waivers: signed by real keys, read from the tree, refused each for its own reason; what they let pass is waived."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from laneshift.config import Settings
from laneshift.gates.verdict import Status, counted, errored
from laneshift.gates.waiver_files import waivers_of
from laneshift.gates.waivers import NAMESPACE, Waiver, Waivers, waived
from laneshift.repo.objects import Repository
from tests.gates.described import settings_of
from tests.repo.builders import repo_at
from tests.ssh_keys import make_key, public, signed_by_hand

ANN, EVE = "ann@acme.example", "eve@acme.example"
SETTINGS = f'[approval]\npeople = ["{ANN}"]\nsigners = "signers"\nrevoked = "revoked"\n'
NOW = int(dt.datetime(2031, 5, 1, 12, tzinfo=dt.UTC).timestamp())
PLAIN = Waiver("", "logs", ("labs.*",), (), "the vendor logs it", ANN, dt.date(2031, 6, 1), "")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("keys")
    return {name: make_key(folder, name) for name in ("ann", "eve", "lost")}


def written(waiver: Waiver, signature: str | None) -> str:
    """The file of a waiver."""
    lines = [
        f'gate = "{waiver.gate}"',
        f"items = {list(waiver.items)}".replace("'", '"'),
        f"paths = {list(waiver.paths)}".replace("'", '"'),
        f'reason = "{waiver.reason}"',
        f'by = "{waiver.by}"',
        f"until = {waiver.until.isoformat()}",
    ]
    return "\n".join(lines if signature is None else [*lines, f'signature = """\n{signature}"""']) + "\n"


@pytest.fixture
def held(tmp_path: Path, keys: dict[str, Path]) -> Callable[..., Waivers]:
    """The waivers of a tree with one file of this text."""

    def look(text: str, settings: Settings | None = None, name: str = "one.toml") -> Waivers:
        signers = f"{ANN} {public(keys['ann'])}\n{ANN} {public(keys['lost'])}\n{EVE} {public(keys['eve'])}\n"
        files = {f".laneshift/waivers/{name}": text, "signers": signers, "revoked": public(keys["lost"]) + "\n"}
        repository: Repository = repo_at(tmp_path / "repo", files)
        return waivers_of(repository.tree("HEAD"), settings or settings_of(SETTINGS), {"logs", "data"}, NOW)

    return look


def signed(waiver: Waiver, key: Path, namespace: str = NAMESPACE) -> str:
    return written(waiver, signed_by_hand(key, namespace, waiver.signed))


def test_a_signed_waiver_is_in_force(held: Callable[..., Waivers], keys: dict[str, Path]) -> None:
    found = held(signed(PLAIN, keys["ann"]))
    assert [each.reason for each in found.in_force] == ["the vendor logs it"]
    assert found.refused == ()
    assert found.as_json()[0]["state"] == "in force"


REFUSED: list[tuple[str, Callable[[dict[str, Path]], str], str]] = [
    ("unsigned", lambda keys: written(PLAIN, None), "not signed"),
    ("expired", lambda keys: signed(replace(PLAIN, until=dt.date(2031, 4, 30)), keys["ann"]), "expired on 2031-04-30"),
    ("endless", lambda keys: signed(replace(PLAIN, until=dt.date(2099, 1, 1)), keys["ann"]), "more than 366 days"),
    ("unknown gate", lambda keys: signed(replace(PLAIN, gate="taste"), keys["ann"]), "no gate 'taste'"),
    ("a stranger", lambda keys: signed(replace(PLAIN, by=EVE), keys["eve"]), "not among approval.people"),
    ("another's key", lambda keys: signed(PLAIN, keys["eve"]), "is not one of ann@acme.example"),
    ("a revoked key", lambda keys: signed(PLAIN, keys["lost"]), "ssh-keygen refuses"),
    ("another purpose", lambda keys: signed(PLAIN, keys["ann"], "laneshift-approval"), "not for 'laneshift-waiver'"),
    ("edited", lambda keys: signed(PLAIN, keys["ann"]).replace("labs.*", "**"), "changed after it was signed"),
    ("another gate", lambda keys: signed(PLAIN, keys["ann"]).replace('"logs"', '"data"'), "changed after"),
    ("for nothing", lambda keys: signed(replace(PLAIN, items=()), keys["ann"]), "neither items nor paths"),
    ("a glob outside", lambda keys: signed(replace(PLAIN, paths=("../x",)), keys["ann"]), "glob '../x'"),
    ("no signature at all", lambda keys: written(PLAIN, "hello\n"), ""),
    ("more than is signed", lambda keys: signed(PLAIN, keys["ann"]) + "force = true\n", "'force'"),
    ("not TOML", lambda keys: "gate = \n", "not TOML"),
    ("a time", lambda keys: signed(PLAIN, keys["ann"]).replace("2031-06-01", "2031-06-01T10:00:00"), "no date"),
]


@pytest.mark.parametrize(("make", "why"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED])
def test_every_other_waiver_is_refused_with_its_reason(
    make: Callable[[dict[str, Path]], str], why: str, held: Callable[..., Waivers], keys: dict[str, Path]
) -> None:
    found = held(make(keys))
    assert found.in_force == ()
    [refused] = found.refused
    assert why in refused.why
    assert refused.why


def test_without_a_file_of_signers_nothing_is_waived(held: Callable[..., Waivers], keys: dict[str, Path]) -> None:
    found = held(signed(PLAIN, keys["ann"]), settings_of(f'[approval]\npeople = ["{ANN}"]\nrequired = false\n'))
    assert "approval.signers" in found.refused[0].why


def test_a_symlink_is_no_waiver(held: Callable[..., Waivers], keys: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "repo/.laneshift/waivers"
    folder.mkdir(parents=True)
    (folder / "link.toml").symlink_to("one.toml")
    found = held(signed(PLAIN, keys["ann"]))
    assert [each.file for each in found.in_force] == [".laneshift/waivers/one.toml"]
    assert "no plain file" in found.refused[0].why


FAILED = counted("logs", 2, ("core/a.py:3 neither logs nor raises",), "handlers")


def test_a_failure_that_is_covered_is_waived_and_never_passed() -> None:
    [found] = waived([FAILED], Waivers((PLAIN,)), "labs.item", ["core/a.py"])
    assert (found.status, found.blocks) == (Status.WAIVED, False)
    assert "the vendor logs it" in found.waiver
    assert (found.numerator, found.denominator, found.details) == (1, 2, FAILED.details)


@pytest.mark.parametrize(
    ("waiver", "item", "touched"),
    [
        (replace(PLAIN, gate="data"), "labs.item", ["core/a.py"]),
        (PLAIN, "core.item", ["core/a.py"]),
        (replace(PLAIN, items=(), paths=("core/a.py",)), "labs.item", ["core/a.py", "core/b.py"]),
        (replace(PLAIN, paths=("docs/**",)), "labs.item", ["core/a.py"]),
    ],
)
def test_a_failure_that_is_not_covered_blocks(waiver: Waiver, item: str, touched: list[str]) -> None:
    assert waived([FAILED], Waivers((waiver,)), item, touched) == [FAILED]


def test_an_error_and_a_pass_are_not_waived() -> None:
    verdicts = [errored("logs", "it hangs"), counted("logs", 1, (), "handlers")]
    assert waived(verdicts, Waivers((PLAIN,)), "labs.item", ["core/a.py"]) == verdicts
