"""Every kind of file: what it pins, what is the repository's own, and what cannot be read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.reports.sbom.merging import merged
from laneshift.reports.sbom.model import Component
from laneshift.reports.sbom.reading.files import kind_of, read
from laneshift.reports.sbom.reading.need import Contents, Need

A, B = "a" * 64, "b" * 64

REQUIREMENTS = rf"""
# a comment
--index-url https://user:token@example.org/simple
-c constraints.txt
-r more/base.txt
Click==8.1.0 \
    --hash=sha256:{A} \
    --hash=sha256:{B}
    # via flask
requests[socks] >=2,<3 ; python_version >= "3.8"  # why
-e .
./local/thing
other @ git+https://user:token@example.org/o/other@abc?x=secret#egg=other
near[x]@https://example.org/o/near.zip
git+file:///srv/thing#egg=thing
git+ssh://git@example.org/o/named.git#egg=named
https://example.org/wheels/some_wheel-1.2-py3-none-any.whl
exact===1.0
any == 1.*
"""
POETRY = f"""
[[package]]
name = "Click"
version = "8.1.0"
files = [{{file = "c.whl", hash = "sha256:{A}"}}]

[[package]]
name = "own"
version = "1"
[package.source]
type = "directory"
url = "libs/own"

[[package]]
name = "forked"
version = "2"
[package.source]
type = "git"
url = "git@example.org:o/forked.git"
resolved_reference = "abc"

[metadata]
lock-version = "2.0"
"""
POETRY_OLD = f"""
[[package]]
name = "click"
version = "8.1.0"

[metadata.files]
click = [{{file = "c.whl", hash = "sha256:{A}"}}]
"""
UV = f"""
version = 1
[[package]]
name = "acme"
source = {{ editable = "." }}

[[package]]
name = "click"
version = "8.1.0"
source = {{ registry = "https://pypi.org/simple" }}
sdist = {{ url = "https://example.org/c.tar.gz", hash = "sha256:{A}" }}
wheels = [{{ url = "https://example.org/c.whl", hash = "sha256:{B}" }}]

[[package]]
name = "forked"
version = "2"
source = {{ git = "https://t@example.org/o/forked?rev=main#abc" }}
"""
PDM = f"""
[metadata]
lock_version = "4.5.0"
[[package]]
name = "click"
version = "8.1.0"
files = [{{file = "c.whl", hash = "sha256:{A}"}}]
[[package]]
name = "forked"
version = "2"
git = "https://example.org/o/forked"
revision = "abc"
[[package]]
name = "own"
version = "1"
path = "./own"
"""
PYLOCK = f"""
lock-version = "1.0"
[[packages]]
name = "click"
version = "8.1.0"
wheels = [{{ url = "https://example.org/c.whl", hashes = {{ sha256 = "{A}" }} }}]
[[packages]]
name = "forked"
vcs = {{ type = "git", url = "https://t@example.org/o/forked", commit-id = "abc" }}
[[packages]]
name = "own"
directory = {{ path = "." }}
"""
PIPFILE = json.dumps(
    {
        "_meta": {"hash": {}},
        "default": {"click": {"version": "==8.1.0", "hashes": [f"sha256:{A}"]}, "own": {"path": "."}},
        "develop": {"forked": {"git": "https://example.org/o/forked", "ref": "abc"}},
    }
)
PYPROJECT = """
[build-system]
requires = ["hatchling"]
[project]
name = "acme"
dynamic = ["version", "optional-dependencies"]
dependencies = ["click>=8", "own @ file:///srv/own"]
[project.optional-dependencies]
web = ["flask==3.0"]
[dependency-groups]
test = ["pytest", {include-group = "lint"}]
lint = ["ruff"]
[tool.poetry.dependencies]
python = "^3.11"
attrs = "^23"
both = [{version = "1", python = "<3.12"}, {version = "2", python = ">=3.12"}]
forked = {git = "https://example.org/o/forked"}
lib = {path = "libs/lib"}
"""

_KINDS = ("requirements", "pyproject", "poetry", "uv", "pdm", "pipenv", "pylock")
CLICK = Need("click", "8.1.0", hashes=(("SHA-256", A),))


def bare(found: Contents) -> list[tuple[str, str, str]]:
    return [(each.name, each.version, each.origin) for each in found.needs]


def test_requirements() -> None:
    found = read("requirements", REQUIREMENTS.encode())
    assert bare(found) == [
        ("click", "8.1.0", ""),
        ("requests", "", ""),
        ("other", "", "git+https://example.org/o/other@abc"),
        ("near", "", "https://example.org/o/near.zip"),
        ("named", "", "git+ssh://example.org/o/named.git"),
        ("some-wheel", "1.2", "https://example.org/wheels/some_wheel-1.2-py3-none-any.whl"),
        ("exact", "1.0", ""),
        ("any", "", ""),
    ]
    assert found.needs[0].hashes == (("SHA-256", A), ("SHA-256", B))
    assert (found.own, found.includes) == (3, ("more/base.txt",))
    assert "secret" not in repr(found)
    assert "token" not in repr(found)


@pytest.mark.parametrize(
    ("kind", "text", "forked", "own"),
    [
        ("poetry", POETRY, "git+ssh://example.org/o/forked.git@abc", 1),
        ("poetry", POETRY_OLD, "", 0),
        ("pylock", PYLOCK, "git+https://example.org/o/forked@abc", 1),
        ("pdm", PDM, "git+https://example.org/o/forked@abc", 1),
        ("pipenv", PIPFILE, "https://example.org/o/forked@abc", 1),
    ],
)
def test_locks(kind: str, text: str, forked: str, own: int) -> None:
    found = read(kind, text.encode())
    assert found.needs[0] == CLICK
    assert [each.origin for each in found.needs[1:]] == ([forked] if forked else [])
    assert found.own == own


def test_uv() -> None:
    found = read("uv", UV.encode())
    assert bare(found) == [("click", "8.1.0", ""), ("forked", "2", "git+https://example.org/o/forked@abc")]
    assert (found.needs[0].hashes, found.own) == ((("SHA-256", A), ("SHA-256", B)), 1)


def test_pyproject() -> None:
    found = read("pyproject", PYPROJECT.encode())
    assert [each.name for each in found.needs] == [
        "hatchling",
        "click",
        "flask",
        "ruff",
        "pytest",
        "attrs",
        "both",
        "both",
        "forked",
    ]
    assert (found.needs[2].version, found.needs[2].said) == ("3.0", "extra web ==3.0")
    assert found.own == 2
    assert found.notes == ("optional-dependencies are dynamic: the build makes them, and no build was run",)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("requirements", "click=8"),
        ("requirements", "{{ cookiecutter.name }}"),
        ("requirements", "click==8 --hash=sha256:abc"),
        ("requirements", "click==8 --hash=crc32:00000000"),
        ("requirements", "https://example.org/x.tar.gz"),
        ("requirements", "-r 'unclosed"),
        ("requirements", "\udcff"),
        ("pyproject", "[project"),
        ("pyproject", "[project]\ndependencies = 'click'"),
        ("pyproject", "[project]\ndependencies = ['<>']"),
        ("pyproject", "project = 1"),
        ("pyproject", "[dependency-groups]\na = [{other = 1}]"),
        ("pyproject", "[tool.poetry.dependencies]\nclick = 1"),
        ("pyproject", "a = " + "[" * 5000),
        ("poetry", ""),
        ("pylock", ""),
        ("pylock", "lock-version = '1.0'\n[[packages]]\nname = 'click'"),
        ("pylock", "lock-version = '1.0'\n[[packages]]\nname = 'a'\nversion = '1'\nsdist = {hashes = {sha256 = 1}}"),
        ("poetry", "package = 1"),
        ("poetry", "[[package]]\nname = 'click'"),
        ("poetry", "[[package]]\nname = '../x'\nversion = '1'"),
        ("poetry", "[[package]]\nname = 'click'\nversion = '1 \\u0000'"),
        ("uv", "[[package]]\nname = 'click'\nversion = '1'\nsource = {unheard = 'of'}"),
        ("uv", "[[package]]\nname = 'click'\nversion = '1'\nsource = {git = 'no url'}"),
        ("pdm", "[[package]]\nname = 'click'\nversion = '1'\nfiles = ['x']"),
        ("pipenv", "{}"),
        ("pipenv", "[" * 100_000),
        ("pipenv", '{"_meta": {}, "default": {"click": {"version": "*"}}}'),
        ("pipenv", '{"_meta": {}, "default": {"click": {"version": "==1", "hashes": "none"}}}'),
    ],
)
def test_what_cannot_be_read_is_told(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read(kind, text.encode("utf-8", "surrogateescape"))


@settings(derandomize=True, max_examples=150, deadline=None)
@given(kind=st.sampled_from(_KINDS), data=st.binary(max_size=80))
def test_no_bytes_break_a_reader(kind: str, data: bytes) -> None:
    try:
        found: Any = read(kind, data)
    except ValueError as error:
        found = error
    assert isinstance(found, Contents | ValueError)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("requirements.txt", "requirements"),
        ("a/dev-requirements.in", "requirements"),
        ("requirements/x.txt", "requirements"),
        ("a/requirements.lock", "requirements"),
        ("a/uv.lock", "uv"),
        ("poetry.lock", "poetry"),
        ("b/pdm.lock", "pdm"),
        ("Pipfile.lock", "pipenv"),
        ("x/pylock.toml", "pylock"),
        ("pylock.dev.toml", "pylock"),
        ("apylock.toml", ""),
        ("x/pyproject.toml", "pyproject"),
        ("constraints.txt", ""),
        ("myuv.lock", ""),
        ("requirements/x.py", ""),
    ],
)
def test_kinds(path: str, kind: str) -> None:
    assert kind_of(path) == kind


def test_what_is_allowed_is_told_where_it_is_pinned() -> None:
    named = [
        ("uv.lock", CLICK),
        ("b.lock", Need("click", "7.0", hashes=(("SHA-256", B),))),
        ("c.lock", Need("click", "8.1.0", hashes=(("SHA-256", B),))),
        ("pyproject.toml", Need("click", specifier=">=8", said=">=8")),
        ("pyproject.toml", Need("other", specifier=">=1", said=">=1")),
        ("x.txt", Need("click", specifier=">=99")),
    ]
    expected = (
        Component("click", "", said=("x.txt",)),
        Component("click", "7.0", hashes=(("SHA-256", B),), said=("b.lock",)),
        Component(
            "click", "8.1.0", "", (("SHA-256", A), ("SHA-256", B)), said=("c.lock", "pyproject.toml: >=8", "uv.lock")
        ),
        Component("other", "", said=("pyproject.toml: >=1",)),
    )
    assert merged(named) == expected
    assert merged(reversed(named)) == expected
