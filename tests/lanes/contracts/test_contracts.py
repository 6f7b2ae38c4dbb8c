"""Where contracts are read from, what is refused, and what import-linter could not have seen."""

from __future__ import annotations

from typing import Any

import pytest

from laneshift.code.facts.extract import extract
from laneshift.errors import Refused
from laneshift.lanes.contracts.check import check
from laneshift.lanes.contracts.options import Options, read
from laneshift.lanes.contracts.verdicts import Verdict

TOML = b"""
[tool.importlinter]
root_package = "app"
include_external_packages = true
[[tool.importlinter.contracts]]
name = "one"
type = "layers"
layers = ["app.high", "app.low"]
exhaustive = false
"""
INI = b"""
[importlinter]
root_packages =
    app
    more
exclude_type_checking_imports = True
contract_types =
    mine: app.lint.Mine

[importlinter:contract:one]
name = one
type = mine
"""


def from_files(**files: bytes) -> Options | None:
    names = {"pyproject": "pyproject.toml", "setup": "setup.cfg", "dot": ".importlinter"}
    there = {names[key]: data for key, data in files.items()}
    return read(there.get)


def test_configuration_is_read_from_each_of_its_files_in_their_order() -> None:
    found = from_files(pyproject=TOML)
    assert found is not None
    assert (found.root_packages, found.with_externals, found.without_type_checking) == (("app",), True, False)
    assert found.contracts[0]["layers"] == ["app.high", "app.low"]
    assert found.contracts[0]["exhaustive"] == "False"
    dotted = from_files(pyproject=TOML, dot=INI)
    assert dotted is not None
    assert (dotted.file, dotted.root_packages, dotted.without_type_checking) == (".importlinter", ("app", "more"), True)
    assert dotted.custom_types == {"mine"}
    both = from_files(setup=INI.replace(b"app\n", b"other\n", 1), dot=INI)
    assert both is not None
    assert both.root_packages == ("other", "more")
    assert from_files(setup=b"[metadata]\nname = x\n", pyproject=b"[tool.other]\n") is None
    assert from_files() is None


@pytest.mark.parametrize(
    "files",
    [
        {"dot": b"[importlinter]\nroot_package = app\n"},
        {"dot": b"[importlinter]\n[importlinter:contract:a]\nname = a\n"},
        {"dot": b"no section\n"},
        {"dot": b"[importlinter]\nroot_package = %(x\n"},
        {"dot": b"[importlinter]\nroot_package = \xff\n"},
        {"pyproject": b"[tool"},
        {"pyproject": b"[tool]\nimportlinter = 3\n"},
        {"pyproject": b"[tool.importlinter]\nroot_package = 'app'\n[tool.importlinter.contracts]\na = 1\n"},
    ],
)
def test_configuration_that_checks_nothing_or_cannot_be_read_is_refused(files: dict[str, bytes]) -> None:
    with pytest.raises(Refused) as caught:
        from_files(**files)
    assert caught.value.code == "lanes.bad-contracts"


FILES = {
    "app/__init__.py": "",
    "app/low.py": "import app.mid\n",
    "app/mid.py": "from app.high import x\n",
    "app/high.py": "",
    "app/data/orphan.py": "import app.low\n",
}


def judged(contract: dict[str, Any], files: dict[str, str] | None = None, **general: Any) -> Verdict:
    said = {path: extract(text.encode()).imports for path, text in {**FILES, **(files or {})}.items()}
    options = Options("", {"root_packages": ["app"], **general}, ({"name": "one", **contract},))
    (verdict,) = check(options, said, said.__getitem__, [])
    return verdict


LAYERS = {"type": "layers", "layers": ["app.high", "app.low"]}
FORBIDDEN = {"type": "forbidden", "source_modules": ["app.high"], "forbidden_modules": ["app.low"]}


def test_a_broken_contract_shows_the_whole_chain_with_lines() -> None:
    verdict = judged(LAYERS)
    assert (verdict.status, verdict.holds) == ("broken", False)
    (breach,) = verdict.breaches
    assert breach.what == "app.low may not import app.high"
    assert [str(step) for step in breach.chain] == ["app.low -> app.mid (l.1)", "app.mid -> app.high (l.1)"]


def test_a_type_of_the_projects_own_is_not_checked_and_never_passed() -> None:
    verdict = judged({"type": "mine"}, contract_types=["mine: app.lint.Mine"])
    assert (verdict.status, verdict.holds) == ("not-checked", False)


@pytest.mark.parametrize(
    ("contract", "told"),
    [
        ({"type": "nothing"}, "no type of contract"),
        ({"type": "layers"}, "layers: is required"),
        ({**LAYERS, "layrs": "x"}, "layrs: is no option"),
        ({**LAYERS, "layers": ["app.high", "app.high"]}, "more than one layer"),
        ({**LAYERS, "layers": ["app.high | app.low : app.mid"]}, "mixes"),
        ({**LAYERS, "layers": ["app.high | app.high"]}, "repeats"),
        ({**LAYERS, "layers": ["app.high", "app.gone"]}, "app.gone"),
        ({**LAYERS, "exhaustive": "true"}, "needs containers"),
        ({**LAYERS, "containers": ["json"]}, "not in a root package"),
        ({**LAYERS, "ignore_imports": ["app.a -> app.b"]}, "nothing matches"),
        ({**LAYERS, "ignore_imports": ["app.a"]}, "not of the form"),
        ({**LAYERS, "unmatched_ignore_imports_alerting": "loud"}, "none of"),
        ({**FORBIDDEN, "forbidden_modules": ["json"]}, "include_external_packages"),
        ({**FORBIDDEN, "source_modules": ["app.**.**"]}, "wildcard"),
        ({**FORBIDDEN, "source_modules": ["app.l*"]}, "whole name"),
        ({**FORBIDDEN, "as_packages": "perhaps"}, "not a boolean"),
        ({"type": "acyclic_siblings", "ancestors": ["app"], "depth": "-1"}, "number from 0"),
        ({"type": "acyclic_siblings", "ancestors": ["app"], "skip_descendants": ["app"]}, "names an ancestor"),
        ({"name": "", **LAYERS}, "no name"),
    ],
)
def test_an_invalid_contract_is_told_and_never_kept(contract: dict[str, Any], told: str) -> None:
    verdict = judged(contract)
    assert verdict.status == "invalid"
    assert told in verdict.reason


@pytest.mark.parametrize(
    "files",
    [
        {"app/high.py": "import importlib\nimportlib.import_module('app.low')\n"},
        {"app/high.py": "from app.data import orphan\nimport app.data.orphan\n"},
        {"app/high.py": "import app.low.missing.further\n"},
    ],
)
def test_what_import_linter_cannot_see_is_told_apart_from_its_verdict(files: dict[str, str]) -> None:
    verdict = judged(FORBIDDEN, files)
    assert (verdict.status, verdict.breaches) == ("kept", ())
    assert [breach.what for breach in verdict.unseen] == ["app.high may not import app.low"]
    assert not verdict.holds


def test_nothing_to_compare_is_a_warning() -> None:
    assert "nothing was compared" in judged({**FORBIDDEN, "source_modules": ["app.none.*"]}).warnings[0]


def test_a_root_package_that_is_not_there_is_refused() -> None:
    for name in ("gone", "app.high"):
        with pytest.raises(Refused) as caught:
            judged(LAYERS, root_packages=[name])
        assert caught.value.code == "lanes.no-root-package"
