"""Plays a round: the command under its harms, then `resume` until done, then the judge."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from laneshift.errors import LaneshiftError
from laneshift.runs import verifying
from tests.chaos import harms
from tests.chaos.judge import Verdict, facts_of, judge
from tests.chaos.outcome import outcome
from tests.chaos.rounds import Harm, Round
from tests.chaos.scene import PATIENCE, Ended, Scene, signal_all, tell
from tests.chaos.stages import Stage
from tests.repo.builders import git_cli
from tests.runs.engine.servers import Cluster
from tests.toy import copy_of, shop_at

_MOST_RESUMES = 8
_MOST_ASKED = 3
_LAST_LINES = 12
_LATE = frozenset({"plans", "items", "refs"})
_ASIDE = ("quarantined", "held")
_RESUMABLE = frozenset({"engine.lease-lost", "engine.database-failed"})


@dataclass(frozen=True)
class Result:
    """How a round ended. `untidy` is what differs from an undisturbed end besides the three counts."""

    round: Round
    verdict: Verdict
    untidy: tuple[str, ...]
    told: tuple[str, ...]
    resumes: int
    asked_again: int
    seconds: float

    @property
    def good(self) -> bool:
        """Nothing lost, doubled, wrong or untidy."""
        return not (self.verdict.lost or self.verdict.doubled or self.verdict.wrong or self.untidy)


@dataclass
class _Ending:
    """What it took to get to the end."""

    resumes: int = 0
    asked: int = 0
    untidy: list[str] = field(default_factory=list)


def play(
    chosen: Round, stages: Mapping[str, Stage], folder: Path, cluster: Cluster | None, env: Mapping[str, str]
) -> Result:
    """Play the round in `folder`, which must not exist. `env` is added to the environment of every process."""
    started = time.monotonic()
    stage = stages[chosen.verb]
    scene = Scene(copy_of(stage.before, folder), stage, dict(env))
    ending, verdict, untidy = _Ending(), Verdict((), (), ()), list[str]()
    try:
        verdict, untidy = _played(scene, chosen, cluster, ending)
    except (OSError, subprocess.SubprocessError, AssertionError, LaneshiftError) as error:
        untidy.append(f"the round could not be played to its end: {error!r}")
    finally:
        scene.end()
    told = sorted({code for ended in scene.ended for code in ended.errors})
    result = Result(
        chosen, verdict, tuple(untidy), tuple(told), ending.resumes, ending.asked, time.monotonic() - started
    )
    if result.good:
        shutil.rmtree(folder)
    return result


def _played(scene: Scene, chosen: Round, cluster: Cluster | None, ending: _Ending) -> tuple[Verdict, list[str]]:
    with ExitStack() as lasting:
        lifts = [lasting.enter_context(harms.lasting(scene, harm)) for harm in _lasting(chosen)]
        scene.begin()
        lifts += list(_struck(scene, chosen, cluster))
        _over(scene)
        for lift in lifts:
            lift()
        _end(scene, chosen, ending)
        verdict = judge(facts_of(scene.path), facts_of(scene.stage.done))
        return verdict, [*ending.untidy, *_untidy(scene, scene.stage)]


def _lasting(chosen: Round) -> list[Harm]:
    return [harm for harm in chosen.harms if harm.kind in harms.LASTING]


def _struck(scene: Scene, chosen: Round, cluster: Cluster | None) -> Iterator[Callable[[], None]]:
    striking = [harm for harm in chosen.harms if harm.kind not in harms.LASTING]
    for harm in sorted(striking, key=lambda harm: (harm.kind == "kill", harm.at)):
        if scene.wait_for(harm.at):
            time.sleep(harm.seconds)
        if scene.at_work:
            yield harms.strike(scene, harm, cluster)


def _over(scene: Scene) -> None:
    """Wait for the command, then for whoever tried beside it; a worker would go on for ever."""
    assert scene.main is not None
    scene.finish(" ".join(scene.stage.command), scene.main)
    for words, process in scene.others:
        if words.startswith("worker"):
            tell(process, signal.SIGTERM)
        scene.finish(words, process)


def _end(scene: Scene, chosen: Round, ending: _Ending) -> None:
    """Resume until nothing is left, and ask again for what ended with an error or never began."""
    if chosen.resume_killed:
        _killed_resume(scene, chosen.resume_killed * scene.stage.seconds)
    while True:
        _resume(scene, ending)
        if _reached(scene):
            return
        if ending.asked == _MOST_ASKED:
            ending.untidy.append("it did not get to its end, however often it was asked")
            return
        if not _excused(scene, chosen):
            ending.untidy.append("it had to be asked again although it told no error that ends what it stops")
        ending.asked += 1
        scene.ask(*scene.stage.command, "--json", env={"SOURCE_DATE_EPOCH": "1700000000"})


def _resume(scene: Scene, ending: _Ending) -> None:
    for _ in range(_MOST_RESUMES):
        done = scene.ask("resume", "-j", "1", "--json")
        if done.code in (0, 1) and not done.errors and not done.data.get("resumed"):
            return
        ending.resumes += 1
    ending.untidy.append(f"there was always something left to resume: {done.err}{done.out}")


def _killed_resume(scene: Scene, seconds: float) -> None:
    process = scene.start("resume", "-j", "1", "--json")
    time.sleep(min(seconds, PATIENCE))
    signal_all(process, signal.SIGKILL)
    scene.finish("resume, killed", process)


def _reached(scene: Scene) -> bool:
    """Whether every item is where the undisturbed command leaves it."""
    return facts_of(scene.path).states == facts_of(scene.stage.done).states


def _excused(scene: Scene, chosen: Round) -> bool:
    """Whether a person had a reason to ask again."""
    wanted = facts_of(scene.stage.done).states
    aside = any(state in _ASIDE and state != wanted[item] for item, state in facts_of(scene.path).states.items())
    told = {code for ended in scene.ended for code in ended.errors}
    return may_ask_again(told, scene.records() > scene.before, chosen.harm("disk") is not None and aside)


def may_ask_again(told: Set[str], begun: bool, without_room: bool) -> bool:
    """Whether what `resume` leaves may be asked for again.

    It may when an error was told that ends what it stopped, when nothing had begun, or when tests that found no room
    for their own files were red, so that `status` shows their items. An engine that was lost ends nothing.
    """
    return bool(told - _RESUMABLE) or not begun or without_room


def _untidy(scene: Scene, stage: Stage) -> Iterator[str]:
    """What differs from the undisturbed end, what verify finds, and processes that ended as only a bug ends."""
    for ended in scene.ended:
        if ended.crashed:
            yield f"`laneshift {ended.words}` ended with {ended.code}: {_last_words(ended)}"
    for name, (now, before) in differing(outcome(scene.path), stage.after).items():
        yield f"{name}: {now!r:.400} instead of {before!r:.400}"
    shop = shop_at(scene.path)
    for finding in verifying.verify(shop, shop.plans.load("batch")).findings:
        yield f"verify: {finding}"
    shop.journal.close()
    for line in git_cli(scene.path, "fsck", "--no-dangling", check=False).splitlines():
        yield f"git fsck: {line}"


def differing(now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The parts of an outcome that are not the same.

    A rival that ships the batch when all of it has landed asks for what was set aside once more: that is another plan,
    on what has landed, and the last word on those items is its own.
    """
    more = {plan: base for plan, base in now["plans"].items() if plan not in before["plans"]}
    late = _LATE if more and set(more.values()) == {before["head"]} else frozenset()
    return {name: (now[name], before[name]) for name in before if now[name] != before[name] and name not in late}


def _last_words(ended: Ended) -> str:
    return " | ".join((ended.err or ended.out).strip().splitlines()[-_LAST_LINES:])
