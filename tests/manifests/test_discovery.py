"""Which folders have a manifest, and why the others have none."""

from __future__ import annotations

import pytest

from laneshift.code.modules import Modules
from laneshift.config import Manifests
from laneshift.manifests.discovery import Discovered, discover, manifest_path
from laneshift.manifests.told import Rejected


def found(paths: list[str], imported: frozenset[str] = frozenset(), settings: Manifests | None = None) -> Discovered:
    return discover(paths, Modules.of(paths), imported.__contains__, settings or Manifests())


def test_packages_namespaces_and_single_modules_are_found() -> None:
    paths = ["a/__init__.py", "a/b.py", "a/deep/c.py", "space/x.py", "scripts/run.py", "six.py", "setup.py"]
    units = found(paths, frozenset({"space/x.py", "six.py"})).units
    assert [(unit.name, unit.kind, unit.manifest) for unit in units] == [
        ("a", "package", "a/module.manifest.json"),
        ("a.deep", "namespace", "a/deep/module.manifest.json"),
        ("six", "module", "six.manifest.json"),
        ("space", "namespace", "space/module.manifest.json"),
    ]
    assert units[0].files == ("a/__init__.py", "a/b.py")


def test_below_a_source_root_names_start_at_the_root() -> None:
    paths = ["src/a/__init__.py", "src/one.py"]
    assert [(unit.name, unit.path) for unit in found(paths).units] == [("a", "src/a"), ("one", "src/one.py")]


@pytest.mark.parametrize(
    ("path", "settings", "reason"),
    [
        ("a/Upper/__init__.py", {}, "its name has upper-case letters"),
        ("a/build/lib/__init__.py", {}, "it is what a build left (**/build)"),
        ("a/quarantine/x/__init__.py", {}, "it is quarantined (**/quarantine)"),
        ("old/x/__init__.py", {"legacy_prefixes": ["old"]}, "its name starts with the legacy prefix old"),
        ("a-b/__init__.py", {}, "no import can name it"),
    ],
)
def test_a_module_that_is_refused_is_told_with_its_reason(
    path: str, settings: dict[str, list[str]], reason: str
) -> None:
    seen = found(["a/__init__.py", path], settings=Manifests(**settings))
    assert seen.rejected == (Rejected(path.rpartition("/")[0], reason),)
    assert [unit.name for unit in seen.units] == ["a"]


def test_a_prefix_ends_at_a_dot() -> None:
    seen = found(["older/__init__.py"], settings=Manifests(legacy_prefixes=["old"]))
    assert (len(seen.units), seen.rejected) == (1, ())


def test_upper_case_is_allowed_where_the_settings_say_so() -> None:
    seen = found(["a/__init__.py", "a/Upper/__init__.py"], settings=Manifests(refuse_upper_case=False))
    assert [unit.name for unit in seen.units] == ["a", "a.Upper"]


def test_tests_are_no_modules_but_a_package_called_test_may_be() -> None:
    paths = [
        "tests/__init__.py",
        "tests/unit/__init__.py",
        "a/tests/__init__.py",
        "a/test/__init__.py",
        "a/__init__.py",
    ]
    seen = found([*paths, "a/test/client.py", "b/test/__init__.py", "b/test/test_x.py", "docs/__init__.py"])
    assert [unit.name for unit in seen.units] == ["a", "a.test"]
    assert seen.aside == ("a/tests", "b/test", "docs", "tests", "tests/unit")


def test_every_package_is_in_exactly_one_class() -> None:
    paths = ["a/__init__.py", "a/B/__init__.py", "tests/__init__.py", "c-d/__init__.py", "a/dist/__init__.py"]
    seen = found(paths)
    told = [unit.path for unit in seen.units] + [each.path for each in seen.rejected] + list(seen.aside)
    assert sorted(told) == sorted(path.rpartition("/")[0] for path in paths)


def test_manifests_may_stand_in_a_folder_of_their_own() -> None:
    assert manifest_path("src/a", "manifests") == "manifests/src/a/module.manifest.json"
    assert manifest_path("src/one.py", "manifests") == "manifests/src/one/module.manifest.json"
    assert manifest_path("src/one.py", "") == "src/one.manifest.json"
