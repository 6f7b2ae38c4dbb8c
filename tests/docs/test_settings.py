"""The page of settings names keys that exist, all of them, and the defaults that they have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest

from docs_site.settings import every_key

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"
EMPTY = "none"
"""How `every_key` tells of a default that is no value."""


def rows() -> list[tuple[list[str], str]]:
    """The keys of each row of the page, and what it says their defaults are."""
    found = re.findall(r"^\| (`[^|]+`) \| ([^|]*) ?\|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [(list(_keys(re.findall(r"`([^`]+)`", keys))), default.strip()) for keys, default in found]


def test_it_names_settings_that_exist_and_all_of_them() -> None:
    named = [key for keys, _ in rows() for key in keys]
    known = {key: key.split(".") for key in every_key()}
    assert [key for key in named if not any(_fits(key, shape) for shape in known.values())] == []
    assert [key for key, shape in known.items() if not any(_fits(name, shape) for name in named)] == []


def test_it_tells_the_defaults_of_the_models() -> None:
    known = every_key()
    wrong = [
        f"{key}: the page says {said!r}, and the default is {known[key]}"
        for keys, cell in rows()
        for name, said in zip(keys, _cells(cell, len(keys)), strict=True)
        for key in known
        if _is_plain(name, key) and _fits(name, key.split(".")) and not _agrees(said, known[key])
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("said", "default", "same"),
    [
        ("0.10", "`0.1`", True),
        ("0.10", "`0.2`", False),
        ("`swap`", '`"swap"`', True),
        ("`swap`", '`"pull-request"`', False),
        ("swap", '`"swap"`', False),
        ("`false`", "`false`", True),
        ("none", "`false`", False),
        ("none", EMPTY, True),
        ("found from the tree", EMPTY, True),
        ("`coverage.json`, else `coverage.xml`", EMPTY, True),
        ("`coverage.json`", EMPTY, False),
        ("7", EMPTY, False),
        ("a week", "`604800`", False),
        ("604800 (a week)", "`604800`", True),
        ("0 (by its kind)", "`1`", False),
        ("0.10", '`"0.1"`', True),
        ("0.10", '`"0.2"`', False),
        ("`[0.25, 1.0]`", '`["0.25", "1"]`', True),
        ("`[0.25, 0.5]`", '`["0.25", "1"]`', False),
        ('`["python", "-m"]`', '`["python", "-m"]`', True),
        ("`a/**`, `b/**`, …", '`["a/**", "b/**", "c/**"]`', True),
        ("`a/**`, `d/**`, …", '`["a/**", "b/**", "c/**"]`', False),
        ("`a/**`", '`["a/**", "b/**"]`', False),
        ("", "", True),
        ("", "`1`", False),
    ],
)
def test_what_agrees(said: str, default: str, same: bool) -> None:
    assert _agrees(said, default) is same


def _agrees(said: str, default: str) -> bool:
    """Whether the page says what the default is. Of a default that is no value it says in words what happens.

    What stands in parentheses after it explains it. Shares are numbers on the page and texts in the models, so that
    none of their digits is lost.
    """
    said = re.sub(r" \([^()]*\)$", "", said)
    if default == EMPTY:
        return bool(said) and not re.fullmatch(r"`[^`]+`|[0-9.,]+", said)
    if not default:
        return not said
    value: Any = json.loads(default.strip("`"))
    words = re.findall(r"`([^`]+)`", said)
    if isinstance(value, list):
        begins = said.endswith(", …")
        return value[: len(words)] == words if begins else len(words) == 1 and _same_lists(words[0], value)
    if isinstance(value, bool):
        return said == f"`{json.dumps(value)}`"
    return said == f"`{value}`" if _number(value) is None else _number(said) == _number(value)


def _same_lists(said: str, value: list[Any]) -> bool:
    if not said.startswith("["):
        return False
    told: list[Any] = json.loads(said)
    return told == value or [_number(each) for each in told] == [_number(each) or each for each in value]


def _number(value: object) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _cells(cell: str, count: int) -> list[str]:
    """What is said of each key of a row: one thing of all, or one after the other."""
    if count == 1:
        return [cell]
    parts = cell.split(", ")
    return parts if len(parts) == count else [cell] * count


def _is_plain(named: str, key: str) -> bool:
    """Whether the row is about this key alone, and not about all of a table, or facts that another page lists."""
    parts = named.split(".")
    return not any(part in ("…", "*", "FACT") for part in parts) and len(parts) >= len(key.split("."))


def _keys(row: list[str]) -> Iterator[str]:
    """The keys of a row, where `.more` stands for another end of the one before."""
    last = ""
    for key in row:
        last = last.rpartition(".")[0] + key if key.startswith(".") else key
        yield last


def _fits(named: str, shape: list[str]) -> bool:
    """Whether a key of the page is this one, one of its table, or stands for all below a table."""
    parts = named.replace("…", "*").split(".")
    if parts[-1] == "*":
        return shape[: len(parts) - 1] == parts[:-1]
    if parts[-1].isupper() and shape == parts[:-1]:
        return True
    # FACT stands for keys that another page lists, every other word in capitals for a name that people choose.
    same = [
        part == own or part == "FACT" or (part.isupper() and own == "NAME")
        for part, own in zip(parts, shape, strict=False)
    ]
    return all(same) and (len(parts) == len(shape) or (parts[-1].isupper() and len(parts) < len(shape)))
