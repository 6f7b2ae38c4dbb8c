"""Settings come from a tree; everything that is wrong with them is said at once."""

from __future__ import annotations

import pytest

from laneshift.config import Settings, load, with_paths, with_pytest
from laneshift.errors import Refused


def of(text: str, file: str = "laneshift.toml") -> Settings:
    return load({file: text.encode()}.get)


def test_no_settings_are_the_defaults() -> None:
    assert load({}.get) == Settings()
    assert of("[project]\nname = 'x'\n", "pyproject.toml") == Settings()


def test_both_places_are_read_and_the_own_file_wins() -> None:
    assert of("[tool.laneshift]\nworkers = 3\n", "pyproject.toml").workers == 3
    both = {"laneshift.toml": b"workers = 2\n", "pyproject.toml": b"[tool.laneshift]\nworkers = 3\n"}
    assert load(both.get).workers == 2


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(Refused) as refused:
        of('workers = "two"\nunknown = 1\n[tests]\nsmoke_pass_rate = 2.0\n')
    said = " ".join(fault.what for fault in refused.value.faults)
    assert all(name in said for name in ("workers", "unknown", "tests.smoke_pass_rate"))


@pytest.mark.parametrize("text", ["workers = ", "workers = '\xff'"])
def test_what_is_not_toml_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="not TOML"):
        load({"laneshift.toml": text.encode("latin-1")}.get)


@pytest.mark.parametrize(("written", "read"), [(".", ""), ("./src/", "src"), ("a//b", "a/b"), ("", "")])
def test_source_roots_are_folders_of_the_tree(written: str, read: str) -> None:
    assert of(f"source_roots = [{written!r}]").source_roots == [read]


@pytest.mark.parametrize("path", ["/etc", "../up", "a/../../b", "a\\\\b"])
def test_folders_outside_the_tree_are_refused(path: str) -> None:
    for key in ("source_roots = [%s]", "characterization_dir = %s"):
        with pytest.raises(Refused):
            of(key % f'"{path}"')


def test_pytest_stands_in_for_another_command_only() -> None:
    own = of('[tests]\ncommand = ["tox"]\n')
    assert with_pytest(own).tests.command == ["python", "-m", "pytest"]
    assert with_pytest(Settings()) == Settings()


def test_the_size_of_a_train_is_a_number_or_automatic() -> None:
    assert of("").landing.train_size == "auto"
    assert of("[landing]\ntrain_size = 7\n").landing.train_size == 7
    for wrong in ("0", "-1", '"some"', "2.5", "true"):
        with pytest.raises(Refused) as refused:
            of(f"[landing]\ntrain_size = {wrong}\n")
        assert "landing.train_size" in str(refused.value.faults[0])


@pytest.mark.parametrize("wrong", ["1.1", "-0.1", "nan", "inf", '"0.5"'])
def test_the_share_that_is_audited_is_a_share(wrong: str) -> None:
    assert (of("[tests]\naudit = 1\n").tests.audit, of("[tests]\naudit = 0.05\n").tests.audit) == (1.0, 0.05)
    with pytest.raises(Refused, match="refused"):
        of(f"[tests]\naudit = {wrong}\n")


def test_other_paths_leave_the_other_settings_alone() -> None:
    own = of('[tests]\ncommand = ["pytest"]\npaths = ["a"]\n')
    assert with_paths(own, ["b"]) == of('[tests]\ncommand = ["pytest"]\npaths = ["b"]\n')


def test_the_remote_to_land_on_is_a_name_and_never_an_address_or_an_option() -> None:
    assert (of("").landing.remote, of("").landing.attempts) == ("", 5)
    assert of('[landing]\nremote = "up/stream"\nattempts = 2\n').landing.remote == "up/stream"
    for wrong in ('remote = "--force"', 'remote = "ext::sh"', 'remote = "https://h/x"', "attempts = 0"):
        with pytest.raises(Refused) as refused:
            of(f"[landing]\n{wrong}\n")
        assert f"landing.{wrong.partition(' ')[0]}" in str(refused.value.faults[0])
