"""Files of allowed signers: which lines count, and that nothing in one can make a key somebody else's."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.repo.allowed_signers import key_lines, lines_for, signers_in
from tests.ssh_keys import blob, make_key, public


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two keys."""
    folder = tmp_path_factory.mktemp("keys")
    return {name: make_key(folder, name) for name in ("ada", "bob")}


def test_lines_that_count(keys: dict[str, Path]) -> None:
    ada, bob = public(keys["ada"]), public(keys["bob"])
    text = (
        f"# the team\n\nada@x.org {ada} a comment\r\n"
        f'ada@x.org,bob@x.org namespaces="laneshift-approval,git",valid-before="20300101" {bob}\n'
        f'\tbob@x.org  VALID-AFTER="20200101000000Z"  {bob}\n'
    )
    found, passed = signers_in(text.encode())
    assert not passed
    assert [(one.line, one.principals) for one in found] == [
        (3, ("ada@x.org",)),
        (4, ("ada@x.org", "bob@x.org")),
        (5, ("bob@x.org",)),
    ]
    assert lines_for(found, "ada@x.org", blob(keys["ada"])) == f"ada@x.org {ada}\n"
    assert lines_for(found, "bob@x.org", blob(keys["bob"])) == (
        f'bob@x.org namespaces="laneshift-approval,git",valid-before="20300101" {bob}\n'
        f'bob@x.org VALID-AFTER="20200101000000Z" {bob}\n'
    )
    assert lines_for(found, "bob@x.org", blob(keys["ada"])) == ""


HOSTILE = (
    "*@x.org {key}",
    "*,ada@x.org {key}",
    "!eve@x.org,* {key}",
    "ada@x.or? {key}",
    '"ada@x.org" {key}',
    '"ada@x.org bob@x.org" {key}',
    "ada@x.org,, {key}",
    "ada@x.org cert-authority {key}",
    'ada@x.org namespaces="git",cert-authority {key}',
    "ada@x.org CERT-AUTHORITY {key}",
    "ada@x.org no-touch-required {key}",
    "ada@x.org valid-before=20300101 {key}",
    'ada@x.org namespaces="a b" {key}',
    'ada@x.org namespaces="laneshift-approval" cert-authority {key}',
    "ada@x.org",
    "ada@x.org ssh-ed25519",
    "ada@x.org ssh-ed25519 AAAA",
    "ada@x.org ssh-rsa {base64}",
    "ada@x.org ssh-ed25519 {base64}=!",
    "ada@x.org\x00 {key}",
    "ada@x.org\u200b {key}",
    "ada@x.org\u00a0{key}",
    "ada@x.org \x1b[2K{key}",
    "-I {key}",
    "ada@x.org\udcff {key}",
    "ada@x.org ssh-dss AAAAB3NzaC1kc3M=",
)


@pytest.mark.parametrize("line", HOSTILE)
def test_lines_that_do_not_count_are_told(line: str, keys: dict[str, Path]) -> None:
    key = public(keys["ada"])
    text = line.format(key=key, base64=key.split()[1]) + f"\nbob@x.org {public(keys['bob'])}\n"
    found, passed = signers_in(text.encode("utf-8", "surrogateescape"))
    assert [one.principals for one in found] == [("bob@x.org",)]
    assert [one.line for one in passed] == [1]
    assert passed[0].why.isprintable()


PARTS = st.sampled_from(
    [
        "ada@x.org",
        "bob@x.org",
        "*",
        ",",
        " ",
        "\t",
        '"',
        "cert-authority",
        "namespaces=",
        "\n",
        "\r",
        "\0",
        "#",
        "!",
        "K",
    ]
)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(PARTS, max_size=14))
def test_what_is_handed_on_names_one_person_and_one_key(keys: dict[str, Path], parts: list[str]) -> None:
    key = public(keys["ada"])
    found, _ = signers_in("".join(key if part == "K" else part for part in parts).encode())
    handed = lines_for(found, "ada@x.org", blob(keys["ada"]))
    assert set(handed.splitlines()) <= {f"ada@x.org {key}"}
    assert lines_for(found, "ada@x.org", blob(keys["bob"])) == ""


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_can_be_looked_at(data: bytes) -> None:
    found, passed = signers_in(data)
    assert not found
    assert len(passed) <= data.count(b"\n") + 1


def test_files_of_keys(keys: dict[str, Path]) -> None:
    text = f"# gone\n{public(keys['ada'])} ada\n\n{public(keys['bob'])}\r\n"
    assert key_lines(text.encode()) == ([blob(keys["ada"]), blob(keys["bob"])], [])
    for bad in ("garbage", f"restrict {public(keys['ada'])}", "SHA256:abcdef", public(keys["ada"]).split()[1]):
        assert [one.line for one in key_lines(f"{text}{bad}\n".encode())[1]] == [5]
