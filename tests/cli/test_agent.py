"""`laneshift agent`: packs, claims and where they stand, as people and programs see them."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from laneshift.agents.standing import PackStanding, Standing, Submitted
from laneshift.cli.agent_view import show_standing, then_of
from tests.agents.packs.ground import CONFIG, ground
from tests.agents.packs.test_making import MOVES, SMALL
from tests.cli.one_process import here
from tests.toy import Done


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a plan called `small`."""
    path = tmp_path_factory.mktemp("agent") / "r"
    ground(path, {"laneshift.toml": CONFIG, **SMALL})
    lines = "".join(f"{src.removesuffix('.py').replace('/', '.')}\t{src}\t{dst}\n" for src, dst in MOVES.items())
    (path.parent / "small.tsv").write_text(lines)
    assert here(["plan", str(path.parent / "small.tsv"), "-C", str(path)]).code == 0
    return path


def ran(place: Path, *words: str) -> Done:
    return here(["agent", *words, "-C", str(place)])


def code_of(place: Path, *words: str) -> tuple[int, str]:
    """How a command that is refused ends, and its code."""
    done = ran(place, *words, "--json")
    return done.code, json.loads(done.out)["error"]["code"]


def test_packs_claim_beat_release_and_status(place: Path) -> None:
    told = ran(place, "packs", "small", "--agents", "codex,sweeper")
    assert told.code == 0
    assert "the least is" in told.out
    assert "next: laneshift agent claim small-" in told.out
    data = ran(place, "packs", "small", "--agents", "codex,sweeper", "--json").data
    assert data["proof"]["statement"].startswith("No path is in the write sets of two packs")
    assert data["spread_percent"] <= 20
    first = data["packs"][0]
    pack, agent = first["id"], first["agent"]
    assert data["next"] == f"laneshift agent claim {pack} --agent {agent}"
    assert (Path(data["folder"]) / f"{pack}.md").read_text().startswith("# Pack")
    claim = ran(place, "claim", pack, "--agent", agent, "--seconds", "60", "--json").data
    assert claim["files"] == sorted([*first["owned"], *first["editable"]])
    assert claim["next"] == f"laneshift agent submit {pack} --agent {agent}"
    assert code_of(place, "claim", pack, "--agent", agent) == (2, "claim.taken")
    other = "codex" if agent == "sweeper" else "sweeper"
    assert code_of(place, "claim", pack, "--agent", other) == (2, "claim.not-yours")
    # Somebody's own pack of the same items is in the way of nobody else's: what is held is not handed out again.
    again = ran(place, "packs", "small", "--json").data
    assert not {item for each in again["packs"] for item in each["items"]} & set(first["items"])
    beat = ran(place, "claim", pack, "--agent", agent, "--beat", "--token", str(claim["token"]), "--json").data
    assert beat["until"] > claim["until"]
    assert code_of(place, "claim", pack, "--agent", agent, "--beat", "--token", "999") == (2, "claim.lost")
    status = ran(place, "status", "small")
    assert f"{agent} holds {pack} of an earlier cut until" in status.out
    assert "PR READY" not in status.out
    held = ran(place, "status", "--json").data["plans"][0]["claims"]
    assert [each["pack"] for each in held] == [pack]
    assert ran(place, "release", pack, "--agent", agent, "--why", "enough").out.startswith(f"{pack} is free again")
    assert code_of(place, "release", pack, "--agent", agent) == (2, "claim.lost")
    kinds = [record.split('"')[0] for record in _journal(place)]
    assert kinds == ["claim.taken", "claim.released"]


def test_status_names_what_is_ready_also_of_plans_that_have_no_packs() -> None:
    """What was submitted is a plan of its own, which nobody cuts into packs."""
    told = Standing("submission-s-1-0123456789", (), (), (), ("laneshift-pr/submission-s-1",), {}, 0)
    assert "PR READY: laneshift-pr/submission-s-1" in shown([told])
    assert shown([replace(told, ready=())]) == "no packs were made\n"


def test_status_tells_what_was_accepted_and_what_to_plan_next() -> None:
    packs = tuple(
        PackStanding(name, "codex", 1, 1, 1, "done", "", 0, (), after)
        for name, after in (("p.codex-1", ()), ("p.codex-2", ()), ("p.codex-3", ("p.codex-1",)))
    )
    said = tuple(
        Submitted(pack.pack, "codex", "c" * 40, f"refs/heads/b/{at}", True, at, f"s-{at}")
        for at, pack in enumerate(packs)
    )
    told = Standing("p", packs, (), said, (), {}, 0)
    assert "accepted as s-0, on b/0" in shown([told])
    assert then_of([told], {}) == "laneshift plan --submission s-0 --submission s-1"
    assert then_of([told], {"submission.s_0": False}) == "laneshift plan --submission s-1", "the third waits for it"
    assert then_of([told], {"submission.s_0": True}) == "laneshift plan --submission s-1 --submission s-2"
    every = {f"submission.s_{at}": False for at in range(3)}
    assert then_of([told], every) == "laneshift status"
    open_yet = replace(told, packs=(replace(packs[0], state="free"), *packs[1:]))
    assert then_of([open_yet], {}) == "laneshift agent claim p.codex-1 --agent codex"


def shown(found: list[Standing]) -> str:
    console = Console(file=io.StringIO(), width=200)
    show_standing(console, found, 0)
    text: str = console.file.getvalue()  # type: ignore[attr-defined] # the file above
    return text


def _journal(place: Path) -> list[str]:
    from laneshift.evidence.journal import Journal

    journal = Journal.open(place / ".git" / "laneshift" / "journal.sqlite", create=False)
    found = [record.kind for record in journal.records(prefix="claims/")]
    journal.close()
    return found


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("packs", "nope"), "plan.not-found"),
        (("packs", "small", "--agents", "copilot,zz"), "packs.bad-agents"),
        (("packs", "small", "--items", "zz"), "plan.no-such-item"),
        (("claim", "nope", "--agent", "codex"), "packs.no-such-pack"),
        (("claim", "nope", "--agent", "codex", "--token", "3"), "usage.claim"),
        (("claim", "nope", "--agent", "codex", "--beat"), "claim.lost"),
        (("release", "nope", "--agent", "codex"), "claim.lost"),
        (("status", "nope"), "plan.not-found"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_changes(place: Path, words: tuple[str, ...], code: str) -> None:
    assert code_of(place, *words) == (2, code)
