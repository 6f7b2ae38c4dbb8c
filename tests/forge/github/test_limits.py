"""What GitHub refuses, how long it is waited for, and that no key is ever told."""

from __future__ import annotations

import logging
import traceback

import pytest

from laneshift.errors import LaneshiftError, NeedsPerson
from laneshift.forge.github.changes import GitHubChanges
from laneshift.forge.github.failures import Answer, pause_of
from laneshift.forge.port import Change

from .conftest import Desk
from .serving import KEY, Fault

ONE = Change("land-core", 0, "Land core", "144 items", "laneshift-pr/core", "main", "c" * 40)
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}


def refused(desk: Desk, *faults: Fault, **place: object) -> LaneshiftError:
    desk.served.faults += faults
    with pytest.raises(LaneshiftError) as caught:
        GitHubChanges(desk.calls(**place), "https://github.com").put(ONE)  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize(
    ("status", "headers", "body", "pause"),
    [
        (403, {"Retry-After": "7"}, SECONDARY, 7.0),
        (429, {"Retry-After": "7"}, SECONDARY, 7.0),
        (403, {}, SECONDARY, 60.0),
        (429, {}, {"message": "slow down"}, 60.0),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1030"}, {"message": "API rate limit"}, 30.0),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "900"}, {"message": "API rate limit"}, 1.0),
    ],
)
@pytest.mark.parametrize("where", ["pulls/list", "pulls/create"])
def test_it_waits_as_long_as_it_is_asked_to(
    desk: Desk, where: str, status: int, headers: dict[str, str], body: dict[str, str], pause: float
) -> None:
    desk.served.faults.append(Fault(where, status, headers, body))
    assert desk.changes.put(ONE).number == 1
    assert desk.pauses == [pause]
    assert len(desk.hub.pulls()) == 1


def test_patience_has_an_end(desk: Desk) -> None:
    slow = Fault("pulls/create", 403, {"Retry-After": "50"}, SECONDARY, times=99)
    error = refused(desk, slow)
    assert (error.code, desk.pauses) == ("forge.rate-limited", [50.0, 50.0])
    assert refused(desk, Fault("pulls/list", 429, {"Retry-After": "999999"}), patience=5).code == "forge.rate-limited"
    assert desk.pauses == [50.0, 50.0]


def test_what_is_no_limit_is_not_waited_for() -> None:
    assert pause_of(Answer(403, {}, {"message": "Resource not accessible by personal access token"}), 0) is None
    assert pause_of(Answer(404, {"retry-after": "5"}), 0) is None
    assert pause_of(Answer(403, {"retry-after": "soon", "x-ratelimit-remaining": "59"}, {}), 0) is None


def test_each_refusal_has_its_error_and_its_cure(desk: Desk) -> None:
    missing = refused(desk, name="other")
    assert (missing.code, bool(missing.cure)) == ("forge.not-found", True)
    assert refused(desk, Fault("pulls/list", 403, body={"message": "no"})).code == "forge.forbidden"
    assert refused(desk, Fault("pulls/list", 301, {"Location": "http://127.0.0.1:1/x"})).code == "forge.moved"
    desk.hub.branch = lambda _: None
    error = refused(desk)
    assert (error.code, error.why) == ("forge.not-accepted", "Validation Failed; PullRequest head invalid")
    assert desk.pauses == []


def test_a_forge_that_stays_away_is_given_up(desk: Desk) -> None:
    error = refused(desk, Fault("pulls/list", 503, times=99))
    assert (error.code, len(desk.pauses)) == ("forge.unavailable", 3)
    calls = desk.calls()
    assert desk.served.asked == ["pulls/list"] * 4
    assert calls.place.token not in repr(calls.place)


def test_an_answer_that_is_none_is_told(desk: Desk) -> None:
    for body in ({"message": "html"}, "text", None):
        assert refused(desk, Fault("pulls/list", 200, body=body)).code == "forge.bad-answer"


@pytest.mark.parametrize("status", [401, 403, 404, 422, 500, 0])
def test_no_key_in_any_error(desk: Desk, status: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echo = {"message": f"what is {KEY}?", "errors": [{"message": KEY}, KEY]}
    error = refused(desk, Fault("pulls/list", status, {}, echo, times=99))
    told = "".join(traceback.format_exception(error)) + repr(error.as_dict()) + repr(error.__dict__) + caplog.text
    assert KEY not in told
    assert error.__context__ is None or KEY not in repr(vars(error.__context__))
    assert "***" in error.why or not status


def test_a_wrong_key_is_told_as_such(desk: Desk) -> None:
    error = refused(desk, key="ghp_wrong")
    assert isinstance(error, NeedsPerson)
    assert error.code == "forge.bad-token"
    assert "ghp_wrong" not in repr(error.as_dict())
