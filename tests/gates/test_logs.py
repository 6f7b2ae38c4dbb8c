"""Gate `logs`: which handlers tell, which are counted, and where the line is."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from laneshift.gates.handlers import Handler, handlers
from laneshift.gates.logs import Logs, judge
from laneshift.gates.verdict import Status
from tests.gates.described import change_of, ports_of
from tests.repo.builders import repo_at

HEAD = """import logging
import warnings
import logging as chatter
from logging import exception, getLogger
import structlog

logger = logging.getLogger(__name__)
_voice = structlog.get_logger()


def f(self, x, items):
    try:
        pass
    except ValueError as error:
"""

TELLS = {
    "a bare raise": "raise",
    "another error from this one": "raise KeyError from error",
    "a logger": "logger.warning('no')",
    "a logger of another name": "_voice.error('no')",
    "the module": "logging.error('no')",
    "the module by another name": "chatter.error('no')",
    "a function of the module": "exception('no')",
    "a warning": "warnings.warn('no')",
    "the logger of an object": "self.logger.exception('no')",
    "an imported logger": "LOG.info('no')",
    "a logger made on the spot": "getLogger('x').info('no')",
    "a bound logger": "_voice.bind(a=1).info('no')",
    "log, then return": "logger.error('no')\nreturn None",
    "both branches": "if x:\n    raise\nelse:\n    logger.error('no')",
    "one branch leaves loudly, the rest logs": "if x:\n    raise\nlogger.error('no')\nreturn 1",
    "a with block": "with x:\n    logger.error('no')",
    "a finally": "try:\n    x()\nfinally:\n    logger.error('no')",
    "every case": "match x:\n    case 1:\n        raise\n    case _:\n        logger.error('no')",
    "logged in what is returned": "return logger.error('no')",
}
SILENT = {
    "pass": "pass",
    "print": "print(error)",
    "an error value": "return None",
    "an error value with the error": "return {'error': str(error)}",
    "one branch alone": "if x:\n    logger.error('no')",
    "a way out before": "if x:\n    return 1\nlogger.error('no')",
    "a loop that may not run": "for i in items:\n    logger.error('no')",
    "a function that nobody calls": "def g():\n    logger.error('no')",
    "a lambda that nobody calls": "g = lambda: logger.error('no')",
    "an operand that may be passed over": "x and logger.error('no')",
    "a case that is not the last": "match x:\n    case 1:\n        raise",
    "something else called error": "x.error('no')",
    "a logger's level": "logger.setLevel(10)",
    "a comment": "pass  # logger.error('no')",
    "an assignment": "self.error = error",
}


@pytest.mark.parametrize("body", TELLS.values(), ids=TELLS)
def test_a_handler_that_logs_or_raises_on_every_way_tells(body: str) -> None:
    [handler] = _handlers(body)
    assert handler.tells


@pytest.mark.parametrize("body", SILENT.values(), ids=SILENT)
def test_a_handler_that_has_a_silent_way_does_not(body: str) -> None:
    [handler] = _handlers(body)
    assert not handler.tells


def _handlers(body: str) -> list[Handler]:
    indented = "".join(f"        {line}\n" for line in body.splitlines())
    # A `try` in the body brings no handler of its own here.
    return handlers((HEAD + indented).encode(), "core/a.py")


def test_groups_of_exceptions_count_too() -> None:
    found = handlers(b"try:\n    pass\nexcept* ValueError:\n    pass\n", "a.py")
    assert [handler.tells for handler in found] == [False]


@pytest.mark.parametrize(("good", "total", "status"), [(85, 100, "failed"), (86, 100, "passed"), (6, 7, "passed")])
def test_the_share_has_to_be_exceeded_exactly(good: int, total: int, status: str) -> None:
    found = [("core/a.py", Handler(at, "", at < good)) for at in range(total)]
    verdict = judge("logs", found, Fraction("0.85"))
    assert verdict.status == status
    assert (verdict.numerator, verdict.denominator) == (good, total)


LANES = '[lanes.labs]\npaths = ["labs/**"]\nlevel = "experimental"\n[lanes.core]\npaths = ["core/**"]\n'
SWALLOWS = "try:\n    import x\nexcept ImportError:\n    x = None\n"
TOLD = "try:\n    import x\nexcept ImportError:\n    raise\n"


def verdict_of(tmp_path: Path, before: dict[str, str], files: dict[str, str | None], **others: object) -> str:
    repository = repo_at(tmp_path / "repo", {"core/z.py": "", **before})
    change = change_of(repository, files, LANES, **others)
    gate = Logs()
    return "exempt" if gate.applies(change) else gate.check(change, ports_of(repository)).status.value


def test_new_silence_in_production_fails(tmp_path: Path) -> None:
    assert verdict_of(tmp_path, {}, {"core/a.py": SWALLOWS}) == "failed"


def test_what_is_experimental_or_a_test_may_be_silent(tmp_path: Path) -> None:
    assert verdict_of(tmp_path, {}, {"labs/a.py": SWALLOWS, "core/tests/test_a.py": SWALLOWS}) == "exempt"


def test_a_promoted_file_answers_for_all_its_handlers(tmp_path: Path) -> None:
    moved = {"labs/a.py": None, "core/a.py": SWALLOWS}
    assert verdict_of(tmp_path, {"labs/a.py": SWALLOWS}, moved, paths={"core/a.py": "labs/a.py"}) == "failed"


def test_a_file_that_moves_inside_production_answers_for_what_is_new(tmp_path: Path) -> None:
    moved = {"core/a.py": None, "core/b.py": SWALLOWS}
    assert verdict_of(tmp_path, {"core/a.py": SWALLOWS}, moved, paths={"core/b.py": "core/a.py"}) == "not_applicable"


def test_a_file_that_moves_without_saying_so_answers_for_what_is_new(tmp_path: Path) -> None:
    """What an agent submits is files that go and files that come: a handler that was production code is not new."""
    moved = {"core/a.py": None, "core/b.py": SWALLOWS}
    assert verdict_of(tmp_path / "one", {"core/a.py": SWALLOWS}, moved) == "not_applicable"
    twice = {"core/a.py": None, "core/b.py": SWALLOWS, "core/c.py": SWALLOWS}
    assert verdict_of(tmp_path / "two", {"core/a.py": SWALLOWS}, twice) == "failed", "one went, and two came"
    promoted = {"labs/a.py": None, "core/b.py": SWALLOWS}
    assert verdict_of(tmp_path / "three", {"labs/a.py": SWALLOWS}, promoted) == "failed"
    known = {"core/a.py": None, "core/b.py": SWALLOWS + SWALLOWS}
    said = {"core/b.py": "core/a.py"}
    assert verdict_of(tmp_path / "four", {"core/a.py": SWALLOWS}, known, paths=said) == "failed", "counted once"


def test_what_went_is_an_input(tmp_path: Path) -> None:
    """Or a verdict would be remembered that rests on it."""
    moved = {"core/a.py": None, "core/b.py": SWALLOWS}
    told = []
    for name, before in (("one", SWALLOWS), ("two", TOLD)):
        repository = repo_at(tmp_path / name, {"core/a.py": before})
        told.append(Logs().inputs(change_of(repository, moved, LANES)))
    assert told[0] != told[1]
    assert "gone" not in Logs().inputs(change_of(repository, {"core/c.py": SWALLOWS}, LANES))


def test_the_same_silence_twice_is_new_once(tmp_path: Path) -> None:
    assert verdict_of(tmp_path, {"core/a.py": SWALLOWS}, {"core/a.py": SWALLOWS + SWALLOWS}) == "failed"
    assert verdict_of(tmp_path / "more", {"core/a.py": SWALLOWS}, {"core/a.py": SWALLOWS + TOLD}) == "passed"


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    assert verdict_of(tmp_path, {}, {"core/a.py": "except:\n"}) == Status.ERRORED
