"""The settings of rollout safety: what they are by default, and everything that would be no rule at all."""

from __future__ import annotations

from decimal import Decimal

import pytest

from laneshift.config import Settings, glob_problem, is_principal, load
from laneshift.errors import Refused


def of(text: str) -> Settings:
    return load({"laneshift.toml": text.encode()}.get)


def refusal(text: str) -> str:
    with pytest.raises(Refused) as refused:
        of(text)
    assert refused.value.code == "config.bad-value"
    return " ".join(fault.what for fault in refused.value.faults)


def test_by_default_a_tenth_goes_first_and_nobody_has_to_approve() -> None:
    settings = of("")
    assert (settings.rollout.canary, settings.rollout.max_failure_rate) == (Decimal("0.1"), Decimal("0.1"))
    assert settings.rollout.stages == [Decimal("0.25"), Decimal(1)]
    assert (settings.approval.required, settings.approval.hours) == (False, 168)
    assert settings.ceilings.supporting_floor == Decimal("0.55")


def test_shares_are_the_decimals_that_were_written() -> None:
    rollout = of("[rollout]\ncanary = 0.07\nstages = [0.3, 1]\nmax_failure_rate = 0.07\n").rollout
    assert (rollout.canary, rollout.stages) == (Decimal("0.07"), [Decimal("0.3"), Decimal(1)])
    assert rollout.canary * 100 == 7


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[rollout]\ncanary = 0", "rollout.canary"),
        ("[rollout]\ncanary = 1.1", "rollout.canary"),
        ("[rollout]\ncanary = nan", "rollout.canary"),
        ("[rollout]\ncanary = inf", "rollout.canary"),
        ("[rollout]\ncanary = true", "rollout.canary"),
        ('[rollout]\ncanary = "0.1"', "rollout.canary"),
        ("[rollout]\nmax_failure_rate = -0.1", "rollout.max_failure_rate"),
        ("[rollout]\nstages = []", "rollout.stages"),
        ("[rollout]\nstages = [0.5]", "rollout.stages"),
        ("[rollout]\nstages = [0.5, 0.5, 1]", "rollout.stages"),
        ("[rollout]\nstages = [1, 0.5]", "rollout.stages"),
        ("[rollout]\nstages = [0, 1]", "rollout.stages.0"),
        ('[rollout]\ncritical = ["../x"]', "rollout.critical.0"),
        ("[rollout]\nlimit = 1", "rollout.limit"),
        ('[approval]\npeople = ["*"]', "approval.people.0"),
        ('[approval]\npeople = ["-f x"]', "approval.people.0"),
        ('[approval]\npeople = ["a@x,b@x"]', "approval.people.0"),
        ('[approval]\npeople = ["a@x", "A@x"]', "names somebody twice"),
        ('[approval]\npeople = ["a@x"]\ntwo_person = true', "needs 2 of `people`"),
        ("[approval]\nrequired = true", "needs 1 of `people`"),
        ('[approval]\nsigners = "/etc/signers"', "approval.signers"),
        ('[approval]\nrevoked = "../revoked"', "approval.revoked"),
        ("[approval]\nhours = 0", "approval.hours"),
        ("[agents.bot]\nemail = 'bot@x'", "agents.bot.owner"),
        ("[agents.'../x']\nemail = 'bot@x'\nowner = 'a@x'", "agents.../x"),
        ("[approval]\npeople = ['Bot@x']\n[agents.bot]\nemail = 'bot@x'\nowner = 'a@x'", "an agent never approves"),
        ("[ceilings]\nper_run = 0", "ceilings.per_run"),
        ("[ceilings]\nper_day = -1", "ceilings.per_day"),
        ("[ceilings]\nsupporting_floor = 1.5", "ceilings.supporting_floor"),
        ("[ceilings.per_lane]\ncore = 0", "ceilings.per_lane.core"),
        ("[ceilings.per_lane]\ncroe = 5\n[lanes.core]\npaths = ['core/**']", "ceilings.per_lane: 'croe'"),
        ("[approval]\nauto_approve = ['lab']\n[lanes.labs]\npaths = ['labs/**']", "approval.auto_approve: 'lab'"),
        ('[exceptions]\nprotected_paths = ["a\\\\b"]', "exceptions.protected_paths.0"),
        ('[exceptions]\nprotected_paths = [""]', "exceptions.protected_paths.0"),
        ('[exceptions]\ndo_not_promote = ["/a"]', "exceptions.do_not_promote.0"),
        ("[exceptions.force_promote.'a.py']\nstar = 'Flow'", "exceptions.force_promote.a.py.reason"),
        ("[exceptions.force_promote.'a.py']\nstar = 'Flow'\nreason = ' '", "exceptions.force_promote.a.py.reason"),
        ("[exceptions.force_promote.'../a.py']\nstar = 'Flow'\nreason = 'x'", "exceptions.force_promote"),
        ("[exceptions.force_promote.'a/']\nstar = 'Flow'\nreason = 'x'", "exceptions.force_promote"),
        ("[pins]\ncanon = ['*?*?*?*?*?']", "pins.canon.0"),
        ("[pins]\nstars = 'x'", "pins.stars"),
    ],
)
def test_a_rule_that_could_not_hold_is_refused_by_name(text: str, key: str) -> None:
    assert key in refusal(text)


def test_an_approval_is_required_where_somebody_could_give_one_unless_it_says_no() -> None:
    people = '[approval]\npeople = ["ann@acme.example"]\n'
    assert of(people).approval.required is True
    assert of(people + "required = false\n").approval.required is False


def test_one_glob_may_stand_without_brackets() -> None:
    pins = of('[pins]\nstar_rules = "rules/*.toml"\ncanon = ["canon.json", "more/**"]\n').pins
    assert (pins.star_rules, pins.canon, pins.schemas) == (["rules/*.toml"], ["canon.json", "more/**"], [])


def test_paths_of_forced_items_are_taken_in_their_plain_form() -> None:
    text = "[exceptions.force_promote.'./labs//a.py']\nstar = 'Flow'\nreason = 'the owners asked'\n"
    assert list(of(text).exceptions.force_promote) == ["labs/a.py"]


def test_lanes_made_of_folders_may_be_named_unseen() -> None:
    assert of("[ceilings.per_lane]\ncore = 5\n").ceilings.per_lane == {"core": 5}


@pytest.mark.parametrize("name", ["ann@acme.example", "ann", "a.b+c_d%e-f@x.y", "9"])
def test_names_of_people(name: str) -> None:
    assert is_principal(name)


@pytest.mark.parametrize("name", ["", "-a", "a b", "a\n", "a,b", "!a", "*@x", "?", '"a"', "\u0430nn", "a" * 255, "#a"])
def test_what_names_nobody(name: str) -> None:
    assert not is_principal(name)


@pytest.mark.parametrize("glob", ["core", "core/**", "./core/", "**/x_*.py"])
def test_globs(glob: str) -> None:
    assert glob_problem(glob) == ""


@pytest.mark.parametrize(
    "glob", ["", "/", "./", "/core", "a/../b", "a//b", "a/./b", "a\\b", "a\x00", "a\u202eb", "*/" * 9]
)
def test_what_names_no_paths(glob: str) -> None:
    assert glob_problem(glob)
