"""What becomes of submissions: kept and planned, refused, or kept as a suggestion that nothing ever lands."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from laneshift.agents.claims.port import Claim
from laneshift.agents.packs.division import Division
from laneshift.agents.packs.ended import accepted as ended
from laneshift.agents.packs.ended import start
from laneshift.agents.packs.kept import keep
from laneshift.agents.submitting.asking import asked
from laneshift.agents.submitting.planning import plan_submissions
from laneshift.agents.submitting.records import KIND
from laneshift.agents.submitting.submission import Submission
from laneshift.agents.submitting.submit import foresee, submit
from laneshift.errors import CheckFailed, Refused
from laneshift.repo.commits import read_commit, trailers
from laneshift.repo.refs import read, under
from laneshift.runs.planning import Order, make_plan
from laneshift.wiring import open_claims
from tests.agents.submitting.conftest import Desk
from tests.agents.submitting.shop import AGENT, EMAIL, FILES
from tests.cli.one_process import several
from tests.repo.builders import git_cli

COPILOT = "copilot@agents.example.org"
_FIX = {"core/area.py": FILES["core/area.py"].replace("side * side", "side**2")}
_MORE = "\n\ndef test_four():\n    assert square(4) == 16\n"
_MOVED = (
    FILES["tests/test_shapes.py"].replace("labs.shapes", "core.shapes").replace("from labs import", "from core import")
)


def _codes(found: Any) -> list[str]:
    return [each.code for each in found.objections]


def test_accepted_work_is_planned_run_landed_verified_and_taken_back(desk: Desk) -> None:
    commit = desk.files.commit(
        {
            **_FIX,
            "labs/shapes.py": None,
            "core/shapes.py": FILES["labs/shapes.py"],
            "tests/test_shapes.py": _MOVED,
            "tests/test_area.py": FILES["tests/test_area.py"] + _MORE,
        }
    )
    report: dict[str, object] = {
        "counts": {"files": 5, "deleted": 1},
        "tests": {"tests/test_area.py::test_four": "passed"},
    }
    given = desk.brought(commit, report=report)
    found = submit(desk.shop, desk.claims, given)
    assert found.accepted, found
    assert read(desk.shop.repository, found.branch) == commit
    record = desk.shop.journal.records(kind=KIND)[-1]
    assert (record.actor, record.facts["accepted"], record.facts["record"]) == (AGENT, True, found.record)
    assert [each for each in desk.claims.all() if each.pack == desk.pack.id] == []
    released = desk.shop.journal.records(kind="claim.released")[-1].facts
    assert (released["claim"], released["why"]) == (given.claim, f"{found.record} was accepted")
    # Whoever did not hear the answer asks again, with the claim or without, and is told the same.
    count = len(desk.shop.journal.records(kind=KIND))
    asked_again = asked(desk.shop, desk.claims, (desk.pack.id, AGENT, commit))
    for each in (given, asked_again):
        again = submit(desk.shop, desk.claims, each)
        assert (again.accepted, again.record, again.branch) == (True, found.record, found.branch)
    assert len(desk.shop.journal.records(kind=KIND)) == count
    other = replace(given, commit=desk.files.commit(_FIX))
    assert _codes(submit(desk.shop, desk.claims, other)) == ["submit.claim"]

    path, batch = desk.files.path, f"submission-{found.record}"
    done = several(
        path,
        [
            ["plan", "--submission", found.record, "--json"],
            ["run", batch, "--json"],
            ["land", batch, "--json"],
            ["verify", batch, "--json"],
        ],
    )
    assert [each.code for each in done] == [0, 0, 0, 0], [each.out + each.err for each in done if each.code]
    landed = read_commit(desk.shop.repository, "refs/heads/main")
    assert landed.tree == desk.shop.repository.tree(commit).oid
    assert ("Co-Authored-By", f"{AGENT} <{EMAIL}>") in trailers(landed.message)
    assert several(path, [["rollback", batch, "--json"]])[0].code == 0
    assert read_commit(desk.shop.repository, "refs/heads/main").tree == desk.plan.base_tree


def test_what_breaks_a_test_is_refused_by_the_steps_of_an_item(desk: Desk) -> None:
    commit = desk.files.commit({"core/area.py": FILES["core/area.py"].replace("side * side", "side + side")})
    found = submit(desk.shop, desk.claims, desk.brought(commit))
    assert _codes(found) == ["submit.gate"]
    assert (found.branch, found.record) == ("", "")
    assert not desk.shop.journal.records(kind=KIND)[-1].facts["accepted"]


def test_nobody_is_believed_about_tests(desk: Desk) -> None:
    said: dict[str, object] = {
        "tests": {"tests/test_area.py::test_square": "passed", "tests/test_area.py::test_six": "passed"}
    }
    found = submit(desk.shop, desk.claims, desk.brought(desk.files.commit(_FIX), report=said))
    assert [(each.code, each.path) for each in found.objections] == [
        ("submit.report-tests", "tests/test_area.py::test_six")
    ]


def test_a_claim_has_to_hold(desk: Desk) -> None:
    good = desk.brought(desk.files.commit(_FIX))
    for given in (replace(good, claim=""), replace(good, token=good.token + 1), replace(good, claim="c999")):
        assert _codes(submit(desk.shop, desk.claims, given)) == ["submit.claim"]
    other = desk.claims.take("codex", desk.plan.id, "another", ["another"], ["another.py"], 600)
    stolen = replace(good, claim=other.id, token=other.token)
    assert _codes(submit(desk.shop, desk.claims, stolen)) == ["submit.claim"]


class _Dies:
    """The claims of the desk, when the process ends between an acceptance and the release."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def release(self, claim: str, token: int, why: str) -> bool:
        raise KeyboardInterrupt

    def __getattr__(self, name: str) -> Any:
        return getattr(self._desk.claims, name)


def test_who_dies_before_the_release_has_submitted_and_lets_go_at_the_next_look(desk: Desk) -> None:
    given = desk.brought(desk.files.commit({"docs/table.md": "# Tables\n\nOf areas.\n"}))
    with pytest.raises(KeyboardInterrupt):
        submit(desk.shop, _Dies(desk), given)
    [record] = [each for each in desk.shop.journal.records(kind=KIND) if each.facts["commit"] == given.commit]
    assert record.facts["accepted"]
    late = replace(given, commit=desk.files.commit(_FIX))
    assert _codes(submit(desk.shop, desk.claims, late)) == ["submit.claim"]
    assert [each for each in open_claims(desk.shop).all() if each.pack == desk.pack.id] == []
    released = desk.shop.journal.records(kind="claim.released")[-1].facts
    assert (released["claim"], released["token"]) == (given.claim, given.token)
    again = submit(desk.shop, desk.claims, given)
    assert (again.accepted, again.record) == (True, record.facts["record"])


class _LostMeanwhile:
    """The claims of the desk, one of which is lost while its work is looked at."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._asked = desk, 0

    def held(self, claim: str, token: int) -> Claim:
        self._asked += 1
        return self._desk.claims.held(claim, token if self._asked == 1 else token + 1)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._desk.claims, name)


def test_a_claim_that_is_lost_meanwhile_takes_the_work_with_it(desk: Desk) -> None:
    before = under(desk.shop.repository, "refs/heads/laneshift")
    commit = desk.files.commit({"docs/table.md": "# Tables\n\nLate.\n"})
    found = submit(desk.shop, _LostMeanwhile(desk), desk.brought(commit))
    assert _codes(found) == ["submit.claim"], found.objections[0]
    assert under(desk.shop.repository, "refs/heads/laneshift") == before


def test_a_branch_of_somebody_else_is_left_alone(desk: Desk) -> None:
    branch = f"refs/heads/laneshift/agents/{desk.plan.id}/{desk.pack.id}"
    there = read(desk.shop.repository, branch)
    git_cli(desk.files.path, "update-ref", branch, desk.files.commit(_FIX, text="theirs\n"))
    with pytest.raises(CheckFailed, match="never accepted"):
        submit(desk.shop, desk.claims, desk.brought(desk.files.commit({"docs/table.md": "# Tables\n"})))
    git_cli(desk.files.path, "update-ref", *([branch, there] if there else ["-d", branch]))


def test_who_is_not_in_the_settings_may_nothing(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        submit(desk.shop, desk.claims, desk.brought(desk.files.commit(_FIX), agent="stranger"))
    assert refused.value.code == "agents.unknown"


def test_nothing_in_a_commit_widens_rights(desk: Desk) -> None:
    wider = (
        FILES["laneshift.toml"]
        .replace("copilot@", "copilot@")
        .replace("[agents.copilot]", '[agents.copilot]\nkind = "surgical"')
    )
    commit = desk.files.commit({**_FIX, "laneshift.toml": wider}, email=COPILOT)
    found = submit(desk.shop, desk.claims, desk.brought(commit, agent="copilot"))
    assert {"submit.policy-file", "submit.edits-unowned"} <= set(_codes(found))
    assert not found.suggested


def test_what_is_only_suggested_lands_by_no_door(desk: Desk) -> None:
    repository = desk.shop.repository
    heads = under(repository, "refs/heads")
    commit = desk.files.commit(_FIX, email=COPILOT)
    found = submit(desk.shop, desk.claims, replace(desk.brought(commit, agent="copilot"), claim="", token=0))
    assert (found.suggested, found.accepted, found.sound) == (True, False, True)
    assert found.branch.startswith("refs/laneshift/suggestions/")
    assert read(repository, found.branch) == commit
    assert under(repository, "refs/heads") == heads
    assert not any(commit == facts["commit"] for facts in ended(desk.shop, desk.plan.id).values())
    with pytest.raises(Refused) as refused:
        plan_submissions(desk.shop, [found.record], Order("", b""))
    assert refused.value.code == "submissions.suggestion"
    assert "submit.author" in _codes(submit(desk.shop, desk.claims, desk.brought(commit)))
    assert several(desk.files.path, [["plan", "--submission", found.record, "--json"]])[0].code == 2


def test_work_that_begins_where_other_work_ended_is_planned_when_that_has_landed(desk: Desk) -> None:
    """Not `have the agent do it again`: the work is good, and its turn comes."""
    first, late = desk.pack, replace(desk.pack, id=f"{desk.plan.id}.{AGENT}-2", after=(desk.pack.id,))
    keep(desk.shop, Division(desk.plan.id, first.base, desk.plan.base_tree, (first, late), {AGENT: 2}, {}, ()))
    one = submit(desk.shop, desk.claims, desk.brought(desk.files.commit({"docs/guide.md": "# Guide\n\nOne.\n"})))
    assert one.accepted, one
    begins = start(desk.shop, late)
    held = desk.claims.take(AGENT, late.plan, late.id, late.items, sorted(late.writes), 600, base=begins)
    work = desk.files.commit({"docs/guide.md": "# Guide\n\nOne.\n\nTwo.\n"}, onto=begins)
    two = submit(desk.shop, desk.claims, Submission(AGENT, late.plan, late.id, held.id, held.token, work))
    assert two.accepted, two
    for wanted in ([two.record], [one.record, two.record]):
        with pytest.raises(Refused) as refused:
            plan_submissions(desk.shop, wanted, Order("", b""))
        assert refused.value.code == "submissions.too-early"
        assert [each.where for each in refused.value.faults] == [two.record]
        assert f"plan {one.record} and land it" in refused.value.faults[0].cure
    assert plan_submissions(desk.shop, [one.record], Order("", b"")).plan.items
    tip = desk.files.commit_tree(str(desk.files.handle[one.submission.commit].tree_id), onto=desk.plan.base)
    git_cli(desk.files.path, "branch", "with-one", tip)
    assert plan_submissions(desk.shop, [two.record], Order("", b"", base="with-one")).plan.items


@pytest.mark.parametrize("more", [{}, {"pin": f"sha256:{'0' * 64}"}])
def test_no_batch_file_can_name_a_submission(desk: Desk, more: dict[str, str]) -> None:
    given = {"codemod": "submission", "record": "0" * 40, **more}
    item = {"module": "core.area", "src": "core/area.py", "kind": "codemod", "parameters": given}
    with pytest.raises(Refused) as refused:
        make_plan(desk.shop, Order("batch.json", json.dumps({"items": [item]}).encode()))
    assert "batch.bad-codemod" in {fault.code for fault in refused.value.faults}


def test_an_unknown_submission_is_not_planned(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        plan_submissions(desk.shop, ["s-000000000000"], Order("", b""))
    assert refused.value.code == "submissions.unknown"


def test_foreseeing_runs_and_keeps_nothing(desk: Desk) -> None:
    given = desk.brought(desk.files.commit(_FIX))
    before, refs = desk.shop.journal.checkpoint(), under(desk.shop.repository, "refs")
    found = foresee(desk.shop, given)
    assert not found.objections
    assert [text.partition(":")[0] for text in found.unchecked] == ["gates"]
    assert (desk.shop.journal.checkpoint(), under(desk.shop.repository, "refs")) == (before, refs)
