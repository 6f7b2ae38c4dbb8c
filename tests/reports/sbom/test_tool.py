"""The bill of a program from metadata: what is required, what is optional, who needs whom, and licences."""

from __future__ import annotations

from importlib import metadata

import pytest
from packaging.utils import canonicalize_name

from laneshift.errors import CheckFailed
from laneshift.reports.sbom.document import document
from laneshift.reports.sbom.installed import Installed, installed, interpreter
from laneshift.reports.sbom.licences import licence_of
from laneshift.reports.sbom.model import Licence
from laneshift.reports.sbom.tool import tool_bill
from tests.reports.sbom.bills import problem


def world(**requires: tuple[str, ...]) -> dict[str, Installed]:
    return {name: Installed(name, "1.0", needs, ("web", "dev")) for name, needs in requires.items()}


def test_what_is_required_optional_and_left_out() -> None:
    found = world(
        app=(
            "B[fast]>=1",
            'c; python_version < "3"',
            'opt; extra == "web"',
            'absent; extra == "web"',
            'tests; extra == "dev"',
        ),
        b=('quick; extra == "fast"', "d"),
        d=("b",),
        quick=(),
        opt=("d",),
        tests=(),
        unrelated=(),
    )
    bill = tool_bill("app", found)
    assert [(each.name, each.scope) for each in bill.components] == [
        ("b", "required"),
        ("d", "required"),
        ("opt", "optional"),
        ("quick", "required"),
    ]
    name = "pkg:pypi/{}@1.0".format
    assert dict(bill.edges or ()) == {
        "": (name("b"), name("opt")),
        name("b"): (name("d"), name("quick")),
        name("d"): (name("b"),),
        name("opt"): (name("d"),),
        name("quick"): (),
    }
    assert problem(document(bill)) == ""


@pytest.mark.parametrize(
    ("found", "code", "where"),
    [
        (world(b=()), "sbom.not-installed", "app"),
        (world(app=("b",)), "sbom.not-installed", "b"),
        (world(app=("b",), b=("c",)), "sbom.not-installed", "c"),
        (world(app=("<<",)), "sbom.bad-metadata", "app"),
    ],
)
def test_a_bill_that_would_not_be_whole_is_refused(found: dict[str, Installed], code: str, where: str) -> None:
    with pytest.raises(CheckFailed) as caught:
        tool_bill("app", found)
    assert (caught.value.code, caught.value.where) == (code, where)


def test_the_real_tool_has_what_its_metadata_asks_for() -> None:
    bill = tool_bill("laneshift", installed(), interpreter())
    names = {each.name for each in bill.components}
    assert {"pygit2", "typer", "click"} <= names
    assert "laneshift" not in names
    for each in bill.components:
        assert metadata.version(each.name) == each.version
        assert canonicalize_name(each.name) == each.name
    refs = {each.purl for each in bill.components}
    assert {goal for _, goals in bill.edges or () for goal in goals} == refs
    assert problem(document(bill)) == ""


@pytest.mark.parametrize(
    ("expression", "text", "classifiers", "expected"),
    [
        ("mit or apache-2.0", "", (), Licence("MIT OR Apache-2.0")),
        ("", "MIT License", (), Licence("MIT")),
        ("", "", ("License :: OSI Approved :: MIT License",), Licence("MIT")),
        ("", "Custom", ("License :: OSI Approved :: ISC License (ISCL)",), Licence("ISC")),
        ("", "", ("License :: OSI Approved :: BSD License",), Licence(name="BSD License")),
        (
            "",
            "",
            ("License :: OSI Approved :: MIT License", "License :: OSI Approved :: Apache Software License"),
            Licence(name="Apache Software License / MIT License"),
        ),
        ("no such licence", "", (), Licence()),
        ("", "Copyright (c) somebody\n\nPermission is hereby " + "x" * 500, (), Licence(name="Copyright (c) somebody")),
        ("", "\x1b[2Jodd", (), Licence(name="[2Jodd")),
        ("", "", (), Licence()),
    ],
)
def test_licences(expression: str, text: str, classifiers: tuple[str, ...], expected: Licence) -> None:
    assert licence_of(expression, text, classifiers) == expected
