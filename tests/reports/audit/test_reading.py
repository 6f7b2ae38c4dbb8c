"""Audits as people write them: tables, lists, headings; and what is no finding."""

from __future__ import annotations

import pytest

from laneshift.errors import Refused
from laneshift.reports.audit.model import Severity, words_of
from laneshift.reports.audit.reading import findings

AUDIT = """# Audit of the service

## Summary

- We looked at 40 files in two weeks.
- Tests were run on a laptop.

## Security findings

| # | Severity | Component | Location | Finding | Owner |
|---|----------|-----------|----------|---------|-------|
| 1 | **Critical** | auth | `core/auth.py:88` | Tokens are compared with `==` | @ada |
| 2 | P2 | auth | core/auth.py:102-110 | Sessions never expire | |
| 3 | Low | | | ~~Fixed long ago~~ | |

## High priority issues

- The cache of `core/cache.py::Cache.get` grows without bound
- [x] Retries have no limit in `core/net.py`
- [ ] `serve/api.py` answers 500 for an empty body
  - File: serve/api.py
  - Owner: @team/api

## Memory

- **[Medium]** High memory use in `load()` of core/load.py:7
- \N{LARGE GREEN CIRCLE} Logs are not rotated
- Nothing else was seen.

### M-07: [High] Secrets in logs of the worker

**File:** `jobs/worker.py` (lines 10-12)
**Area:** Logging

- File: jobs/other.py

### Notes

```
- [ ] not a finding: it is fenced
```

> - [High] quoted

1. **Minor** - Docstrings are missing
"""


def read(text: str) -> dict[str, tuple[str, str, str, str, str]]:
    found = findings("a.md", text.encode())
    return {each.summary: (each.severity.value, each.area, each.file, each.symbol, each.owner) for each in found}


def test_every_usual_shape_is_read_and_nothing_else() -> None:
    assert read(AUDIT) == {
        "Tokens are compared with ==": ("critical", "auth", "core/auth.py", "", "@ada"),
        "Sessions never expire": ("medium", "auth", "core/auth.py", "", ""),
        "The cache of core/cache.py::Cache.get grows without bound": ("high", "", "core/cache.py", "Cache.get", ""),
        "serve/api.py answers 500 for an empty body": ("high", "", "serve/api.py", "", "@team/api"),
        "High memory use in load() of core/load.py:7": ("medium", "Memory", "core/load.py", "load", ""),
        "Logs are not rotated": ("low", "Memory", "", "", ""),
        "Secrets in logs of the worker": ("high", "Logging", "jobs/worker.py", "", ""),
        "Docstrings are missing": ("low", "Notes", "", "", ""),
    }


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("- HIGH: x", "high"),
        ("- (P0) x", "critical"),
        ("- **Blocker** \N{EN DASH} x", "critical"),
        ("- `minor` - x", "low"),
        ("- [Severity: x](y) [warning] z", None),
        ("- High memory use", None),
        ("- lowest of all: x", None),
    ],
)
def test_a_severity_has_to_be_marked_as_one(text: str, severity: str | None) -> None:
    if severity is None:
        with pytest.raises(Refused):
            findings("a.md", f"# Notes\n\n{text}\n".encode())
    else:
        [found] = findings("a.md", f"# Notes\n\n{text}\n".encode())
        assert found.severity == Severity(severity)
        assert found.summary == "x"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "audit.empty"),
        (b"  \n", "audit.empty"),
        (b"# Audit\n\nAll is well.\n", "audit.no-finding"),
        (b"## Findings\n\n- [x] done\n", "audit.no-finding"),
        (b"\xff\xfe\x00", "audit.unreadable"),
    ],
)
def test_nothing_read_is_an_error(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as caught:
        findings("a.md", data)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fix `core/a.py:12`", "Fix core/a.py:900"),
        ("See core/a.py#L12-L40", "see  core/a.py#L13"),
        ("Broken (lines 3-9)", "**Broken** (line 400)"),
    ],
)
def test_numbers_of_lines_and_markup_are_no_words(one: str, other: str) -> None:
    assert words_of(one) == words_of(other)


def test_numbers_that_are_no_lines_are_words() -> None:
    assert words_of("limit is 10") != words_of("limit is 20")


def test_a_long_line_takes_no_long_time() -> None:
    for text in ("a/" * 20_000, "[" * 20_000, "*" * 20_000, "`a" * 20_000, "HIGH " * 5_000, "@a/" * 10_000):
        assert len(findings("a.md", f"## Findings\n\n- [HIGH] x {text}\n".encode())) == 1
