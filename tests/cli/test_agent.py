"""`laneshift agent`: packs, claims and where they stand, as people and programs see them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

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
