"""Issues and comments at a served GitHub."""

from __future__ import annotations

import pytest

from laneshift.errors import Refused
from laneshift.forge.port import Issue

from .conftest import Desk
from .serving import Fault


def test_one_issue_for_each_key(desk: Desk) -> None:
    for number in range(130):
        desk.hub.plain(f"other {number}", "theirs")
    desk.hub.plain("a pull request", "<!-- laneshift:audit-1 -->", head={"ref": "x"}, base={"ref": "main"})
    desk.hub.plain("a stranger's", "<!-- laneshift:audit-1 -->", association="NONE")
    desk.served.faults.append(Fault("issues/create", 502, after=True))
    first = desk.issues.put("audit-1", "Find", "three")
    assert first == Issue("audit-1", 133, "Find", "three")
    assert desk.issues.put("audit-1", "Find", "two").number == first.number
    assert desk.issues.close("audit-1", "done") == Issue("audit-1", 133, "Find", "two\n\nClosed: done", "closed")
    assert desk.issues.close("audit-1", "done") is None
    assert desk.issues.put("audit-1", "Find", "four").state == "open"
    assert [each.key for each in desk.issues.all()] == ["audit-1"]
    assert len(desk.hub.issues) == 133


def test_one_comment_for_each_mark(desk: Desk) -> None:
    number = desk.hub.plain("theirs", "")["number"]
    for _ in range(150):
        desk.hub.comments[1000 + _] = {"id": 1000 + _, "issue": number, "body": "chat", "author_association": "NONE"}
    desk.served.faults.append(Fault("issues/create-comment", 502, after=True))
    assert desk.comments.comment(number, "openapi", "breaks **two**")
    assert not desk.comments.comment(number, "openapi", "breaks **two**")
    assert desk.comments.comment(number, "openapi", "breaks none")
    assert [each["body"] for each in desk.hub.comments.values() if each["body"] != "chat"] == [
        "<!-- laneshift:openapi -->\nbreaks none\n"
    ]
    for bad in ((0, "openapi"), (1, "Bad mark")):
        with pytest.raises(Refused, match="cannot name a comment"):
            desk.comments.comment(*bad, "x")
